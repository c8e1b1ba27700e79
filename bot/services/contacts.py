"""Who writes to us, and what they chose for themselves."""

from __future__ import annotations

import uuid
from typing import cast

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.db.insert_once import insert_once
from bot.db.models import Contact
from bot.db.models.encrypted import KeyedDigest
from bot.text.digits import Language

_CONTACTS = Contact.__table__.c
# Made once, and told the id twice: it is looked for under the current key and the one before it.
_ID_OF = select(_CONTACTS.id).where(
    _CONTACTS.channel == bindparam("channel"),
    _CONTACTS.external_id_digest.in_(
        [
            bindparam("external_id", type_=KeyedDigest()),
            bindparam("same_id", type_=KeyedDigest(previous=True)),
        ]
    ),
)


def contact_id_of(session: Session, channel: str, external_id: str) -> int:
    """The id of the contact, who is made on first sight."""
    session.flush()
    wanted = {"channel": channel, "external_id": external_id, "same_id": external_id}
    known: int | None = session.scalar(_ID_OF, wanted)
    if known is not None:
        return known
    insert_once(
        session,
        Contact,
        {"channel": channel, "external_id": external_id, "conversation_id": str(uuid.uuid4())},
    )
    return cast(int, session.scalars(_ID_OF, wanted).one())


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
