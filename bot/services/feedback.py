"""Taking feedback in, and finding it again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from rapidfuzz import fuzz
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Contact, Feedback, FeedbackAspect, FeedbackEvent, Official
from bot.services.feedback_reference import new_reference
from bot.services.masking import mask
from bot.text.normalise import normalise

Actor = Literal["citizen", "system", "operator", "official"]

# A repeat so soon is the same statement delivered twice: an action may run again after a timeout.
_SAME_STATEMENT = timedelta(minutes=5)
_REPEAT = timedelta(hours=24)
_ALIKE = 92
# More than this of one person is kept, but neither counted nor alerted.
_MOST_PER_HOUR, _MOST_PER_DAY = 3, 8
_LATEST = 3


@dataclass(frozen=True)
class GivenFeedback:
    """What a citizen stated, complete. `place_code` is of the unit's level (2 or 4 digits)."""

    unit: str
    place_code: str
    rating: str
    text: str = ""
    liked: Sequence[str] = ()
    disliked: Sequence[str] = ()
    ticket_code: str = ""
    concern: str | None = None
    shared_with_citizens_office: bool = False
    may_be_answered: bool = False
    language: str = "km"
    conversation_id: str = field(default="", repr=False)


def author_key(secret: str, conversation_id: str) -> str:
    """Tells whether two statements are one person's, but not whose: a keyed hash (HMAC-SHA256)."""
    key = f"feedback author:{secret}".encode()
    return hmac.new(key, conversation_id.encode(), hashlib.sha256).hexdigest()


def submit(session: Session, given: GivenFeedback, secret: str, moment: datetime) -> Feedback:
    """Store a statement; a repeat within minutes gives the stored one back.

    A later repeat and a burst of one person are stored and marked `kept_back`: they reach the
    official as a number, not as further voices.
    """
    author = author_key(secret, given.conversation_id)
    earlier = _earlier(session, author, moment)
    same = next((row for row in earlier if _is_same(row, given)), None)
    if same is not None and moment - same.created_at < _SAME_STATEMENT:
        return same
    contact = session.scalar(
        select(Contact).where(Contact.conversation_id == given.conversation_id)
    )
    feedback = Feedback(
        reference=_unused_reference(session),
        unit=given.unit,
        place_code=given.place_code,
        rating=given.rating,
        text=given.text,
        masked_text=mask(given.text),
        ticket_code=given.ticket_code or None,
        concern=given.concern,
        shared_with_citizens_office=given.shared_with_citizens_office,
        author_key=author,
        contact_id=contact.id if contact and given.may_be_answered else None,
        channel=contact.channel if contact else "web",
        language=given.language,
        kept_back="duplicate" if same else ("burst" if _is_burst(earlier, moment) else None),
        duplicate_of_id=(same.duplicate_of_id or same.id) if same else None,
        created_at=moment,
        waiting_since=moment,
        aspects=_aspects(given),
    )
    session.add(feedback)
    session.flush()
    record(session, feedback, "citizen", "received", moment)
    return feedback


def record(
    session: Session,
    feedback: Feedback,
    actor: Actor,
    action: str,
    moment: datetime,
    text: str = "",
    official: Official | None = None,
    **details: Any,
) -> None:
    """Add a step to the audit trail."""
    session.add(
        FeedbackEvent(
            feedback_id=feedback.id,
            happened_at=moment,
            actor=actor,
            official_id=official.id if official else None,
            action=action,
            text=text,
            details=details,
        )
    )


def by_reference(session: Session, reference: str) -> Feedback | None:
    """The feedback with this reference, as `feedback_reference.written` writes it."""
    return session.scalar(select(Feedback).where(Feedback.reference == reference))


def latest_of(session: Session, secret: str, conversation_id: str) -> list[Feedback]:
    """The last few statements of a citizen, the newest first."""
    return list(
        session.scalars(
            select(Feedback)
            .where(Feedback.author_key == author_key(secret, conversation_id))
            .order_by(Feedback.id.desc())
            .limit(_LATEST)
        )
    )


def is_author(feedback: Feedback, secret: str, conversation_id: str) -> bool:
    """Whether the citizen of this conversation gave the feedback."""
    return hmac.compare_digest(feedback.author_key, author_key(secret, conversation_id))


def is_responsible(feedback: Feedback, official: Official) -> bool:
    """Whether the official has to answer: the office of the very place and unit."""
    return (
        official.role == "office"
        and official.place_code == feedback.place_code
        and official.unit in ("", feedback.unit)
    )


def text_for(feedback: Feedback, official: Official | None) -> str:
    """The citizen's words as this reader may see them; masked for all but the responsible.

    The district's Citizen's Office reads them in full where the citizen agreed to that.
    """
    if official is None:
        return feedback.masked_text
    shared = (
        feedback.shared_with_citizens_office
        and official.role == "citizens_office"
        and feedback.place_code.startswith(official.place_code)
    )
    return feedback.text if shared or is_responsible(feedback, official) else feedback.masked_text


def _aspects(given: GivenFeedback) -> list[FeedbackAspect]:
    return [
        FeedbackAspect(aspect=aspect, opinion=opinion)
        for opinion, aspects in (("liked", given.liked), ("disliked", given.disliked))
        for aspect in dict.fromkeys(aspects)
    ]


def _earlier(session: Session, author: str, moment: datetime) -> list[Feedback]:
    return list(
        session.scalars(
            select(Feedback)
            .where(Feedback.author_key == author, Feedback.created_at > moment - _REPEAT)
            .order_by(Feedback.id.desc())
        )
    )


def _is_same(row: Feedback, given: GivenFeedback) -> bool:
    if (row.unit, row.place_code, row.rating) != (given.unit, given.place_code, given.rating):
        return False
    if row.text or given.text:
        return fuzz.ratio(normalise(row.text), normalise(given.text)) >= _ALIKE
    liked, disliked = set(row.aspects_of("liked")), set(row.aspects_of("disliked"))
    return (liked, disliked) == (set(given.liked), set(given.disliked))


def _is_burst(earlier: Sequence[Feedback], moment: datetime) -> bool:
    in_hour = sum(row.created_at > moment - timedelta(hours=1) for row in earlier)
    return in_hour >= _MOST_PER_HOUR or len(earlier) >= _MOST_PER_DAY


def _unused_reference(session: Session) -> str:
    while True:
        reference = new_reference()
        if not session.scalar(
            select(func.count()).select_from(Feedback).where(Feedback.reference == reference)
        ):
            return reference
