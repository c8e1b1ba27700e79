"""Sends digests and alerts when they are due: each once, whatever happens to the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.db.insert_once import insert_once
from bot.db.models import Digest, Feedback, FeedbackNotice, Official, Subscription
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.errors import ChrokError
from bot.logs.loggers import get_logger
from bot.services.digests.content import build_content, in_scope
from bot.services.digests.periods import Period, due_between, latest
from bot.services.feedback import record
from bot.services.officials import active_subscriptions
from bot.settings import Settings
from webhook.digests.messages import OfficialMessages

log = get_logger(__name__)

# An alert older than this is no alert; the digest has it.
_ALERTED_FOR = timedelta(days=3)


@dataclass
class Told:
    """What a round did: how many were told, how many failed, and whom to wake a worker for."""

    told: int = 0
    failed: int = 0
    contacts: list[int] = field(default_factory=list)


Queue = Callable[[Session, Settings, Digest, Official, Period], list[int]]


def send_digests(
    sessions: SessionFactory,
    settings: Settings,
    kinds: Sequence[str],
    at: datetime,
    *,
    on_request: bool = False,
) -> Told:
    """Queue every digest that became due since its subscription began and was not told yet.

    After a downtime the missed ones follow, the oldest first. `on_request` tells the latest period
    also to those who subscribed only after it was due. One subscription's failure stops no other.
    """
    return send_periods(sessions, settings, kinds, at, queue_digest, on_request=on_request)


def send_periods(
    sessions: SessionFactory,
    settings: Settings,
    kinds: Sequence[str],
    at: datetime,
    queue: Queue,
    *,
    on_request: bool = False,
) -> Told:
    """Queue what `queue` makes of each period of each subscription, each once."""
    result = Told()
    for kind in kinds:
        with sessions() as session:
            subscriptions = [(s.id, s.created_at) for s in active_subscriptions(session, kind)]
        for subscription_id, since in subscriptions:
            periods = due_between(kind, since, at, settings.zone)
            if on_request and not periods:
                periods = [latest(kind, at, settings.zone)]
            for period in periods:
                _tell(sessions, settings, subscription_id, period, queue, result)
    return result


def send_alerts(sessions: SessionFactory, settings: Settings, at: datetime) -> Told:
    """Queue an alert for each dissatisfied feedback to those who want to know at once."""
    result = Told()
    with sessions() as session:
        subscriptions = [s.id for s in active_subscriptions(session, "immediate")]
    for subscription_id in subscriptions:
        try:
            with sessions.begin() as session:
                _alert(session, settings, subscription_id, at, result)
        except (SQLAlchemyError, ChrokError) as error:
            result.failed += 1
            log.error("alerts_not_queued", subscription_id=subscription_id, error=error)
    return result


def _tell(
    sessions: SessionFactory,
    settings: Settings,
    subscription_id: int,
    period: Period,
    queue: Queue,
    result: Told,
) -> None:
    try:
        with sessions.begin() as session:
            contacts = _queue_once(session, settings, subscription_id, period, queue)
    except (SQLAlchemyError, ChrokError, OSError) as error:
        # Rolled back whole: the next round tries it again.
        result.failed += 1
        log.error("digest_not_queued", subscription_id=subscription_id, error=error)
        return
    if contacts is not None:
        result.told += 1
        result.contacts += contacts


def _queue_once(
    session: Session, settings: Settings, subscription_id: int, period: Period, queue: Queue
) -> list[int] | None:
    """Queue one period, or nothing where another worker has done so."""
    # Written first: whoever comes second waits for this transaction and then finds the row.
    row = {
        "subscription_id": subscription_id,
        "period_start": period.start,
        "period_end": period.end,
        "figures": {},
        "created_at": now(),
    }
    if not insert_once(session, Digest, row):
        return None
    digest = session.scalars(
        select(Digest).where(
            Digest.subscription_id == subscription_id, Digest.period_start == period.start
        )
    ).one()
    official = session.get_one(Subscription, subscription_id).official
    return queue(session, settings, digest, official, period)


def queue_digest(
    session: Session, settings: Settings, digest: Digest, official: Official, period: Period
) -> list[int]:
    """Queue one digest; returns the contacts to wake a worker for."""
    content = build_content(session, official, period, settings.zone)
    return OfficialMessages(session, settings).digest(digest, official, content)


def _alert(
    session: Session, settings: Settings, subscription_id: int, at: datetime, result: Told
) -> None:
    subscription = session.get_one(Subscription, subscription_id)
    official = subscription.official
    since = max(subscription.created_at, at - _ALERTED_FOR)
    messages = OfficialMessages(session, settings)
    for feedback in _to_alert(session, official, since, at):
        if messages.item(feedback, official, "alert", f"alert:{feedback.id}:{official.id}"):
            record(session, feedback, "system", "alerted", at, official=official)
            result.told += 1
            result.contacts += [official.contact_id] if official.contact_id else []


def _to_alert(
    session: Session, official: Official, since: datetime, at: datetime
) -> list[Feedback]:
    told = select(FeedbackNotice.feedback_id).where(
        FeedbackNotice.official_id == official.id, FeedbackNotice.outbox_key.startswith("alert:")
    )
    return list(
        session.scalars(
            select(Feedback)
            .where(
                in_scope(official.place_code, official.unit),
                Feedback.rating == "dissatisfied",
                Feedback.kept_back.is_(None),
                Feedback.created_at >= since,
                Feedback.created_at <= at,
                Feedback.id.not_in(told),
            )
            .order_by(Feedback.id)
        )
    )
