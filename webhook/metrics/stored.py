"""What waits in the database and how old it is: a few queries, each over an index and bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from bot.db.models import (
    Contact,
    Feedback,
    Heartbeat,
    Site,
    StoredInbound,
    StoredOutbound,
)
from bot.services.alerts import open_alerts
from webhook.channel_pauses import paused_channels

# More than so many rows are not looked at: what matters is known by then.
MOST_ROWS = 10_000
MOST_SITES = 1_000
MOST_ALERTS = 200
# A row that was refused waits at most so long for its next try.
_LONGEST_PAUSE = timedelta(minutes=20)


@dataclass(frozen=True)
class Waiting:
    """How much waits, and since when the oldest of it does."""

    count: int
    since: datetime


@dataclass(frozen=True)
class SiteFigures:
    """When an office last sent its tickets, and whether it is silent for longer than usual."""

    last_sync_at: datetime | None
    is_silent: bool


@dataclass(frozen=True)
class StoredFigures:
    """All of it, read in one transaction. `inbox` and `outbox` are by channel."""

    inbox: Mapping[str, Waiting]
    outbox: Mapping[str, Waiting]
    feedback: Waiting | None
    sites: Mapping[str, SiteFigures]
    paused: frozenset[str]
    alerts: Mapping[str, int]
    heartbeats: Mapping[str, datetime]


def read_figures(session: Session, moment: datetime) -> StoredFigures:
    """Read everything as it is at `moment` (aware)."""
    return StoredFigures(
        inbox=_by_channel(session, inbox_waiting()),
        outbox=_by_channel(session, outbox_waiting(moment)),
        feedback=_feedback(session),
        sites=_sites(session, moment),
        paused=frozenset(paused_channels(session)),
        alerts=_alerts(session, moment),
        heartbeats=_heartbeats(session),
    )


def inbox_waiting() -> Select[str, int, datetime]:
    """Messages without an answer, by channel: how many, and when the oldest came.

    What was put off is due a little later than it came, so the first rows by the time at which
    they are due hold the oldest.
    """
    rows = (
        select(StoredInbound.channel, StoredInbound.received_at)
        .where(StoredInbound.state == "waiting")
        .order_by(StoredInbound.not_before)
        .limit(MOST_ROWS)
        .subquery()
    )
    return select(rows.c.channel, func.count(), func.min(rows.c.received_at)).group_by(
        rows.c.channel
    )


def outbox_waiting(moment: datetime) -> Select[str, int, datetime]:
    """Replies and notices that should be out by now, by channel: how many, and since when.

    What is planned for later does not count; what a provider refused does, while it waits for its
    next try.
    """
    rows = (
        select(
            StoredOutbound.contact_id,
            func.coalesce(StoredOutbound.queued_at, StoredOutbound.not_before).label("since"),
        )
        .where(
            StoredOutbound.state == "queued",
            StoredOutbound.not_before <= moment + _LONGEST_PAUSE,
            or_(StoredOutbound.not_before <= moment, StoredOutbound.attempts > 0),
        )
        .order_by(StoredOutbound.not_before)
        .limit(MOST_ROWS)
        .subquery()
    )
    return (
        select(Contact.channel, func.count(), func.min(rows.c.since))
        .join(rows, rows.c.contact_id == Contact.id)
        .group_by(Contact.channel)
    )


def feedback_open() -> Select[int, datetime]:
    """Feedback that waits for an official: how much, and since when the oldest does."""
    rows = (
        select(Feedback.waiting_since)
        .where(Feedback.state == "open", Feedback.kept_back.is_(None))
        .order_by(Feedback.waiting_since)
        .limit(MOST_ROWS)
        .subquery()
    )
    return select(func.count(), func.min(rows.c.waiting_since)).select_from(rows)


def _by_channel(session: Session, query: Select[str, int, datetime]) -> dict[str, Waiting]:
    return {channel: Waiting(count, since) for channel, count, since in session.execute(query)}


def _feedback(session: Session) -> Waiting | None:
    count, since = session.execute(feedback_open()).one()
    return Waiting(count, since) if count else None


def _sites(session: Session, moment: datetime) -> dict[str, SiteFigures]:
    rows = session.execute(
        select(Site.id, Site.last_sync_at, Site.silent_from).order_by(Site.id).limit(MOST_SITES)
    )
    return {
        site: SiteFigures(last, silent_from is not None and silent_from < moment)
        for site, last, silent_from in rows
    }


def _alerts(session: Session, moment: datetime) -> dict[str, int]:
    return dict(Counter(alert.kind for alert in open_alerts(session, moment, MOST_ALERTS)))


def _heartbeats(session: Session) -> dict[str, datetime]:
    beats = session.scalars(select(Heartbeat).limit(100))
    return {beat.process: beat.beat_at for beat in beats}
