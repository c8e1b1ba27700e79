"""What officials do with a feedback; the citizen is told where they allowed it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from bot.db.models import Contact, Feedback, Official, Place
from bot.db.models.feedback import UNITS
from bot.errors import ChrokError
from bot.messages import Reply
from bot.services.contacts import language_of
from bot.services.feedback import record
from bot.services.feedback_questions import solved_buttons
from bot.services.outgoing import queue_notice
from bot.services.place_names import place_name
from bot.text.digits import Language
from bot.wording import wording

LONGEST_ANSWER = 1500


class AnsweringError(ChrokError):
    """An official's step that cannot be taken; `reason` names it for the wording.

    Reasons: `not_yours`, `empty`, `too_long`, `solved`, `no_unit`, `same_unit`.
    """

    code = "answering"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def acknowledge(session: Session, feedback: Feedback, official: Official, moment: datetime) -> None:
    """The office has seen it and looks into it; once that is known, nothing changes."""
    _check_scope(feedback, official)
    if feedback.state != "open":
        return
    feedback.state = "acknowledged"
    record(session, feedback, "official", "acknowledged", moment, official=official)
    _tell(session, feedback, "acknowledged_notice", moment)


def answer(
    session: Session, feedback: Feedback, official: Official, text: str, moment: datetime
) -> None:
    """Answer the citizen; an answer to one that is answered already follows the first."""
    _conclude(session, feedback, official, text, moment, state="answered", notice="answer_arrived")


def close(
    session: Session, feedback: Feedback, official: Official, reason: str, moment: datetime
) -> None:
    """End it without a solution; the citizen is told the reason, and may open it again."""
    _conclude(session, feedback, official, reason, moment, state="closed", notice="closed_notice")


def forward(
    session: Session,
    feedback: Feedback,
    official: Official,
    unit: str,
    place_code: str,
    moment: datetime,
) -> None:
    """Make another unit responsible; without a place, that unit of the same district or province.

    Raises `AnsweringError` where there is no such unit.
    """
    _check_open(feedback, official)
    place = place_code or feedback.place_code
    place = place[:2] if unit == "province_owsu" else place
    fits = unit in UNITS and len(place) == (2 if unit == "province_owsu" else 4)
    if not fits or session.get(Place, place) is None:
        raise AnsweringError("no_unit")
    if (unit, place) == (feedback.unit, feedback.place_code):
        raise AnsweringError("same_unit")
    before = f"{feedback.unit} {feedback.place_code}"
    feedback.unit, feedback.place_code = unit, place
    feedback.state = "open"
    text = f"{before} -> {unit} {place}"
    record(session, feedback, "official", "forwarded", moment, text, official)
    _tell(session, feedback, "forwarded_notice", moment)


def may_act(feedback: Feedback, official: Official) -> bool:
    """Whether the feedback is in the official's district or province, and of their unit."""
    inside = feedback.place_code.startswith(official.place_code)
    return inside and official.unit in ("", feedback.unit) and official.removed_at is None


def _conclude(
    session: Session,
    feedback: Feedback,
    official: Official,
    text: str,
    moment: datetime,
    *,
    state: str,
    notice: str,
) -> None:
    _check_open(feedback, official)
    given = text.strip()
    if not given:
        raise AnsweringError("empty")
    if len(given) > LONGEST_ANSWER:
        raise AnsweringError("too_long")
    feedback.state = state
    feedback.answer = given
    feedback.answered_at = moment
    record(session, feedback, "official", state, moment, given, official)
    _tell(session, feedback, notice, moment, answer=given)


def _check_scope(feedback: Feedback, official: Official) -> None:
    if not may_act(feedback, official):
        raise AnsweringError("not_yours")


def _check_open(feedback: Feedback, official: Official) -> None:
    _check_scope(feedback, official)
    if feedback.state == "solved":
        raise AnsweringError("solved")


def _tell(
    session: Session, feedback: Feedback, notice: str, moment: datetime, **values: str
) -> None:
    """Queue a notice to the citizen, if they allowed to be answered."""
    if feedback.contact_id is None:
        return
    contact = session.get_one(Contact, feedback.contact_id)
    known = contact.chosen_language or contact.last_language
    language = language_of(contact) if known else cast(Language, feedback.language)
    words = wording()
    text = words.text(
        f"utter_feedback_{notice}",
        language,
        unit=words.text(f"utter_feedback_unit_{feedback.unit}", language),
        place=place_name(session, words, feedback.place_code, language),
        reference=feedback.reference,
        **values,
    )
    asks = notice in ("answer_arrived", "closed_notice")
    buttons = solved_buttons(words, language, feedback.reference) if asks else ()
    key = f"feedback:{feedback.id}:{notice}:{int(moment.timestamp() * 1000)}"
    queue_notice(session, contact, Reply(text, buttons=buttons), key=key)
