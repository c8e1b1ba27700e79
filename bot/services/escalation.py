"""What nobody answers: a reminder after 7 days, province and Citizen's Office after 14."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from bot.db.models import Feedback, Official
from bot.services.digests.content import WAITING_STATES, needs_answer
from bot.services.officials import responsible_officials

REMINDED_AFTER = timedelta(days=7)
ESCALATED_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class Overdue:
    """A feedback that has waited too long, for how many days, and who is to be told."""

    feedback: Feedback
    days: int
    officials: Sequence[Official]


def to_remind(session: Session, at: datetime) -> list[Overdue]:
    """Waiting for 7 days and not reminded of since the citizen began to wait."""
    late = _waiting(session, at - REMINDED_AFTER, Feedback.reminded_at.is_(None))
    return [
        Overdue(f, (at - f.waiting_since).days, responsible_officials(session, f)) for f in late
    ]


def to_escalate(session: Session, at: datetime) -> list[Overdue]:
    """Waiting for 14 days and not escalated since the citizen began to wait."""
    late = _waiting(session, at - ESCALATED_AFTER, Feedback.escalated_at.is_(None))
    return [Overdue(f, (at - f.waiting_since).days, _above(session, f)) for f in late]


def _waiting(
    session: Session, before: datetime, not_yet: ColumnElement[bool]
) -> Sequence[Feedback]:
    return session.scalars(
        select(Feedback)
        .where(
            Feedback.state.in_(WAITING_STATES),
            needs_answer(),
            Feedback.waiting_since <= before,
            not_yet,
        )
        .order_by(Feedback.id)
        # Of two workers the second waits here and then finds the step taken.
        .with_for_update()
    ).all()


def _above(session: Session, feedback: Feedback) -> list[Official]:
    """The province's officials and the Citizen's Office of the district or the province."""
    province = feedback.place_code[:2]
    officials = _active(
        session,
        or_(Official.place_code == province, Official.place_code == feedback.place_code),
    )
    return [
        official
        for official in officials
        if official.role == "citizens_office"
        or (official.place_code == province and official.unit in ("", "province_owsu"))
    ]


def _active(session: Session, where: ColumnElement[bool]) -> list[Official]:
    return list(
        session.scalars(
            select(Official).where(where, Official.removed_at.is_(None)).order_by(Official.id)
        )
    )
