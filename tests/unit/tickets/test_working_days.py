"""Working days: weekends and the public holidays of Cambodia do not count."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.working_days import (
    add_working_days,
    add_working_time,
    is_working_day,
    working_time_between,
)

ZONE = ZoneInfo("Asia/Phnom_Penh")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 17), True),
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 11, 22), False),  # a Sunday
        (date(2026, 11, 9), False),  # Independence Day
        (date(2026, 11, 24), False),  # Water Festival
        (date(2026, 4, 14), False),  # Khmer New Year
        (date(2026, 9, 24), False),  # Constitution Day
    ],
)
def test_offices_work_on_weekdays_that_are_no_holidays(day, works):
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 17), 0, date(2026, 11, 17)),
        (date(2026, 11, 17), 1, date(2026, 11, 18)),
        (date(2026, 11, 17), 4, date(2026, 11, 26)),  # weekend and Water Festival in between
        (date(2026, 4, 10), 1, date(2026, 4, 13)),
        (date(2026, 4, 10), 2, date(2026, 4, 17)),  # Khmer New Year in between
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
    ],
)
def test_a_number_of_working_days_later(start, days, end):
    assert add_working_days(start, days) == end


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_the_day_reached_is_a_working_day_with_so_many_before_it(start, days):
    end = add_working_days(start, days)
    assert is_working_day(end)
    between = [start + timedelta(n) for n in range(1, (end - start).days + 1)]
    assert sum(map(is_working_day, between)) == days


def test_a_weekend_is_no_time_at_all():
    friday = datetime(2026, 11, 13, 18, 0, tzinfo=ZONE)
    monday = datetime(2026, 11, 16, 6, 0, tzinfo=ZONE)
    assert working_time_between(friday, monday, ZONE) == timedelta(hours=12)
    assert add_working_time(friday, timedelta(hours=12), ZONE) == monday


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(ZONE)),
    st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_added_working_time_is_the_working_time_between(start, duration):
    end = add_working_time(start, duration, ZONE)
    assert working_time_between(start, end, ZONE) == duration
