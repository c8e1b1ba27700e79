"""What is to reach a citizen: replies to a message, and notices that nobody just asked for."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from bot.db.insert_once import insert_once
from bot.db.models import ButtonToken, Contact, StoredOutbound
from bot.db.models.base import now
from bot.messages import Button, Reply

# Notices that wait, in these states, for the citizen's next message.
_HELD_STATES = ("skipped:window_closed", "skipped:blocked")
_HELD_FOR = timedelta(days=30)
# Made once, for the table alone: it runs with every message that comes in.
_OUTBOX = cast(Table, StoredOutbound.__table__)
_TAKE_UP = (
    update(_OUTBOX)
    .where(
        _OUTBOX.c.contact_id == bindparam("holder"),
        _OUTBOX.c.key.is_not(None),
        _OUTBOX.c.state.in_(_HELD_STATES),
        _OUTBOX.c.created_at > bindparam("held_since"),
    )
    .values(
        state="queued",
        attempts=0,
        finished_at=None,
        not_before=bindparam("not_before"),
        queued_at=bindparam("queued_at"),
    )
)


class Priority(IntEnum):
    """What overtakes what on the way to one recipient; the lowest goes first."""

    REPLY = 0
    NOTICE = 5
    BULK = 9


def queue_replies(
    session: Session, contact: Contact, inbound_id: int | None, replies: Sequence[Reply]
) -> None:
    """Add replies to the outbox in the caller's transaction, their buttons behind tokens."""
    moment = now()
    for position, reply in enumerate(replies):
        session.add(
            StoredOutbound(
                contact_id=contact.id,
                inbound_id=inbound_id,
                position=position,
                reply=_with_tokens(session, contact, reply).to_json(),
                # The web chat tells replies apart by the moment they were written.
                created_at=moment + timedelta(microseconds=position),
            )
        )


def queue_notice(
    session: Session,
    contact: Contact,
    reply: Reply,
    *,
    key: str,
    priority: Priority = Priority.NOTICE,
    not_before: datetime | None = None,
) -> bool:
    """Add a message that nobody just asked for, in the caller's transaction; once for each `key`.

    Returns whether it is new. `key` (at most 120 characters) names the event that is told, for
    example `ticket:010221070034:3:17` (code, version, contact): whoever repeats the call, also
    after a crash or from another worker, queues nothing more. A notice that the provider does not
    take now (Messenger's closed window) goes by a channel that the citizen agreed to, else with
    their next message.
    """
    inserted = insert_once(
        session,
        StoredOutbound,
        {
            "contact_id": contact.id,
            "key": key,
            "priority": int(priority),
            "position": 0,
            "reply": reply.to_json(),
            "state": "queued",
            "parts_sent": 0,
            "attempts": 0,
            "not_before": not_before or now(),
            "created_at": now(),
        },
    )
    if inserted and reply.buttons:
        row = session.scalars(select(StoredOutbound).where(StoredOutbound.key == key)).one()
        row.reply = _with_tokens(session, contact, reply).to_json()
    return inserted


def take_up_held_notices(session: Session, contact_id: int) -> None:
    """Queue again what could not reach the citizen before they wrote: the window is open now."""
    session.flush()
    moment = now()
    session.execute(
        _TAKE_UP,
        {
            "holder": contact_id,
            "held_since": moment - _HELD_FOR,
            "not_before": moment,
            "queued_at": moment,
        },
    )


def _with_tokens(session: Session, contact: Contact, reply: Reply) -> Reply:
    """The reply with its buttons' payloads behind opaque tokens, bound to the contact."""
    buttons = tuple(_behind_token(session, contact, button) for button in reply.buttons)
    return replace(reply, buttons=buttons)


def _behind_token(session: Session, contact: Contact, button: Button) -> Button:
    if button.url:
        return button
    token = secrets.token_urlsafe(12)
    session.add(
        ButtonToken(
            token=token, contact_id=contact.id, title=button.title[:200], payload=button.payload
        )
    )
    return replace(button, payload=token)
