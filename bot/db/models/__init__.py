"""Every table of the database; importing this package fills `Base.metadata`."""

from bot.db.models.alerts import OperatorAlert
from bot.db.models.base import Base, UTCDateTime, now
from bot.db.models.budgets import BudgetLine, Population, PublishedFigure
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
from bot.db.models.feedback import Feedback, FeedbackAspect, FeedbackEvent
from bot.db.models.handovers import HandoverRequest
from bot.db.models.linking import LinkCode
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
from bot.db.models.officials import (
    AnswerCode,
    Digest,
    FeedbackNotice,
    Invitation,
    Official,
    OutgoingEmail,
    Subscription,
)
from bot.db.models.places import Place, PlaceAlias
from bot.db.models.privacy import DeletionRequest
from bot.db.models.tickets import Site, SiteSync, Ticket, TicketAttempt, TicketFollow
from bot.db.models.understanding import MessageToReview
from bot.db.models.usage import DailyCount

__all__ = [
    "AnswerCode",
    "Base",
    "BudgetLine",
    "ButtonToken",
    "ChannelPause",
    "Contact",
    "DailyCount",
    "DeletionRequest",
    "Digest",
    "FallbackRoute",
    "FeeTier",
    "Feedback",
    "FeedbackAspect",
    "FeedbackEvent",
    "FeedbackNotice",
    "HandoverRequest",
    "Heartbeat",
    "ImportedRecord",
    "Invitation",
    "LinkCode",
    "MessageToReview",
    "Office",
    "Official",
    "OperatorAlert",
    "OutboundPart",
    "OutgoingEmail",
    "Place",
    "PlaceAlias",
    "Population",
    "PublishedFigure",
    "RequiredDocument",
    "Sector",
    "SeedVersion",
    "Service",
    "ServicePhrase",
    "Site",
    "SiteSync",
    "StoredInbound",
    "StoredOutbound",
    "Subscription",
    "Ticket",
    "TicketAttempt",
    "TicketFollow",
    "UTCDateTime",
    "now",
]
