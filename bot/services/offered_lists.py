"""Lists of choices that were sent to a citizen: which is the last, and is it still good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import regex
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import StoredOutbound
from bot.db.models.base import now
from bot.messages import Button, Reply
from bot.text.digits import to_latin_digits
from bot.text.normalise import normalise

# The day after, nobody knows what "2" was about, and neither should we.
_LIVES = timedelta(hours=24)
_REMEMBERED = timedelta(days=14)
_ROWS_LOOKED_AT = 12
_NUMBER = regex.compile(r"\W*[1-9][0-9]?\W*")


@dataclass(frozen=True)
class OfferedList:
    """The choices under one reply; a stale list is too old to be answered."""

    buttons: tuple[Button, ...]
    is_stale: bool


def last_offered(session: Session, contact_id: int) -> OfferedList | None:
    """The last list that the contact was sent within two weeks, if any."""
    moment = now()
    rows = session.scalars(
        select(StoredOutbound)
        .where(
            StoredOutbound.contact_id == contact_id,
            StoredOutbound.created_at > moment - _REMEMBERED,
        )
        .order_by(StoredOutbound.id.desc())
        .limit(_ROWS_LOOKED_AT)
    )
    for row in rows:
        buttons = tuple(button for button in Reply.from_json(row.reply).buttons if not button.url)
        if buttons:
            return OfferedList(buttons, row.created_at < moment - _LIVES)
    return None


def is_number_of_stale_list(session: Session, contact_id: int, text: str) -> bool:
    """Whether a text is the number of a choice whose list is too old to know what it meant."""
    if not _NUMBER.fullmatch(to_latin_digits(text)):
        return False
    offered = last_offered(session, contact_id)
    return offered is not None and offered.is_stale


def token_of_choice_with(session: Session, contact_id: int, words: str) -> str | None:
    """The token of the one choice of the last list whose title has these words in it."""
    offered = last_offered(session, contact_id)
    if offered is None or offered.is_stale or not _plain(words):
        return None
    found = [button for button in offered.buttons if _plain(words) in _plain(button.title)]
    return found[0].payload if len(found) == 1 else None


def _plain(text: str) -> str:
    return regex.sub(r"[^\p{L}\p{M}\p{N}]", "", normalise(text).lower())
