"""Which period a digest tells, and when it is due, on the clock of the officials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DIGEST_KINDS = ("daily", "weekly", "monthly")
SENT_AT = time(8)
# After a longer downtime older periods are not told any more.
CAUGHT_UP = {"daily": 31, "weekly": 8, "monthly": 3, "ombudsman": 3}


@dataclass(frozen=True)
class Period:
    """From `start` up to, but without, `end`; told at `due`. All aware.

    A day and a week end when they are told (08:00, Monday 08:00), so that nothing is older than it
    must be. A month is the calendar's, so that it agrees with the ombudsman's report.
    """

    kind: str
    start: datetime
    end: datetime
    due: datetime


def latest(kind: str, at: datetime, zone: ZoneInfo) -> Period:
    """The last period of a kind that was due by `at`."""
    day = at.astimezone(zone).date()
    period = _due_on_or_before(kind, day, zone)
    if period.due > at:
        period = _due_on_or_before(kind, day - timedelta(days=1), zone)
    return period


def before(period: Period, zone: ZoneInfo) -> Period:
    """The period that went before, to compare with."""
    return _due_on_or_before(
        period.kind, period.due.astimezone(zone).date() - timedelta(days=1), zone
    )


def due_between(kind: str, since: datetime, at: datetime, zone: ZoneInfo) -> list[Period]:
    """All periods that became due after `since` and by `at`, the oldest first."""
    periods: list[Period] = []
    period = latest(kind, at, zone)
    while period.due > since and len(periods) < CAUGHT_UP[kind]:
        periods.append(period)
        period = before(period, zone)
    return periods[::-1]


def month(year: int, number: int, zone: ZoneInfo, kind: str = "monthly") -> Period:
    """A calendar month."""
    first = date(year, number, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(
        kind,
        _at(first, time(0), zone),
        _at(following, time(0), zone),
        _at(following, SENT_AT, zone),
    )


def _due_on_or_before(kind: str, day: date, zone: ZoneInfo) -> Period:
    """The period whose digest is sent on `day` or, of its kind, last before."""
    if kind == "daily":
        return _days_before(kind, day, 1, zone)
    if kind == "weekly":
        return _days_before(kind, day - timedelta(days=day.weekday()), 7, zone)
    last_of_month = day.replace(day=1) - timedelta(days=1)
    return month(last_of_month.year, last_of_month.month, zone, kind)


def _days_before(kind: str, day: date, days: int, zone: ZoneInfo) -> Period:
    start = _at(day - timedelta(days=days), SENT_AT, zone)
    end = _at(day, SENT_AT, zone)
    return Period(kind, start, end, end)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone)
