"""What the actions share: the database, the search index, the place finder."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.db.session import SessionFactory, create_database_engine, create_session_factory
from bot.services.catalogue import catalogue_version
from bot.services.catalogue_index import load_index
from bot.services.catalogue_search import ServiceIndex
from bot.services.places import PlaceFinder
from bot.settings import read_settings

Result = TypeVar("Result")

# How long an answer may come from a catalogue that was replaced in the meantime.
_FRESH_SECONDS = 10.0


@cache
def sessions() -> SessionFactory:
    """The process's sessions, made at the first call, never at import."""
    return create_session_factory(create_database_engine(read_settings().database_url))


@cache
def place_finder() -> PlaceFinder:
    """The places of the database, read once: they change only with a release."""
    with sessions()() as session:
        return PlaceFinder.from_session(session)


class _CurrentIndex:
    """The search index of the catalogue, built anew after an import changed it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: ServiceIndex | None = None
        self._version = ""
        self._looked_at = 0.0

    def get(self, session: Session) -> ServiceIndex:
        with self._lock:
            moment = time.monotonic()
            if self._index is None or moment - self._looked_at > _FRESH_SECONDS:
                version = catalogue_version(session)
                if self._index is None or version != self._version:
                    self._index, self._version = load_index(session), version
                self._looked_at = moment
            return self._index


_current_index = _CurrentIndex()


def service_index(session: Session) -> ServiceIndex:
    """The search index of the catalogue as it stands."""
    return _current_index.get(session)


async def in_thread(work: Callable[[Session], Result]) -> Result:
    """Run blocking work in a transaction of its own, in a thread.

    A synchronous action would block every other conversation of the action server.
    """

    def run() -> Result:
        with sessions().begin() as session:
            return work(session)

    return await asyncio.to_thread(run)
