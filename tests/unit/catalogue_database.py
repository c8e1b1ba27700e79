"""An empty, migrated SQLite database for tests."""

from bot.db.session import create_database_engine, create_session_factory
from tests.unit.databases import migrated_sqlite


def new_sessions(folder):
    return create_session_factory(create_database_engine(migrated_sqlite(folder)))
