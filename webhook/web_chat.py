"""The web chat's side of the inbox and outbox."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Contact, StoredInbound, StoredOutbound
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.messages import InboundMessage, Kind, Reply
from webhook import inbox

CHANNEL = "web"
# As `secrets.token_urlsafe(32)` writes it.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_HISTORY = 100
_OVERLAP = timedelta(seconds=5)
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ChatSession:
    """A browser's conversation. Whoever holds the token holds the conversation."""

    token: str
    external_id: str
    is_new: bool


@dataclass(frozen=True)
class ChatMessage:
    """One bubble.

    `id` is the moment it was written, in microseconds since 1970, so it grows along the
    conversation; `at` is the same in ISO 8601; `client_id` is the page's own id of what it sent.
    """

    id: int
    author: str
    text: str
    buttons: list[dict[str, str]]
    image_url: str
    link_url: str
    at: str
    client_id: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values for the page."""
        return asdict(self)


class WebChat:
    """What the chat page needs: sessions, receiving, history."""

    def __init__(self, sessions: SessionFactory, wake: Callable[[int], Any]) -> None:
        self._sessions = sessions
        self._wake = wake

    def session_of(self, token: str | None) -> ChatSession:
        """The session behind a cookie, or a new one."""
        if token and _TOKEN.fullmatch(token):
            return ChatSession(token=token, external_id=token, is_new=False)
        token = secrets.token_urlsafe(32)
        return ChatSession(token=token, external_id=token, is_new=True)

    def receive(
        self, session: ChatSession, client_message_id: str, text: str, button_token: str
    ) -> None:
        """Store a message once, however often the page sends it, and wake a worker."""
        message = InboundMessage(
            channel=CHANNEL,
            event_id=f"{session.external_id}:{client_message_id}",
            sender_id=session.external_id,
            kind=Kind.BUTTON if button_token else Kind.TEXT,
            occurred_at=now(),
            text=text,
            button_token=button_token,
            details={"client_id": client_message_id},
        )
        for contact_id in inbox.accept(self._sessions, [message]):
            self._wake(contact_id)

    def messages(self, session: ChatSession, after: int) -> list[ChatMessage]:
        """What was said since the message `after` (0: the latest hundred), oldest first.

        A message that was written just before `after` but became visible just behind it would be
        lost; so the last seconds are told again, and the page shows each id once.
        """
        since = datetime.fromtimestamp(after / 1e6, UTC) - _OVERLAP if after else _BEGINNING
        with self._sessions() as database:
            contact = self._contact(database, session)
            if contact is None:
                return []
            said = database.scalars(
                select(StoredInbound)
                .where(StoredInbound.contact_id == contact.id, StoredInbound.received_at > since)
                .order_by(StoredInbound.id.desc())
                .limit(_HISTORY)
            )
            replies = database.scalars(
                select(StoredOutbound)
                .where(StoredOutbound.contact_id == contact.id, StoredOutbound.created_at > since)
                .order_by(StoredOutbound.id.desc())
                .limit(_HISTORY)
            )
            bubbles = [*map(_citizens, said), *map(_ours, replies)]
        # What is too old has lost its words, and is not shown as an empty bubble.
        bubbles = [bubble for bubble in bubbles if bubble.text or bubble.image_url]
        return sorted(bubbles, key=lambda bubble: bubble.id)[-_HISTORY:]

    def is_waiting(self, session: ChatSession) -> bool:
        """Whether an answer is being worked on."""
        with self._sessions() as database:
            contact = self._contact(database, session)
            return contact is not None and inbox.next_waiting(database, contact.id) is not None

    def _contact(self, database: Session, session: ChatSession) -> Contact | None:
        return database.scalars(
            select(Contact).where(
                Contact.channel == CHANNEL, Contact.external_id == session.external_id
            )
        ).first()


def _citizens(row: StoredInbound) -> ChatMessage:
    return ChatMessage(
        id=_moment(row.received_at),
        author="citizen",
        text=row.text,
        buttons=[],
        image_url="",
        link_url="",
        at=row.received_at.isoformat(),
        client_id=row.details.get("client_id", ""),
    )


def _ours(row: StoredOutbound) -> ChatMessage:
    reply = Reply.from_json(row.reply)
    return ChatMessage(
        id=_moment(row.created_at),
        author="assistant",
        text=reply.text,
        buttons=[
            {
                "title": button.title,
                "token": "" if button.url else button.payload,
                "url": button.url,
            }
            for button in reply.buttons
        ],
        image_url=reply.image_url,
        link_url=reply.link_url,
        at=row.created_at.isoformat(),
    )


def _moment(moment: datetime) -> int:
    return int(moment.timestamp() * 1e6)
