"""The outbox table as delivery reads it: which row is next, and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql import ColumnElement

from bot.db.models import ChannelPause, Contact, StoredOutbound


def next_in_turn(session: Session, contact_id: int, moment: datetime) -> StoredOutbound | None:
    """The row that the contact gets next, whether it may go out yet or not.

    What is half sent is finished first; replies overtake notices, and these what goes to many. A
    row that failed holds back those behind it; one that is planned for later holds back nothing.
    """
    has_begun = or_(StoredOutbound.attempts > 0, StoredOutbound.parts_sent > 0)
    return session.scalars(
        select(StoredOutbound)
        .where(
            _queued_for(contact_id),
            or_(StoredOutbound.not_before <= moment, has_begun),
        )
        .order_by(
            (StoredOutbound.parts_sent > 0).desc(), StoredOutbound.priority, StoredOutbound.id
        )
        .options(joinedload(StoredOutbound.contact))
        .limit(1)
    ).first()


def next_due(session: Session, contact_id: int, moment: datetime) -> datetime | None:
    """When the contact's outbox wants to be looked at again; None when it is empty."""
    row = next_in_turn(session, contact_id, moment)
    if row is not None:
        return row.not_before
    return session.scalar(
        select(func.min(StoredOutbound.not_before)).where(_queued_for(contact_id))
    )


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


def _queued_for(contact_id: int) -> ColumnElement[bool]:
    return and_(StoredOutbound.contact_id == contact_id, StoredOutbound.state == "queued")
