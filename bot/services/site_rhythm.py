"""How often a site usually sends, and which sites have been silent for longer than that."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Site, SiteSync
from bot.services.working_days import add_working_time, working_time_between

# The rhythm is read from so many of the latest syncs; before there are a few, a day is allowed.
_SYNCS = 200
_FEWEST_GAPS = 4
_UNKNOWN_RHYTHM = timedelta(hours=24)
# A gap longer than all but 2 % of the usual ones, doubled: a night is usual, a second is not.
_USUAL_SHARE = 0.98
_PATIENCE = 2
_SHORTEST = timedelta(hours=1)


def silent_from(session: Session, site_id: str, moment: datetime, zone: ZoneInfo) -> datetime:
    """When the site counts as silent if `moment` (aware) was its last sync.

    Days on which the offices do not work count neither as usual silence nor as too long a one.
    """
    times = list(
        session.scalars(
            select(SiteSync.received_at)
            .where(SiteSync.site_id == site_id, SiteSync.outcome == "accepted")
            .order_by(SiteSync.received_at.desc())
            .limit(_SYNCS)
        )
    )
    return add_working_time(moment, _patience(times, zone), zone)


def silent_sites(session: Session, moment: datetime) -> list[Site]:
    """The sites that have been silent for longer than is usual for them, the longest first."""
    return list(
        session.scalars(
            select(Site).where(Site.silent_from < moment).order_by(Site.last_sync_at, Site.id)
        )
    )


def _patience(times: list[datetime], zone: ZoneInfo) -> timedelta:
    gaps = sorted(working_time_between(earlier, later, zone) for later, earlier in pairwise(times))
    if len(gaps) < _FEWEST_GAPS:
        return _UNKNOWN_RHYTHM
    usual = gaps[min(len(gaps) - 1, int(_USUAL_SHARE * len(gaps)))]
    return max(_SHORTEST, _PATIENCE * usual)
