"""Where the engine keeps its conversations: Rasa's SQL store, made fit for long conversations."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from sqlalchemy.engine import make_url
from sqlalchemy.orm import aliased

# Every turn of ours writes all slots, so what lies further back decides nothing any more. A turn
# has about a dozen events.
RECENT_EVENTS = 120
# Rasa would keep 50 connections for each engine, and hand out those that a restarted server closed.
_POSTGRESQL = {
    "pool_size": 5,
    "max_overflow": 5,
    "pool_pre_ping": True,
    "connect_args": {"options": "-csynchronous_commit=off"},
}


class RecentEventsTrackerStore(SQLTrackerStore):
    """Reads only recent events: the hundredth turn of a conversation is as quick as its tenth.

    `host` is the whole address of the database. A turn does not wait for the disk: SQLite writes
    ahead (WAL), PostgreSQL commits without waiting, so that a power cut costs the last moments of a
    conversation. The tables are Rasa's own.
    """

    engine: Any
    sessionmaker: Any

    def __init__(self, host: str, **settings: Any) -> None:
        url = make_url(host)
        is_sqlite = url.get_backend_name() == "sqlite"
        if not is_sqlite:
            # The driver that the engine's environment has; the application's has another.
            url = url.set(drivername="postgresql")
        super().__init__(host=url.render_as_string(hide_password=False), **settings)
        self.engine.dispose()
        self.engine = sa.create_engine(url, **({} if is_sqlite else _POSTGRESQL))
        if is_sqlite:
            sa.event.listen(self.engine, "connect", _write_ahead)
        self.sessionmaker.configure(bind=self.engine)

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
