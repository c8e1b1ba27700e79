"""Copying a SQLite database in one consistent piece while others write to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.services.backups.errors import BackupError

_WAIT_SECONDS = 60


def copy_out(database: Path, copy: Path) -> None:
    """The database as it is at one moment, into a new file; raises `BackupError`."""
    _copy(database, copy)


def put_back(copy: Path, database: Path) -> None:
    """The database becomes the copy, in one transaction; who has it open sees it whole."""
    database.parent.mkdir(parents=True, exist_ok=True)
    _copy(copy, database)


def rows_in(database: Path) -> dict[str, int]:
    """Tables, and how many rows each has; nothing where there is no such file."""
    if not database.exists():
        return {}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return {name: _count(connection, name) for (name,) in sorted(names)}


def _count(connection: sqlite3.Connection, name: str) -> int:
    counted = connection.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608  a table's name, as the schema itself tells
    return int(counted.fetchone()[0])


def _copy(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as taken,
            closing(sqlite3.connect(target, timeout=_WAIT_SECONDS)) as given,
        ):
            taken.execute(f"PRAGMA busy_timeout = {1000 * _WAIT_SECONDS}")
            # All pages at once: in smaller steps every writer in between would begin it anew.
            taken.backup(given)
    except sqlite3.Error as error:
        raise BackupError(f"{source.name} could not be copied: {error}") from error
