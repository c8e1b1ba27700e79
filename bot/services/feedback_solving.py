"""The citizen's word on an answer: solved, or not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.db.models import Feedback
from bot.services.feedback import record
from bot.services.masking import mask


def mark_solved(session: Session, feedback: Feedback, moment: datetime) -> None:
    """The citizen says that the problem is solved."""
    if feedback.state == "solved":
        return
    feedback.state = "solved"
    record(session, feedback, "citizen", "solved", moment)


def reopen(session: Session, feedback: Feedback, moment: datetime) -> None:
    """The citizen says that it is not solved: it waits anew, for a reminder and an escalation too.

    Of one that waits already only the word is kept.
    """
    record(session, feedback, "citizen", "not_solved", moment)
    if feedback.state in ("open", "acknowledged"):
        return
    feedback.state = "open"
    feedback.reopened_at = moment
    feedback.waiting_since = moment
    feedback.reminded_at = None
    feedback.escalated_at = None


def add_words(session: Session, feedback: Feedback, text: str, moment: datetime) -> None:
    """What the citizen adds, for the officials to read below the first words."""
    record(session, feedback, "citizen", "added", moment, text)
    feedback.text = f"{feedback.text}\n{text}".strip()
    feedback.masked_text = f"{feedback.masked_text}\n{mask(text)}".strip()
