"""Where the engine keeps its conversations: Rasa's SQL store, made fit for long conversations."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from sqlalchemy.orm import aliased

# Every turn of ours writes all slots, so what lies further back decides nothing any more. A turn
# has about a dozen events.
RECENT_EVENTS = 120


class RecentEventsTrackerStore(SQLTrackerStore):
    """Reads only recent events: the hundredth turn of a conversation is as quick as its tenth.

    With SQLite it writes ahead (WAL), so that a turn does not wait for the disk twice. Everything
    else, tables and settings, is Rasa's own.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _write_ahead)
            self.engine.dispose()

    def _event_query(
        self, session: Any, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> Any:
        every = super()._event_query(session, sender_id, fetch_events_from_all_sessions)
        if fetch_events_from_all_sessions:
            return every
        newest = every.order_by(None).order_by(self.SQLEvent.id.desc()).limit(RECENT_EVENTS)
        recent = aliased(self.SQLEvent, newest.subquery())
        return session.query(recent).order_by(recent.id)


def _write_ahead(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
