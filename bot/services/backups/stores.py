"""The databases of an installation, each copied out and put back in its own system's way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url

from bot.services.backups import postgresql_copy, sqlite_copy
from bot.settings import Settings


@dataclass(frozen=True)
class Store:
    """One database: `name` is `database`, `tracker` or `queue`."""

    name: str
    address: URL

    @property
    def system(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.address.get_backend_name()

    @property
    def file_name(self) -> str:
        """What its copy is called in a backup."""
        return f"{self.name}.{'sqlite3' if self.system == 'sqlite' else 'dump'}"

    @property
    def _file(self) -> Path:
        return Path(self.address.database or "")

    def exists(self) -> bool:
        """Whether there is anything to copy: SQLite's file is made by who first writes."""
        return self.system != "sqlite" or self._file.exists()

    def copy_to(self, folder: Path) -> dict[str, int]:
        """Copy it at one moment; returns the rows of each table. Raises `BackupError`."""
        copy = folder / self.file_name
        if self.system != "sqlite":
            return postgresql_copy.dump(self.address, copy)
        sqlite_copy.copy_out(self._file, copy)
        return sqlite_copy.rows_in(copy)

    def put_back(self, copy: Path, rows: dict[str, int]) -> None:
        """Make it what the copy is; raises `BackupError` and leaves it as it was where it fails."""
        if self.system == "sqlite":
            sqlite_copy.put_back(copy, self._file)
        else:
            postgresql_copy.restore(self.address, copy, rows)

    def rows(self) -> dict[str, int]:
        """Tables, and how many rows each has now."""
        if self.system == "sqlite":
            return sqlite_copy.rows_in(self._file)
        return postgresql_copy.rows_in(self.address)


def stores_of(settings: Settings) -> list[Store]:
    """What is copied: the queue only as a file, the tracker only where it is one of its own.

    What waits in a Redis queue are wake-ups; the inbox and outbox in the database are the truth.
    """
    database = Store("database", make_url(settings.database_url))
    tracker = Store("tracker", make_url(settings.tracker_database_url))
    queue = Store("queue", make_url(settings.queue_url))
    stores = [database]
    if _place(tracker) != _place(database):
        stores.append(tracker)
    if queue.system == "sqlite":
        stores.append(queue)
    return stores


def _place(store: Store) -> tuple[str, str | None, int | None, str | None]:
    address = store.address
    return store.system, address.host, address.port, address.database
