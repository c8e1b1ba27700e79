"""Databases for tests, empty or seeded: made once, then copied (or, on PostgreSQL, emptied)."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from bot.db.migrate import pinned_head, upgrade
from bot.db.models import Base
from bot.db.session import SessionFactory, create_database_engine, create_session_factory
from bot.services.seeding import seed

# For a fixture's `params`: SQLite, then PostgreSQL.
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def migrated(kind: str, folder: Path) -> str:
    """The address of an empty database of this kind; skips where there is no such server."""
    if kind == "sqlite":
        return migrated_sqlite(folder)
    url = os.environ.get("TEST_POSTGRESQL_URL", "")
    if not url:
        pytest.skip("TEST_POSTGRESQL_URL is not set: no PostgreSQL server to test on")
    engine = create_database_engine(url)
    if _is_at_head(engine):
        _empty(engine)
    else:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        upgrade(url)
    engine.dispose()
    return url


def migrated_sqlite(folder: Path) -> str:
    """The address of the folder's SQLite database: the one that is there, else an empty one."""
    return _copied(_migrated_file(), folder)


def new_sessions(folder: Path) -> SessionFactory:
    """Sessions on the folder's SQLite database: the one that is there, else an empty one."""
    return create_session_factory(create_database_engine(migrated_sqlite(folder)))


def seeded_sessions(folder: Path) -> SessionFactory:
    """Sessions on a SQLite database in the folder that holds the reference data of the product."""
    return create_session_factory(create_database_engine(_copied(_seeded_file(), folder)))


def _copied(file: Path, folder: Path) -> str:
    copy = folder / "chrok.sqlite3"
    if not copy.exists():
        shutil.copy(file, copy)
    return f"sqlite:///{copy}"


@cache
def _migrated_file() -> Path:
    file = _folder() / "migrated.sqlite3"
    upgrade(f"sqlite:///{file}")
    _finish(f"sqlite:///{file}")
    return file


@cache
def _seeded_file() -> Path:
    file = Path(shutil.copy(_migrated_file(), _folder() / "seeded.sqlite3"))
    engine = create_database_engine(f"sqlite:///{file}")
    with create_session_factory(engine).begin() as session:
        seed(session)
    engine.dispose()
    _finish(f"sqlite:///{file}")
    return file


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="chrok-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _finish(url: str) -> None:
    engine = create_database_engine(url)
    with engine.connect() as connection:
        # A copy is of this one file, without what still lies in the log beside it.
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()


def _is_at_head(engine: Engine) -> bool:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return found == [pinned_head()]


def _empty(engine: Engine) -> None:
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
