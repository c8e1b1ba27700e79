"""Every table of the database; importing this package fills `Base.metadata`."""

from bot.db.models.base import Base, UTCDateTime, now
from bot.db.models.catalogue import (
    FeeTier,
    ImportedRecord,
    Office,
    RequiredDocument,
    Sector,
    SeedVersion,
    Service,
    ServicePhrase,
)
from bot.db.models.messaging import (
    ButtonToken,
    ChannelPause,
    Contact,
    FallbackRoute,
    Heartbeat,
    OutboundPart,
    StoredInbound,
    StoredOutbound,
)
from bot.db.models.places import Place, PlaceAlias

__all__ = [
    "Base",
    "ButtonToken",
    "ChannelPause",
    "Contact",
    "FallbackRoute",
    "FeeTier",
    "Heartbeat",
    "ImportedRecord",
    "Office",
    "OutboundPart",
    "Place",
    "PlaceAlias",
    "RequiredDocument",
    "Sector",
    "SeedVersion",
    "Service",
    "ServicePhrase",
    "StoredInbound",
    "StoredOutbound",
    "UTCDateTime",
    "now",
]
