"""Officials and feedback for tests of what is sent to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.db.models import Official, StoredOutbound, Subscription
from bot.services.feedback import GivenFeedback, submit
from bot.services.officials import add_official, subscribe
from bot.settings import Settings
from tests.unit.feedback.citizen import SECRET, ZONE

GROUP = "-1001234567890123"


def settings(url: str = "", **values) -> Settings:
    return Settings(
        database_url=url or "sqlite://",
        secret_key=SECRET,
        public_url="https://chrok.example.org",
        **values,
    )


def at(text: str) -> datetime:
    """A moment on the officials' clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def official(sessions, *periods, since="2026-01-01T00:00", **values) -> int:
    given = {
        "name": "Office",
        "place_code": "0110",
        "channel": "telegram",
        "address": GROUP,
        "language": "en",
        **values,
    }
    with sessions.begin() as session:
        added = add_official(session, **given)
        subscribe(session, added, periods)
        for subscription in added.subscriptions:
            subscription.created_at = at(since)
        return added.id


def feedback(sessions, when, text="the queue is slow", person="a", **values) -> int:
    given = {
        "unit": "district_owso",
        "place_code": "0110",
        "rating": "dissatisfied",
        "text": text,
        "language": "en",
        "conversation_id": person,
        **values,
    }
    with sessions.begin() as session:
        return submit(session, GivenFeedback(**given), SECRET, at(when)).id


def outbox(sessions, official_id: int) -> list[StoredOutbound]:
    with sessions() as session:
        contact_id = session.get_one(Official, official_id).contact_id
        query = select(StoredOutbound).where(StoredOutbound.contact_id == contact_id)
        return list(session.scalars(query.order_by(StoredOutbound.id)))


def texts(sessions, official_id: int) -> list[str]:
    return [row.reply["text"] for row in outbox(sessions, official_id)]


def subscriptions(sessions) -> list[Subscription]:
    with sessions() as session:
        return list(session.scalars(select(Subscription)))
