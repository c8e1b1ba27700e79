"""The month of a district, for its Citizen's Office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, selectinload

from bot.db.models import Feedback, Place
from bot.db.models.feedback import ASPECTS, CONCERNS, UNITS
from bot.errors import ChrokError
from bot.services.digests.content import (
    Counts,
    count,
    in_scope,
    needs_answer,
    waiting_at,
)
from bot.services.digests.offices import OfficeFacts, office_facts
from bot.services.digests.periods import Period, before, month

MONTHS_SHOWN = 6


class ReportError(ChrokError):
    """A report that cannot be made; the message names the value and what it must be."""

    code = "report"


@dataclass(frozen=True)
class OmbudsmanReport:
    """Everything that the report tells of one district (or province) and month.

    `trend` holds the last six months, the oldest first, with what was given in each. `themes` are
    what people complained of, the most frequent first. `cases` are the complaints themselves:
    grave ones first, then those that waited longest; their words are masked, unless the citizen
    agreed that the Citizen's Office reads them.
    """

    place_code: str
    period: Period
    counts: Counts
    previous: Counts
    by_unit: dict[str, Counts]
    trend: Sequence[tuple[Period, Counts]]
    themes: Sequence[tuple[str, int]]
    cases: Sequence[Feedback]
    answered: int
    expecting_answer: int
    median_days: float | None
    waiting: int
    offices: OfficeFacts


def read_month(text: str, zone: ZoneInfo) -> Period:
    """The month written as 2026-10; raises `ReportError`."""
    try:
        first = datetime.strptime(text, "%Y-%m")
    except ValueError as error:
        raise ReportError(f"month: {text!r} must be a month such as 2026-10") from error
    return month(first.year, first.month, zone)


def build_report(
    session: Session, place_code: str, period: Period, zone: ZoneInfo
) -> OmbudsmanReport:
    """The report of a place and month, from what is stored; raises `ReportError`."""
    place = session.get(Place, place_code)
    if place is None or place.level == "commune":
        raise ReportError(
            f"district: {place_code!r} must be the NCDD code of a district (0102) or province (01)"
        )
    scope = in_scope(place_code)
    trend = _trend(session, scope, period, zone)
    given = _given(session, scope, period)
    answered = [feedback for feedback in given if feedback.answered_at is not None]
    expecting = _expecting(session, scope, period)
    days = [(f.answered_at - f.created_at).days for f in answered if f.answered_at]
    return OmbudsmanReport(
        place_code=place_code,
        period=period,
        counts=trend[-1][1],
        previous=trend[-2][1],
        by_unit={unit: count([f for f in given if f.unit == unit]) for unit in UNITS},
        trend=trend,
        themes=_themes(given),
        cases=_cases(given),
        answered=sum(feedback.answered_at is not None for feedback in expecting),
        expecting_answer=len(expecting),
        median_days=median(days) if days else None,
        waiting=len(waiting_at(session, scope, period.end)),
        offices=office_facts(session, place_code, period.end, zone),
    )


def _trend(
    session: Session, scope: ColumnElement[bool], period: Period, zone: ZoneInfo
) -> list[tuple[Period, Counts]]:
    months = [period]
    while len(months) < MONTHS_SHOWN:
        months.append(before(months[-1], zone))
    return [(one, count(_given(session, scope, one))) for one in months[::-1]]


def _given(session: Session, scope: ColumnElement[bool], period: Period) -> list[Feedback]:
    """What was given in a period and counts."""
    within = and_(Feedback.created_at >= period.start, Feedback.created_at < period.end)
    return list(
        session.scalars(
            select(Feedback)
            .where(scope, within, Feedback.kept_back.is_(None))
            .options(selectinload(Feedback.aspects))
            .order_by(Feedback.created_at, Feedback.id)
        )
    )


def _expecting(session: Session, scope: ColumnElement[bool], period: Period) -> list[Feedback]:
    within = and_(Feedback.created_at >= period.start, Feedback.created_at < period.end)
    return list(session.scalars(select(Feedback).where(scope, within, needs_answer())))


def _themes(given: Sequence[Feedback]) -> list[tuple[str, int]]:
    """Concerns and disliked aspects by how many named them."""
    named = Counter(feedback.concern for feedback in given if feedback.concern)
    named.update(aspect for feedback in given for aspect in feedback.aspects_of("disliked"))
    order = [*CONCERNS, *ASPECTS]
    return sorted(named.items(), key=lambda item: (-item[1], order.index(item[0])))


def _cases(given: Sequence[Feedback]) -> list[Feedback]:
    complaints = [f for f in given if f.rating == "dissatisfied" or f.concern]
    return sorted(complaints, key=lambda f: (f.concern is None, f.waiting_since, f.id))
