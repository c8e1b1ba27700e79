"""The task queue. A task is only a wake-up: the inbox and outbox tables are the truth."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from huey import Huey, PriorityRedisHuey, SqliteHuey

from bot.settings import Settings

_NAME = "chrok"


def create_queue(settings: Settings) -> Huey:
    """The queue that `QUEUE_URL` names: a SQLite file or Redis."""
    if urlsplit(settings.queue_url).scheme == "sqlite":
        path = Path(settings.queue_url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(_NAME, filename=str(path), results=False)
    return PriorityRedisHuey(_NAME, url=settings.queue_url, results=False)


def shared_storage_url(settings: Settings) -> str:
    """Where the workers count together what they send: Redis, or one process's memory."""
    return "memory://" if urlsplit(settings.queue_url).scheme == "sqlite" else settings.queue_url
