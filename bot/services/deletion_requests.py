"""Requests to be forgotten, from the chat, the provider or the operator, and their carrying out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import Session

from bot.db.insert_once import insert_once
from bot.db.models import Contact, DeletionRequest
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.db.write_ahead import merge_write_ahead_log
from bot.services.forgetting import Forgotten, forget
from bot.services.tracker import TrackerStore

Source = Literal["chat", "provider", "operator"]

# The farewell has to reach the citizen first; the web chat's page fetches it itself.
GRACE = timedelta(seconds=20)
# Capital letters and digits that nobody confuses when they read the code out.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 12
# Asked in every turn, so it is built once.
_WAITING = (
    select(DeletionRequest)
    .where(
        DeletionRequest.contact_id == bindparam("contact_id"), DeletionRequest.state == "waiting"
    )
    .limit(1)
)


def request_forgetting(
    session: Session, contact: Contact, source: Source, grace: timedelta = GRACE
) -> DeletionRequest:
    """Ask for a contact to be forgotten once `grace` is over; asking twice is asking once."""
    waiting = _waiting(session, contact.id)
    if waiting is not None:
        return waiting
    request = DeletionRequest(
        confirmation_code=new_code(),
        channel=contact.channel,
        source=source,
        contact_id=contact.id,
        state="waiting",
        not_before=now() + grace,
    )
    session.add(request)
    session.flush()
    return request


def note_provider_request(
    session: Session, channel: str, subject: str, contact: Contact | None
) -> DeletionRequest:
    """A provider's request about the person behind `subject`, who is `contact` where known.

    `subject` is a keyed hash (at most 64 characters); the same subject gets the same request, so
    a repeat or a replay changes nothing.
    """
    values = {
        "confirmation_code": new_code(),
        "channel": channel,
        "source": "provider",
        "contact_id": contact.id if contact else None,
        "subject": subject,
        "state": "waiting" if contact else "unmatched",
        "requested_at": now(),
        "not_before": now(),
    }
    insert_once(session, DeletionRequest, values)
    return session.scalars(select(DeletionRequest).where(DeletionRequest.subject == subject)).one()


def request_by_code(session: Session, code: str) -> DeletionRequest | None:
    """The request that a confirmation code belongs to."""
    written = code.strip().upper()
    # PostgreSQL refuses to look for a text with NUL in it.
    if len(written) != _CODE_LENGTH or not set(written) <= set(_LETTERS):
        return None
    return session.scalars(
        select(DeletionRequest).where(DeletionRequest.confirmation_code == written)
    ).first()


def forgetting_due_at(session: Session, contact_id: int) -> datetime | None:
    """When the contact is to be forgotten; None where nobody asked for it."""
    request = _waiting(session, contact_id)
    return request.not_before if request else None


def contacts_to_forget(session: Session, moment: datetime, limit: int) -> list[int]:
    """Contacts who should be forgotten by now, the longest waiting first."""
    return [
        contact_id
        for contact_id in session.scalars(
            select(DeletionRequest.contact_id)
            .where(DeletionRequest.state == "waiting", DeletionRequest.not_before <= moment)
            .order_by(DeletionRequest.id)
            .limit(limit)
        )
        if contact_id is not None
    ]


@dataclass(frozen=True)
class Forgetter:
    """Forgets contacts in every place that remembers them."""

    sessions: SessionFactory
    tracker: TrackerStore
    secret_key: str

    def forget(self, contact_id: int) -> Forgotten:
        """Forget a contact now, in the engine's tracker and in the database; closes the requests.

        The tracker comes first: if it does not answer, the request stays open and is tried again.
        Raises SQLAlchemy's `DBAPIError`.
        """
        with self.sessions() as session:
            conversation_id = session.get_one(Contact, contact_id).conversation_id
        self.tracker.forget(conversation_id)
        with self.sessions.begin() as session:
            contact = session.get_one(Contact, contact_id)
            forgotten = forget(session, contact, self.secret_key)
            for request in session.scalars(
                select(DeletionRequest).where(DeletionRequest.contact_id == contact_id)
            ):
                request.state, request.done_at, request.contact_id = "done", now(), None
            engine = session.get_bind()
        merge_write_ahead_log(cast(Engine, engine))
        return forgotten


def new_code() -> str:
    """A confirmation code that cannot be guessed."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))


def _waiting(session: Session, contact_id: int) -> DeletionRequest | None:
    return session.scalars(_WAITING, {"contact_id": contact_id}).first()
