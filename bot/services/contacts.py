"""Who writes to us, and what they chose for themselves."""

from __future__ import annotations

import uuid
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.db.insert_once import insert_once
from bot.db.models import Contact
from bot.text.digits import Language


def contact_id_of(session: Session, channel: str, external_id: str) -> int:
    """The id of the contact, who is made on first sight."""
    query = select(Contact.id).where(Contact.channel == channel, Contact.external_id == external_id)
    known = session.scalar(query)
    if known is not None:
        return known
    insert_once(
        session,
        Contact,
        {"channel": channel, "external_id": external_id, "conversation_id": str(uuid.uuid4())},
    )
    return session.scalars(query).one()


def language_of(contact: Contact) -> Language:
    """The language to write in to somebody when the engine does not decide it."""
    return cast(Language, contact.chosen_language or contact.last_language or "km")


def contact_of_conversation(session: Session, conversation_id: str) -> Contact | None:
    """The contact whom the engine knows by this id; None where the bridge made no such id."""
    return session.scalars(
        select(Contact).where(Contact.conversation_id == conversation_id)
    ).first()


def choose_language(session: Session, conversation_id: str, language: str) -> None:
    """Answer this citizen in this language from now on, whatever they write in."""
    session.execute(
        update(Contact)
        .where(Contact.conversation_id == conversation_id)
        .values(chosen_language=language)
    )
