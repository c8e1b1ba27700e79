"""Forgetting somebody: what they wrote is erased, what refers to them is detached.

Counts stay: a row without words still says that a message came and was answered. docs/privacy.md
names every table that refers to a contact, and what becomes of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    Column,
    CursorResult,
    String,
    delete,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy import cast as cast_sql
from sqlalchemy.orm import Session

from bot.db.models import (
    Base,
    ButtonToken,
    Contact,
    DeletionRequest,
    FallbackRoute,
    OutboundPart,
    StoredInbound,
    StoredOutbound,
)
from bot.messages import Reply
from bot.services.feedback import author_key
from bot.services.forgetting_feedback import forget_statements
from bot.services.understanding_review import forget_wordings

# What is erased below, each in its own way; every other table is detached by its columns.
_OWN_WAY = frozenset(
    model.__tablename__
    for model in (Contact, StoredInbound, StoredOutbound, ButtonToken, FallbackRoute)
) | {DeletionRequest.__tablename__}


@dataclass(frozen=True)
class Forgotten:
    """How many messages lost their words, in and out, and how many other rows were detached."""

    received: int
    sent: int
    detached: int


def forget(session: Session, contact: Contact, secret_key: str) -> Forgotten:
    """Erase a contact's words and whatever leads to the person, in the caller's transaction.

    The contact's row stays without a name; whoever writes again is somebody new. The engine's
    tracker is another database: `TrackerStore.forget`, to be called first. By `secret_key` their
    feedback is found, also what they gave without leaving a way to answer.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete = ON"))
    # Messages that are being stored for this contact wait until the row is nobody's.
    session.refresh(contact, with_for_update=True)
    texts = select(StoredInbound.text).where(StoredInbound.contact_id == contact.id)
    forget_wordings(session, session.scalars(texts).all())
    forgotten = Forgotten(
        received=_blank_received(session, contact.id),
        sent=_blank_sent(session, contact.id),
        detached=forget_statements(session, author_key(secret_key, contact.conversation_id))
        + _detach(session, contact),
    )
    _unname(contact)
    session.flush()
    return forgotten


def tables_that_refer_to_contacts() -> list[str]:
    """Names of the tables with a foreign key to a contact or with a conversation's id."""
    named = {column.table.name for column in _references()}
    return sorted(named | _OWN_WAY)


def _blank_received(session: Session, contact_id: int) -> int:
    session.execute(
        update(StoredInbound)
        .where(StoredInbound.contact_id == contact_id, StoredInbound.state == "waiting")
        .values(state="forgotten")
    )
    # The provider's own id of a message leads to the person too.
    nobodys_id = literal("forgotten:") + cast_sql(StoredInbound.id, String)
    return _count(
        session,
        update(StoredInbound)
        .where(StoredInbound.contact_id == contact_id)
        .values(event_id=nobodys_id, text="", button_token="", details={}),
    )


def _blank_sent(session: Session, contact_id: int) -> int:
    session.execute(
        update(StoredOutbound)
        .where(StoredOutbound.contact_id == contact_id, StoredOutbound.state == "queued")
        .values(state="skipped:forgotten")
    )
    sent = select(StoredOutbound.id).where(StoredOutbound.contact_id == contact_id)
    session.execute(
        update(OutboundPart).where(OutboundPart.outbox_id.in_(sent)).values(provider_message_id="")
    )
    return _count(
        session,
        update(StoredOutbound)
        .where(StoredOutbound.contact_id == contact_id)
        .values(reply=Reply("").to_json(), remaining=None, key=None),
    )


def _detach(session: Session, contact: Contact) -> int:
    session.execute(delete(ButtonToken).where(ButtonToken.contact_id == contact.id))
    routes = or_(
        FallbackRoute.contact_id == contact.id, FallbackRoute.route_contact_id == contact.id
    )
    count = _count(session, delete(FallbackRoute).where(routes))
    for column in _references():
        count += _count(session, _without(column, contact))
    return count


def _without(column: Column[Any], contact: Contact) -> Any:
    """The row with a name that is nobody's, without a name, or gone where it has to have one.

    What counts attempts keeps counting them: who asks to be forgotten gets no new tries.
    """
    table = column.table
    if column.name == "conversation_id":
        was_theirs = column == contact.conversation_id
        return update(table).where(was_theirs).values({column.name: str(uuid.uuid4())})
    was_theirs = column == contact.id
    if column.nullable:
        return update(table).where(was_theirs).values({column.name: None})
    return delete(table).where(was_theirs)


def _references() -> Iterator[Column[Any]]:
    """Columns of other tables that lead to a contact, children before their parents."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in _OWN_WAY:
            continue
        for column in table.columns:
            targets = {key.target_fullname for key in column.foreign_keys}
            if "contacts.id" in targets or column.name == "conversation_id":
                yield column


def _unname(contact: Contact) -> None:
    contact.external_id = f"forgotten:{uuid.uuid4()}"
    contact.conversation_id = str(uuid.uuid4())
    contact.chosen_language = contact.last_language = None
    contact.last_heard_at = contact.opted_out_at = contact.blocked_at = None
    contact.taken_over_until = contact.throttled_until = None


def _count(session: Session, statement: Any) -> int:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount
