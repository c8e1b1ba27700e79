"""A migrated, empty database on each system that we support."""

from __future__ import annotations

import pytest

from bot.db.session import create_database_engine, create_session_factory
from tests.unit.databases import BOTH, migrated


@pytest.fixture(params=BOTH)
def both_databases(request, tmp_path):
    """Sessions on SQLite, then on PostgreSQL."""
    engine = create_database_engine(migrated(request.param, tmp_path))
    yield create_session_factory(engine)
    engine.dispose()
