"""What the actions share: the database, the search index, the place finder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.db.session import SessionFactory, create_database_engine, create_session_factory
from bot.services.catalogue_index import CurrentIndex
from bot.services.catalogue_search import ServiceIndex
from bot.services.channel_linking import CHANNELS
from bot.services.places import PlaceFinder
from bot.settings import read_settings

Result = TypeVar("Result")


@cache
def sessions() -> SessionFactory:
    """The process's sessions, made at the first call, never at import."""
    settings = read_settings()
    return create_session_factory(
        create_database_engine(settings.database_url, settings.encryption)
    )


@cache
def secret_key() -> str:
    """The installation's secret."""
    return read_settings().secret_key


@cache
def place_finder() -> PlaceFinder:
    """The places of the database, read once: they change only with a release."""
    with sessions()() as session:
        return PlaceFinder.from_session(session)


_current_index = CurrentIndex()


@cache
def other_channels() -> tuple[str, ...]:
    """The channels that are on and may always be written to first."""
    settings = read_settings()
    on = {"telegram": settings.telegram_is_on, "sms": settings.sms.sends is not None}
    return tuple(name for name in CHANNELS if on[name])


@cache
def zone() -> ZoneInfo:
    """The time zone that citizens live in."""
    return read_settings().zone


@cache
def public_url() -> str:
    """The address under which the world reaches the site."""
    return read_settings().public_url


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
