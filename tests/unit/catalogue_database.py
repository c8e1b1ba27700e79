"""An empty, migrated SQLite database for tests."""

from bot.db.migrate import upgrade
from bot.db.session import create_database_engine, create_session_factory


def new_sessions(folder):
    url = f"sqlite:///{folder}/chrok.sqlite3"
    upgrade(url)
    return create_session_factory(create_database_engine(url))
