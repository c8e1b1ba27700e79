"""When citizens are left in peace: nothing is sent unasked from 20:00 to 07:00."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM = time(20)
QUIET_UNTIL = time(7)


def next_waking_moment(moment: datetime, zone: ZoneInfo) -> datetime:
    """`moment` (aware) itself where the clock in `zone` allows it, else 07:00 after it."""
    local = moment.astimezone(zone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return moment
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, zone).astimezone(moment.tzinfo)
