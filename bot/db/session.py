"""Engine and sessions of the SQL database, made by whoever starts a process, never at import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from bot.db.keys import give_keys
from bot.encryption import EncryptionKeys

SessionFactory = sessionmaker[Session]

# How long whoever finds SQLite's file locked tries again.
LOCKED_SECONDS = 15
# Each new connection reads a file's whole schema first, so as many stay open as there are threads.
_FILE_CONNECTIONS = 16


def create_database_engine(database_url: str, keys: EncryptionKeys | None = None) -> Engine:
    """An engine for SQLite (WAL, foreign keys on, waits for locks) or PostgreSQL (psycopg 3).

    `keys` read and write the ids of people; without them the environment's are taken once needed.
    Its errors and logs do not tell the values of a statement: citizens' words are among them.
    """
    engine = _engine(database_address(make_url(database_url)))
    if keys is not None:
        give_keys(engine.dialect, keys)
    return engine


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url, pool_pre_ping=True, pool_size=10, max_overflow=10, hide_parameters=True
        )
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": LOCKED_SECONDS},
        pool_size=_FILE_CONNECTIONS,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def database_address(url: URL) -> URL:
    """The address with the driver that we have: psycopg 3 for PostgreSQL."""
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    return url


def create_session_factory(engine: Engine) -> SessionFactory:
    """Sessions whose objects stay readable after commit."""
    return sessionmaker(engine, expire_on_commit=False)


def _prepare_sqlite(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
