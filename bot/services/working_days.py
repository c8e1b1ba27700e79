"""Working days in Cambodia: not Saturday, not Sunday, not a public holiday.

Holidays are those of the `holidays` library for KH: the yearly sub-decrees on public holidays, and
for years without one yet the lunar feasts as calculated.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

_FRIDAY = 4


def is_working_day(day: date) -> bool:
    """Whether the offices work on this day."""
    return day.weekday() <= _FRIDAY and day not in _holidays_of(day.year)


def add_working_days(start: date, days: int) -> date:
    """The day by which `days` (0 or more) working days after `start` have gone by.

    The day of the application itself is not counted.
    """
    day = start
    left = days
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def add_working_time(start: datetime, duration: timedelta, zone: ZoneInfo) -> datetime:
    """`start` (aware) plus a duration in which days that are no working days do not count."""
    moment = start
    left = duration
    while True:
        local = moment.astimezone(zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), zone)
        until_midnight = midnight - moment
        if is_working_day(local.date()):
            if left < until_midnight:
                return moment + left
            left -= until_midnight
        moment = midnight.astimezone(start.tzinfo)


def working_time_between(start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
    """The time from `start` to `end` (both aware) without the days that are no working days."""
    total = end - start
    day = start.astimezone(zone).date()
    last = end.astimezone(zone).date()
    while day <= last:
        if not is_working_day(day):
            begins = datetime.combine(day, datetime.min.time(), zone)
            total -= max(timedelta(), min(end, begins + timedelta(days=1)) - max(start, begins))
        day += timedelta(days=1)
    return max(total, timedelta())


@cache
def _holidays_of(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("KH", years=year))
