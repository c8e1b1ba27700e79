"""Tells officials of what waits too long, each step once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.db.models import Feedback
from bot.db.session import SessionFactory
from bot.errors import ChrokError
from bot.logs.loggers import get_logger
from bot.services.escalation import Overdue, to_escalate, to_remind
from bot.services.feedback import record
from bot.settings import Settings
from webhook.digest_delivery import Told
from webhook.digests.messages import OfficialMessages

log = get_logger(__name__)
Step = Literal["reminder", "escalation"]


def send_escalations(sessions: SessionFactory, settings: Settings, at: datetime) -> Told:
    """Queue the reminders and escalations that are due."""
    result = Told()
    _take(sessions, settings, at, "reminder", to_remind, result)
    _take(sessions, settings, at, "escalation", to_escalate, result)
    return result


def _take(
    sessions: SessionFactory,
    settings: Settings,
    at: datetime,
    step: Step,
    find: Callable[[Session, datetime], Sequence[Overdue]],
    result: Told,
) -> None:
    try:
        with sessions.begin() as session:
            for late in find(session, at):
                _tell(session, settings, late, step, at, result)
    except (SQLAlchemyError, ChrokError) as error:
        result.failed += 1
        log.error("officials_not_told", step=step, error=error)


def _tell(
    session: Session, settings: Settings, late: Overdue, step: Step, at: datetime, result: Told
) -> None:
    """Where nobody is to be told yet the step stays due: somebody may be added tomorrow."""
    feedback = late.feedback
    messages = OfficialMessages(session, settings)
    began = int(feedback.waiting_since.timestamp())
    told = []
    for official in late.officials:
        key = f"{step}:{feedback.id}:{began}:{official.id}"
        if messages.item(feedback, official, step, key, late.days):
            told.append(official)
    if not told:
        return
    result.told += len(told)
    result.contacts += [official.contact_id for official in told if official.contact_id]
    _mark(feedback, step, at)
    action = "reminded" if step == "reminder" else "escalated"
    numbers = [official.id for official in told]
    record(session, feedback, "system", action, at, days=late.days, officials=numbers)


def _mark(feedback: Feedback, step: Step, at: datetime) -> None:
    if step == "reminder":
        feedback.reminded_at = at
    else:
        feedback.escalated_at = at
