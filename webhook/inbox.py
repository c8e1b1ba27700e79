"""The inbox: every citizen's message is stored once, before anything else happens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import Table, and_, bindparam, func, select, update
from sqlalchemy.orm import Session, joinedload

from bot.db.in_turn import begin_in_turn
from bot.db.insert_once import insert_once
from bot.db.models import Contact, StoredInbound
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.messages import TURNS, InboundMessage
from bot.services.contacts import contact_id_of
from bot.services.outgoing import take_up_held_notices
from webhook import control_messages
from webhook.metrics.counted import message_came

LONGEST_TEXT = 5000
# Ids of people and their chats, of use only to what a message does as it comes in.
_NOT_STORED = frozenset({"edited_event_id", "from_id", "new_id"})

# Made once, for the table alone: a burst of messages is no time to compose statements.
_HEARD = update(cast(Table, Contact.__table__)).where(
    Contact.__table__.c.id == bindparam("heard_id")
)
# What every turn asks is built once: to build a statement takes longer than to run it.
_IS_WAITING = and_(
    StoredInbound.contact_id == bindparam("contact_id"), StoredInbound.state == "waiting"
)
_NEXT_WAITING = (
    select(StoredInbound)
    .where(_IS_WAITING)
    .order_by(StoredInbound.id)
    .limit(1)
    .options(joinedload(StoredInbound.contact))
)
_WAITS_UNTIL = (
    select(StoredInbound.not_before).where(_IS_WAITING).order_by(StoredInbound.id).limit(1)
)


def accept(sessions: SessionFactory, messages: Iterable[InboundMessage]) -> list[int]:
    """Store the messages of one request in one transaction.

    Returns the ids of the contacts that have something new, in order, each once. A message whose
    (channel, event id) is stored already is a no-op. Text is stored up to 5,000 characters and
    without NUL, which PostgreSQL cannot hold.
    """
    contacts: dict[int, None] = {}
    came: list[tuple[str, str]] = []
    with begin_in_turn(sessions) as session:
        for message in messages:
            contact_id = contact_id_of(session, message.channel, message.sender_id)
            if not insert_once(session, StoredInbound, _row(message, contact_id)):
                came.append((message.channel, "duplicate"))
                continue
            came.append((message.channel, "accepted"))
            if message.kind in TURNS:
                _note_heard(session, contact_id)
            elif not _take_effect(session, message):
                continue
            contacts[contact_id] = None
    for channel, outcome in came:
        message_came(channel, outcome)
    return list(contacts)


def _note_heard(session: Session, contact_id: int) -> None:
    """Whoever writes can be written to: the provider's window is open, nothing is blocked."""
    session.execute(_HEARD, {"heard_id": contact_id, "last_heard_at": now(), "blocked_at": None})
    take_up_held_notices(session, contact_id)


def _take_effect(session: Session, message: InboundMessage) -> bool:
    """Returns whether a worker is wanted for the contact."""
    is_wanted = control_messages.apply(session, _stored(session, message), message)
    # What follows in the same request writes to the tables, past the objects.
    session.flush()
    session.expire_all()
    return is_wanted


def _stored(session: Session, message: InboundMessage) -> StoredInbound:
    return session.scalars(
        select(StoredInbound).where(
            StoredInbound.channel == message.channel, StoredInbound.event_id == message.event_id
        )
    ).one()


def next_waiting(session: Session, contact_id: int) -> StoredInbound | None:
    """The contact's oldest message that has no answer yet, whether it is due or not."""
    return session.scalars(_NEXT_WAITING, {"contact_id": contact_id}).first()


def waits_until(session: Session, contact_id: int) -> datetime | None:
    """When the contact's oldest message without an answer is due; None where there is none."""
    return session.scalars(_WAITS_UNTIL, {"contact_id": contact_id}).first()


def contacts_due(session: Session, moment: datetime, limit: int) -> list[int]:
    """Contacts with a message that should be answered by now, the longest waiting first."""
    return list(
        session.scalars(
            select(StoredInbound.contact_id)
            .where(StoredInbound.state == "waiting", StoredInbound.not_before <= moment)
            .group_by(StoredInbound.contact_id)
            .order_by(func.min(StoredInbound.id))
            .limit(limit)
        )
    )


def _row(message: InboundMessage, contact_id: int) -> dict[str, object]:
    return {
        "channel": message.channel,
        "event_id": message.event_id,
        "contact_id": contact_id,
        "kind": message.kind.value,
        "text": message.text[:LONGEST_TEXT].replace("\x00", ""),
        "button_token": message.button_token,
        "details": {
            name: value for name, value in message.details.items() if name not in _NOT_STORED
        },
        "state": "waiting" if message.kind in TURNS else "noted",
        "attempts": 0,
        "not_before": now(),
        "occurred_at": message.occurred_at,
        "received_at": now(),
    }
