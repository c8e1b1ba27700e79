"""SQLite's write-ahead log, which holds old pages until it is merged."""

from __future__ import annotations

from sqlalchemy import Engine

# Whoever reads holds the merging up; the next one comes soon.
_PATIENCE_MILLISECONDS = 2000


def merge_write_ahead_log(engine: Engine) -> bool:
    """Move everything into the database's file and empty the log; returns whether that was done.

    What was erased with `secure_delete` is then in neither. Nothing to do on PostgreSQL.
    """
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_PATIENCE_MILLISECONDS}")
        merged = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {before}")
    return not merged[0]
