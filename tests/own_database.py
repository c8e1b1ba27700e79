"""A PostgreSQL database for each of the processes that pytest-xdist runs tests in side by side."""

from __future__ import annotations

import os

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

VARIABLE = "TEST_POSTGRESQL_URL"


def use_a_database_of_our_own(process: str) -> None:
    """Make the database `<name>_<process>` beside the one given, if missing, and use it.

    Without it two processes would empty each other's tables in the middle of a test.
    """
    given = make_url(os.environ[VARIABLE])
    own = given.set(database=f"{given.database}_{process}")
    server = create_engine(given.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        known = connection.execute(
            text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": own.database}
        )
        if known.first() is None:
            connection.execute(text(f'CREATE DATABASE "{own.database}"'))
    server.dispose()
    os.environ[VARIABLE] = own.render_as_string(hide_password=False)
