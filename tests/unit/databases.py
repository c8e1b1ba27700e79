"""Migrated, empty databases for tests: migrated once, then copied or emptied."""

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
from bot.db.session import create_database_engine

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
    if not (folder / "chrok.sqlite3").exists():
        shutil.copy(_migrated_file(), folder / "chrok.sqlite3")
    return f"sqlite:///{folder}/chrok.sqlite3"


@cache
def _migrated_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="chrok-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "migrated.sqlite3"
    upgrade(f"sqlite:///{file}")
    engine = create_database_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        # A copy is of this one file, without what still lies in the log beside it.
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    return file


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
