"""What `flask retention run` and the night do: count, then erase what is too old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Engine, select

from bot.db.models import Contact, MessageToReview, StoredInbound
from bot.db.session import SessionFactory
from bot.db.write_ahead import merge_write_ahead_log
from bot.services.retention.counting import count_days, days_to_count
from bot.services.retention.erasing import count_words, erase_words, words_before
from bot.services.tracker import TrackerStore
from bot.services.understanding_review import KEPT_FOR, forget_old
from bot.settings import Settings

TRACKER = "events of the engine's tracker"


@dataclass(frozen=True)
class Retained:
    """How many days were counted, and from how many rows words went, by table."""

    days: int
    erased: dict[str, int]


def apply_retention(
    sessions: SessionFactory,
    tracker: TrackerStore,
    settings: Settings,
    moment: datetime,
    *,
    dry_run: bool = False,
) -> Retained:
    """Erase raw words older than RAW_TEXT_DAYS, after their days were counted.

    A dry run only says what would go. What waits for an answer or for delivery is left alone, and
    a second run finds nothing. Raises SQLAlchemy's `DBAPIError`; then the next run goes on.
    """
    limit = moment - timedelta(days=int(settings.raw_text_days))
    if dry_run:
        return _foreseen(sessions, tracker, settings, moment, limit)
    days = count_days(sessions, tracker, settings.zone, moment)
    erased = {words.name: erase_words(sessions, words) for words in words_before(limit)}
    with sessions.begin() as session:
        erased[MessageToReview.__tablename__] = forget_old(session, moment)
        engine = session.get_bind()
    merge_write_ahead_log(cast(Engine, engine))
    erased[TRACKER] = tracker.erase_before(limit, _open_conversations(sessions))
    return Retained(len(days), erased)


def _foreseen(
    sessions: SessionFactory,
    tracker: TrackerStore,
    settings: Settings,
    moment: datetime,
    limit: datetime,
) -> Retained:
    days = days_to_count(sessions, settings.zone, moment)
    with sessions() as session:
        erased = {words.name: count_words(session, words) for words in words_before(limit)}
        old = select(MessageToReview.id).where(MessageToReview.last_heard_at < moment - KEPT_FOR)
        erased[MessageToReview.__tablename__] = len(session.scalars(old).all())
    erased[TRACKER] = tracker.count_before(limit, _open_conversations(sessions))
    return Retained(len(days), erased)


def _open_conversations(sessions: SessionFactory) -> list[str]:
    """Whose message waits for an answer: the engine may be asked about it any moment."""
    waiting = select(StoredInbound.contact_id).where(StoredInbound.state == "waiting")
    with sessions() as session:
        return list(session.scalars(select(Contact.conversation_id).where(Contact.id.in_(waiting))))
