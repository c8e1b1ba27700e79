"""What the engine's process has to know: where it keeps conversations and who runs its actions.

Apart from bot/settings.py, because the engine's environment has fewer libraries and the engine is
given no secret of a channel. endpoints.yml names these settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import SettingError

_VAR = Path(__file__).resolve().parent.parent / "var"
_REDIS = ("redis", "rediss")


@dataclass(frozen=True)
class EngineSettings:
    """Local by default: SQLite, locks in memory; shared by several engines: PostgreSQL, Redis."""

    tracker_database_url: str = f"sqlite:///{_VAR}/tracker.sqlite3"
    lock_store_url: str = "memory://"
    actions_url: str = "http://127.0.0.1:5055"

    def as_environment(self) -> dict[str, str]:
        """The values by the names that endpoints.yml has for them."""
        return {name.upper(): value for name, value in vars(self).items()}


def engine_settings_of(environment: Mapping[str, str]) -> EngineSettings:
    """The settings as they are written, unchecked.

    What is not set follows from the rest: with the database on PostgreSQL conversations are kept
    there as well, and with the queue on Redis the locks are.
    """
    given = {
        name: environment[name.upper()].strip()
        for name in vars(EngineSettings())
        if environment.get(name.upper(), "").strip()
    }
    database_url = environment.get("DATABASE_URL", "").strip()
    if urlsplit(database_url).scheme.split("+")[0] == "postgresql":
        given.setdefault("tracker_database_url", database_url)
    queue_url = environment.get("QUEUE_URL", "").strip()
    if urlsplit(queue_url).scheme in _REDIS:
        given.setdefault("lock_store_url", queue_url)
    return EngineSettings(**given)


def read_engine_settings(environment: Mapping[str, str]) -> EngineSettings:
    """The settings, checked; raises `SettingError`, which names the one that is wrong."""
    settings = engine_settings_of(environment)
    scheme = urlsplit(settings.tracker_database_url).scheme.split("+")[0]
    if scheme not in ("sqlite", "postgresql"):
        raise SettingError("TRACKER_DATABASE_URL must begin with sqlite:/// or postgresql://")
    if urlsplit(settings.lock_store_url).scheme not in ("memory", *_REDIS):
        raise SettingError("LOCK_STORE_URL must be memory:// or begin with redis://")
    address = urlsplit(settings.actions_url)
    if address.scheme not in ("http", "https") or not address.netloc:
        raise SettingError("ACTIONS_URL must be an address like http://host:port")
    return settings
