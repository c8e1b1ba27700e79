"""A migrated, empty database on each system that we support."""

from __future__ import annotations

import pytest

from bot.db.session import create_database_engine, create_session_factory
from tests.unit.databases import BOTH, migrated


@pytest.fixture(params=BOTH)
def database_url(request, tmp_path):
    """The address of a migrated, empty database: SQLite, then PostgreSQL."""
    return migrated(request.param, tmp_path)


@pytest.fixture
def both_databases(database_url):
    """Sessions on it."""
    engine = create_database_engine(database_url)
    yield create_session_factory(engine)
    engine.dispose()
