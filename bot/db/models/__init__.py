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
    Contact,
    Heartbeat,
    StoredInbound,
    StoredOutbound,
)
from bot.db.models.places import Place, PlaceAlias

__all__ = [
    "Base",
    "ButtonToken",
    "Contact",
    "FeeTier",
    "Heartbeat",
    "ImportedRecord",
    "Office",
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
