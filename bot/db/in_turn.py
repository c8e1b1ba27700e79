"""SQLite takes one writer at a time: the threads of a process that write often wait here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from bot.db.session import LOCKED_SECONDS, SessionFactory

_turn = threading.Lock()


@contextmanager
def begin_in_turn(sessions: SessionFactory) -> Iterator[Session]:
    """A transaction as of `sessions.begin()`; on SQLite one after the other in this process.

    Whoever finds the file locked is told nothing when it is free: they sleep, up to 100 ms at a
    time, and look again. A lock of the process goes on to the next at once.
    Raises `sqlalchemy.exc.TimeoutError` where no turn came for as long as SQLite itself would wait.
    """
    if sessions.kw["bind"].dialect.name != "sqlite":
        with sessions.begin() as session:
            yield session
        return
    if not _turn.acquire(timeout=LOCKED_SECONDS):
        raise PoolTimeout(f"no turn to write to the database within {LOCKED_SECONDS} seconds")
    try:
        with sessions.begin() as session:
            yield session
    finally:
        _turn.release()
