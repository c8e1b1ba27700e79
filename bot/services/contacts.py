"""What a citizen chose for themselves."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.db.models import Contact


def choose_language(session: Session, conversation_id: str, language: str) -> None:
    """Answer this citizen in this language from now on, whatever they write in."""
    session.execute(
        update(Contact)
        .where(Contact.conversation_id == conversation_id)
        .values(chosen_language=language)
    )
