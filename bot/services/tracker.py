"""The engine's own record of conversations, which it keeps for ever and in clear."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url

from bot.db.session import database_address

_WAIT_SECONDS = 15


class TrackerStore:
    """Rasa's SQL tracker store (table `events`, one row an event, by `sender_id`)."""

    def __init__(self, database_url: str) -> None:
        self._url = database_address(make_url(database_url))
        is_sqlite = self._url.get_backend_name() == "sqlite"
        self._file = Path(self._url.database) if is_sqlite and self._url.database else None
        arguments = {"timeout": _WAIT_SECONDS} if is_sqlite else {}
        self._engine = create_engine(self._url, connect_args=arguments, pool_pre_ping=True)

    def forget(self, conversation_id: str) -> int:
        """Delete a conversation; returns how many events it had.

        A store that no engine has written to yet is left alone. Raises SQLAlchemy's `DBAPIError`
        when the database does not answer.
        """
        if self._file is not None and not self._file.exists():
            return 0
        with self._engine.begin() as connection:
            if not inspect(connection).has_table("events"):
                return 0
            self._overwrite_what_is_deleted(connection)
            deleted = connection.execute(
                text("DELETE FROM events WHERE sender_id = :conversation_id"),
                {"conversation_id": conversation_id},
            )
            return int(deleted.rowcount)

    def _overwrite_what_is_deleted(self, connection: Connection) -> None:
        if self._file is not None:
            connection.execute(text("PRAGMA secure_delete = ON"))
