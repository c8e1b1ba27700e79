"""Counting each day once, before its words go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.db.models import Contact, DailyCount, StoredInbound, StoredOutbound
from bot.db.session import SessionFactory
from bot.services.tracker import TrackerStore, Turn

# By then every message has an outcome: nothing waits longer than 72 hours.
COUNTED_AFTER = timedelta(days=3)
_LONGEST_VALUE = 80

# Channel, language, subject, value.
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Day:
    """A day in Cambodia, and the moments between which it lies."""

    date: date
    begins: datetime
    ends: datetime


def count_days(
    sessions: SessionFactory, tracker: TrackerStore, zone: ZoneInfo, moment: datetime
) -> list[date]:
    """Count every day that is over long enough and was not counted; returns which.

    Each day is one transaction, so a day is counted wholly or, at the next run, again.
    """
    counted = []
    for day in days_to_count(sessions, zone, moment):
        turns = list(tracker.turns(day.begins, day.ends))
        with sessions.begin() as session:
            counts = _messages(session, day) + _turns(session, turns)
            session.add_all(
                DailyCount(
                    day=day.date,
                    channel=channel,
                    language=language,
                    subject=subject,
                    value=value[:_LONGEST_VALUE],
                    count=count,
                )
                for (channel, language, subject, value), count in counts.items()
            )
        counted.append(day.date)
    return counted


def days_to_count(sessions: SessionFactory, zone: ZoneInfo, moment: datetime) -> list[Day]:
    """The days after the last that has numbers, up to the last that is over long enough."""
    with sessions() as session:
        last = session.scalar(select(func.max(DailyCount.day)))
        first = session.scalar(select(func.min(StoredInbound.received_at)))
    if first is None:
        return []
    begin = last + timedelta(days=1) if last else first.astimezone(zone).date()
    end = (moment - COUNTED_AFTER).astimezone(zone).date()
    return [_day(begin + timedelta(days=number), zone) for number in range((end - begin).days)]


def _day(day: date, zone: ZoneInfo) -> Day:
    begins = datetime.combine(day, time(), zone).astimezone(UTC)
    ends = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return Day(day, begins, ends)


def _messages(session: Session, day: Day) -> Counter[Key]:
    counts: Counter[Key] = Counter()
    queries: list[tuple[str, Any, Any]] = [
        ("received", StoredInbound.kind, StoredInbound.received_at),
        ("outcome", StoredInbound.state, StoredInbound.received_at),
        ("sent", StoredOutbound.state, StoredOutbound.created_at),
    ]
    for subject, value, moment in queries:
        for channel, language, found, count in session.execute(_grouped(value, moment, day)):
            counts[channel, language or "", subject, found] += count
    return counts


def _grouped(value: Any, moment: Any, day: Day) -> Select[Any]:
    return (
        select(Contact.channel, Contact.last_language, value, func.count())
        .join(Contact, value.class_.contact_id == Contact.id)
        .where(moment >= day.begins, moment < day.ends)
        .group_by(Contact.channel, Contact.last_language, value)
    )


def _turns(session: Session, turns: Iterable[Turn]) -> Counter[Key]:
    turns = list(turns)
    channels = dict(_channels(session, {turn.conversation_id for turn in turns}))
    counts: Counter[Key] = Counter()
    for turn in turns:
        channel = channels.get(turn.conversation_id)
        if channel is None:
            continue
        counts[channel, turn.language, "intent", turn.intent] += 1
        if turn.service_id:
            counts[channel, turn.language, "service", turn.service_id] += 1
    return counts


def _channels(session: Session, conversation_ids: set[str]) -> Iterator[tuple[str, str]]:
    wanted = sorted(conversation_ids)
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        rows = session.execute(
            select(Contact.conversation_id, Contact.channel).where(
                Contact.conversation_id.in_(some)
            )
        )
        yield from ((conversation_id, channel) for conversation_id, channel in rows)
