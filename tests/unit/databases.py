"""Migrated, empty databases for tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.db.migrate import upgrade
from bot.db.session import create_database_engine

# For a fixture's `params`: SQLite, then PostgreSQL.
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def migrated(kind: str, folder: Path) -> str:
    """The address of an empty database of this kind; skips where there is no such server."""
    url = f"sqlite:///{folder}/chrok.sqlite3"
    if kind == "postgresql":
        url = os.environ.get("TEST_POSTGRESQL_URL", "")
        if not url:
            pytest.skip("TEST_POSTGRESQL_URL is not set: no PostgreSQL server to test on")
        engine = create_database_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    upgrade(url)
    return url
