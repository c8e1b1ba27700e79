"""The task queue. A task is only a wake-up: the inbox and outbox tables are the truth."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from huey import Huey, PriorityRedisHuey
from huey.storage import SqliteStorage

from bot.settings import Settings

_NAME = "chrok"


def create_queue(settings: Settings) -> Huey:
    """The queue that `QUEUE_URL` names: a SQLite file or Redis."""
    if urlsplit(settings.queue_url).scheme == "sqlite":
        path = Path(settings.queue_url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return Huey(_NAME, storage_class=_QueueFile, filename=str(path), results=False)
    return PriorityRedisHuey(_NAME, url=settings.queue_url, results=False)


def shared_storage_url(settings: Settings) -> str:
    """Where the workers count together what they send: Redis, or one process's memory."""
    return "memory://" if urlsplit(settings.queue_url).scheme == "sqlite" else settings.queue_url


class _QueueFile(SqliteStorage):  # type: ignore[misc]  # huey has no types
    """A file whose commits do not wait for the disk.

    What a power cut takes from it are wake-ups, and the sweep gives them again. The file stays
    whole: it is written ahead (https://www.sqlite.org/pragma.html#pragma_synchronous).
    """

    def _create_connection(self) -> sqlite3.Connection:
        connection = cast(sqlite3.Connection, super()._create_connection())
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection
