"""A migrated, empty database on each system that we support."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import text

from bot.db.migrate import upgrade
from bot.db.session import create_database_engine, create_session_factory


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def both_databases(request, tmp_path):
    """Sessions on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/chrok.sqlite3"
    else:
        url = os.environ.get("TEST_POSTGRESQL_URL", "")
        if not url:
            pytest.skip("TEST_POSTGRESQL_URL is not set: no PostgreSQL server to test on")
        engine = create_database_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    upgrade(url)
    engine = create_database_engine(url)
    yield create_session_factory(engine)
    engine.dispose()
