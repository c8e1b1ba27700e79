"""The engine's own record of conversations, which it keeps for ever and in clear."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.db.session import database_address
from bot.db.write_ahead import merge_write_ahead_log

_WAIT_SECONDS = 15
_AT_ONCE = 1000
# Rasa's `timestamp` is in seconds since 1970; what concerns an open conversation stays.
_OLD = "FROM events WHERE timestamp < :limit AND sender_id NOT IN :open"
_SLOTS = {"language": "language", "service_id": "service_id"}


@dataclass
class Turn:
    """One message of a citizen: what it was understood as, and which service it led to."""

    conversation_id: str
    intent: str
    language: str = ""
    service_id: str = ""


class TrackerStore:
    """Rasa's SQL tracker store (table `events`, one row an event, by `sender_id`).

    A store that no engine has written to yet is left alone and counts as empty. All methods raise
    SQLAlchemy's `DBAPIError` when the database does not answer.
    """

    def __init__(self, database_url: str) -> None:
        self._url = database_address(make_url(database_url))
        is_sqlite = self._url.get_backend_name() == "sqlite"
        self._file = Path(self._url.database) if is_sqlite and self._url.database else None
        arguments = {"timeout": _WAIT_SECONDS} if is_sqlite else {}
        self._engine = create_engine(self._url, connect_args=arguments, pool_pre_ping=True)

    def forget(self, conversation_id: str) -> int:
        """Delete a conversation; returns how many events it had."""
        with self._events() as connection:
            if connection is None:
                return 0
            deleted = connection.execute(
                text("DELETE FROM events WHERE sender_id = :conversation_id"),
                {"conversation_id": conversation_id},
            )
        merge_write_ahead_log(self._engine)
        return int(deleted.rowcount)

    def turns(self, begins: datetime, ends: datetime) -> Iterator[Turn]:
        """The turns between two moments, each with its intent, language and service."""
        query = text(
            "SELECT sender_id, type_name, intent_name, data FROM events"
            " WHERE timestamp >= :begins AND timestamp < :ends AND (type_name = 'user'"
            " OR type_name = 'slot' AND action_name IN ('language', 'service_id')) ORDER BY id"
        )
        latest: dict[str, Turn] = {}
        with self._events() as connection:
            if connection is None:
                return
            period = {"begins": begins.timestamp(), "ends": ends.timestamp()}
            for sender, kind, intent, data in connection.execute(query, period):
                if kind == "user":
                    if sender in latest:
                        yield latest.pop(sender)
                    latest[sender] = Turn(sender, intent or "")
                elif sender in latest:
                    _note_slot(latest[sender], json.loads(data))
            yield from latest.values()

    def count_before(self, limit: datetime, open_conversations: Sequence[str]) -> int:
        """How many events `erase_before` would delete."""
        with self._events() as connection:
            if connection is None:
                return 0
            query = text(f"SELECT count(*) {_OLD}").bindparams(bindparam("open", expanding=True))
            return int(connection.execute(query, _values(limit, open_conversations)).scalar_one())

    def erase_before(self, limit: datetime, open_conversations: Sequence[str]) -> int:
        """Delete what is older, a thousand events at a time; returns how many there were."""
        query = text(
            f"DELETE FROM events WHERE id IN (SELECT id {_OLD} ORDER BY id LIMIT {_AT_ONCE})"  # noqa: S608  two constants of this module
        ).bindparams(bindparam("open", expanding=True))
        erased = 0
        while True:
            with self._events() as connection:
                if connection is None:
                    return erased
                some = connection.execute(query, _values(limit, open_conversations)).rowcount
            erased += some
            if some < _AT_ONCE:
                merge_write_ahead_log(self._engine)
                return erased

    def answers(self) -> bool:
        """Whether the store can be read; one that no engine has written to yet is in order."""
        try:
            # Asked for what is in it: SQLite answers `SELECT 1` from a file that is none.
            with self._events():
                return True
        except DBAPIError:
            return False

    @contextmanager
    def _events(self) -> Iterator[Connection | None]:
        """A transaction on the table of events, or nothing where there is none."""
        if self._file is not None and not self._file.exists():
            yield None
            return
        with self._engine.begin() as connection:
            if not inspect(connection).has_table("events"):
                yield None
                return
            if self._file is not None:
                # What is deleted is overwritten too.
                connection.execute(text("PRAGMA secure_delete = ON"))
            yield connection


def _note_slot(turn: Turn, event: dict[str, Any]) -> None:
    if event.get("value"):
        setattr(turn, _SLOTS[event["name"]], str(event["value"]))


def _values(limit: datetime, open_conversations: Sequence[str]) -> dict[str, Any]:
    return {"limit": limit.timestamp(), "open": list(open_conversations) or [""]}
