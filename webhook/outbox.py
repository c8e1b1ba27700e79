"""The outbox table as delivery reads it: which row is next, and when."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from bot.db.models import ChannelPause, Contact, StoredOutbound

# What every turn asks is built once: to build a statement takes longer than to run it.
_IS_QUEUED = and_(
    StoredOutbound.contact_id == bindparam("contact_id"), StoredOutbound.state == "queued"
)
_HAS_BEGUN = or_(StoredOutbound.attempts > 0, StoredOutbound.parts_sent > 0)
_NEXT_IN_TURN = (
    select(StoredOutbound, ChannelPause.until)
    .join(StoredOutbound.contact)
    .outerjoin(ChannelPause, ChannelPause.channel == Contact.channel)
    .where(_IS_QUEUED, or_(StoredOutbound.not_before <= bindparam("moment"), _HAS_BEGUN))
    .order_by((StoredOutbound.parts_sent > 0).desc(), StoredOutbound.priority, StoredOutbound.id)
    .limit(1)
    .options(contains_eager(StoredOutbound.contact))
)
_NEXT_PLANNED = select(func.min(StoredOutbound.not_before)).where(_IS_QUEUED)


class Next(NamedTuple):
    """The row that a contact gets next, and the end of its channel's latest pause, if any."""

    row: StoredOutbound
    paused_until: datetime | None


def next_in_turn(session: Session, contact_id: int, moment: datetime) -> Next | None:
    """The row that the contact gets next, whether it may go out yet or not.

    What is half sent is finished first; replies overtake notices, and these what goes to many. A
    row that failed holds back those behind it; one that is planned for later holds back nothing.
    """
    found = session.execute(_NEXT_IN_TURN, {"contact_id": contact_id, "moment": moment}).first()
    return Next(*found) if found is not None else None


def next_planned(session: Session, contact_id: int) -> datetime | None:
    """When the contact's first queued row is due; None where none is queued."""
    return session.scalar(_NEXT_PLANNED, {"contact_id": contact_id})


def contacts_due(session: Session, moment: datetime, limit: int) -> list[int]:
    """Contacts with a row that should be sent by now; those who wait for a reply come first.

    Those of a paused channel are left out: each look at them would only be put off again.
    """
    paused = select(ChannelPause.channel).where(ChannelPause.until > moment)
    return list(
        session.scalars(
            select(StoredOutbound.contact_id)
            .join(Contact, Contact.id == StoredOutbound.contact_id)
            .where(
                StoredOutbound.state == "queued",
                StoredOutbound.not_before <= moment,
                Contact.channel.not_in(paused),
            )
            .group_by(StoredOutbound.contact_id)
            .order_by(func.min(StoredOutbound.priority), func.min(StoredOutbound.id))
            .limit(limit)
        )
    )
