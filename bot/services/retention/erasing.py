"""Erasing words that are too old, a few rows at a time, and never what is still being worked on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from bot.db.models import (
    Base,
    ButtonToken,
    HandoverRequest,
    OutgoingEmail,
    StoredInbound,
    StoredOutbound,
)
from bot.db.session import SessionFactory
from bot.messages import Reply

# So few rows a transaction that nobody who writes has to wait for SQLite's one lock.
_AT_ONCE = 500
_NOTHING_SAID = json.dumps(Reply("").to_json())


@dataclass(frozen=True)
class Words:
    """Where words rest: which rows of `model` have any that are too old, and what becomes of them.

    Without `blank` the row goes.
    """

    model: type[Base]
    is_old: ColumnElement[bool]
    blank: dict[str, Any] | None

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.model.__tablename__)


def words_before(limit: datetime) -> list[Words]:
    """Every place in the database where raw words from before `limit` may go.

    Feedback is not among them: it is the office's record of a complaint (docs/privacy.md).
    """
    return [
        *_messages_before(limit),
        Words(
            HandoverRequest,
            (func.coalesce(HandoverRequest.closed_at, HandoverRequest.created_at) < limit)
            & (HandoverRequest.state == "closed")
            & (HandoverRequest.reason != ""),
            {"reason": ""},
        ),
        Words(
            OutgoingEmail,
            (OutgoingEmail.created_at < limit)
            & (OutgoingEmail.state != "queued")
            & (OutgoingEmail.content != b""),
            {"content": b""},
        ),
        Words(ButtonToken, ButtonToken.created_at < limit, None),
    ]


def _messages_before(limit: datetime) -> list[Words]:
    return [
        Words(
            StoredInbound,
            (StoredInbound.received_at < limit)
            & (StoredInbound.state != "waiting")
            & or_(
                StoredInbound.text != "",
                StoredInbound.button_token != "",
                cast(StoredInbound.details, String) != "{}",
            ),
            {"text": "", "button_token": "", "details": {}},
        ),
        Words(
            StoredOutbound,
            (StoredOutbound.created_at < limit)
            & (StoredOutbound.state != "queued")
            & or_(
                StoredOutbound.remaining.is_not(None),
                cast(StoredOutbound.reply, String) != _NOTHING_SAID,
            ),
            {"reply": Reply("").to_json(), "remaining": None},
        ),
    ]


def count_words(session: Session, words: Words) -> int:
    """How many rows have words that are too old."""
    query = select(func.count()).select_from(words.model).where(words.is_old)
    return session.scalars(query).one()


def erase_words(sessions: SessionFactory, words: Words) -> int:
    """Erase them; returns from how many rows. Broken off, what was erased stays erased."""
    erased, last = 0, None
    while True:
        with sessions.begin() as session:
            if session.get_bind().dialect.name == "sqlite":
                session.execute(text("PRAGMA secure_delete = ON"))
            keys = _erase_some(session, words, last)
        erased += len(keys)
        if len(keys) < _AT_ONCE:
            return erased
        last = keys[-1]


def _erase_some(session: Session, words: Words, last: Any) -> Sequence[Any]:
    """The next few after the key `last`: what was erased before is not gone through again."""
    key = words.model.__mapper__.primary_key[0]
    old = select(key).where(words.is_old).order_by(key).limit(_AT_ONCE)
    keys = session.scalars(old if last is None else old.where(key > last)).all()
    if not keys:
        return keys
    # Asked again with the change: somebody may have taken the row up meanwhile.
    theirs = key.in_(keys) & words.is_old
    if words.blank is None:
        session.execute(delete(words.model).where(theirs))
    else:
        session.execute(update(words.model).where(theirs).values(words.blank))
    return keys
