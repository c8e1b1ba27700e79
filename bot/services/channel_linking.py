"""A second way for notices: the citizen writes a code of one channel to us on another.

Messenger lets nobody write a day after a citizen's last message. Who wants to be told all the same
names Telegram or their phone by writing from there: that shows whose it is, and that they agree.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.db.models import Contact, FallbackRoute, LinkCode
from bot.db.models.base import now
from bot.db.models.linking import LINK_CODE_DIGITS
from bot.messages import Reply
from bot.text.digits import to_latin_digits
from bot.text.normalise import normalise
from bot.wording import Wording

# Channels that may always be written to first.
CHANNELS = ("telegram", "sms")
# What stands before the code, in a message and in a link to the Telegram bot.
WORDS = {"km": "ភ្ជាប់", "en": "LINK"}
REFERENCE = "link_"
_LIVES = timedelta(minutes=30)
_CODE = rf"(\d(?:[ \u200b-]?\d){{{LINK_CODE_DIGITS - 1}}})"
_MESSAGE = re.compile(rf"\W*(?:link|{normalise(WORDS['km'])}|phchoab|pchoab)\W*{_CODE}\W*", re.I)


def new_link_code(session: Session, contact_id: int, moment: datetime) -> str:
    """A code of eight digits for the contact; the ones before it are worth nothing any more."""
    session.execute(
        delete(LinkCode).where(
            (LinkCode.contact_id == contact_id) | (LinkCode.created_at < moment - _LIVES)
        )
    )
    code = f"{secrets.randbelow(10**LINK_CODE_DIGITS):0{LINK_CODE_DIGITS}}"
    session.merge(LinkCode(code=code, contact_id=contact_id, used_by_id=None, created_at=moment))
    return code


def link_code_in(text: str, reference: str = "") -> str:
    """The code that a message consists of, or nothing; `reference` is that of a bot's link."""
    if reference.startswith(REFERENCE):
        return reference.removeprefix(REFERENCE)
    found = _MESSAGE.fullmatch(to_latin_digits(normalise(text)))
    return re.sub(r"\D", "", found[1]) if found else ""


def answer_link_code(
    session: Session,
    wording: Wording,
    contact: Contact,
    code: str,
    language: str,
    moment: datetime,
) -> Reply:
    """Make the route that the code stands for; whoever writes it again is answered the same.

    `language` is for somebody of whom none is known.
    """
    name = "utter_link_done" if _link(session, contact, code, moment) else "utter_link_unknown"
    known = contact.chosen_language or contact.last_language
    return Reply(wording.text(name, known or language))


def has_route(session: Session, contact_id: int) -> bool:
    """Whether notices have another way to this citizen."""
    found = select(FallbackRoute.id).where(
        FallbackRoute.contact_id == contact_id, FallbackRoute.revoked_at.is_(None)
    )
    return session.scalars(found.limit(1)).first() is not None


def revoke_routes(session: Session, contact_id: int) -> None:
    """Use no other way for this citizen's notices any more."""
    session.execute(
        update(FallbackRoute)
        .where(FallbackRoute.contact_id == contact_id, FallbackRoute.revoked_at.is_(None))
        .values(revoked_at=now())
    )


def _link(session: Session, contact: Contact, code: str, moment: datetime) -> bool:
    row = session.get(LinkCode, code)
    if (
        row is None
        or contact.channel not in CHANNELS
        or row.contact_id == contact.id
        or row.created_at < moment - _LIVES
        or row.used_by_id not in (None, contact.id)
    ):
        return False
    row.used_by_id = contact.id
    route = session.scalars(
        select(FallbackRoute).where(
            FallbackRoute.contact_id == row.contact_id,
            FallbackRoute.route_contact_id == contact.id,
        )
    ).first()
    if route is None:
        route = FallbackRoute(contact_id=row.contact_id, route_contact_id=contact.id)
        session.add(route)
    route.agreed_at, route.revoked_at = moment, None
    return True
