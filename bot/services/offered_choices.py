"""The choices that a citizen was offered last, answered in writing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.db.models import ButtonToken, Contact, StoredOutbound
from bot.db.models.base import now
from bot.messages import Button, Reply
from bot.services.choices_answered import choice_answered
from bot.services.universal_words import universal_word

# An older list is forgotten: who writes "2" the day after means something else.
_LONGEST = timedelta(hours=24)
# Asked in every turn, so it is built once.
_LAST_ROWS = (
    select(StoredOutbound.inbound_id, StoredOutbound.reply)
    .where(
        StoredOutbound.contact_id == bindparam("contact_id"),
        StoredOutbound.created_at > bindparam("since"),
    )
    .order_by(StoredOutbound.id.desc())
    .limit(12)
)


def payload_chosen(session: Session, contact: Contact, text: str) -> str | None:
    """The payload behind the choice that a typed text means, or None if it means none.

    Numbers and words choose among the last list of choices that was sent; a word may also be on
    another list of the same turn. A universal word ("menu", "0") never chooses.
    """
    if not text.strip() or universal_word(text):
        return None
    for buttons in _lists_last_offered(session, contact):
        place = choice_answered(text, [button.title for button in buttons])
        if place is not None:
            token = session.get(ButtonToken, buttons[place].payload)
            return token.payload if token is not None and token.contact_id == contact.id else None
        if text.strip().isdecimal():
            return None
    return None


def _lists_last_offered(session: Session, contact: Contact) -> list[list[Button]]:
    """The lists of choices of the last turn that had any, the last list first."""
    rows = session.execute(_LAST_ROWS, {"contact_id": contact.id, "since": now() - _LONGEST})
    lists = [(inbound_id, _choices(reply)) for inbound_id, reply in rows]
    # A notice in between leaves our question open; a turn that offered nothing closes it.
    told = [(inbound_id, buttons) for inbound_id, buttons in lists if buttons or inbound_id]
    if not told:
        return []
    last, buttons_of_last = told[0]
    if last is None:
        return [buttons_of_last]
    return [buttons for inbound_id, buttons in told if buttons and inbound_id == last]


def _choices(reply: Mapping[str, Any]) -> list[Button]:
    return [button for button in Reply.from_json(reply).buttons if not button.url]
