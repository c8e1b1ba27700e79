"""Settings of the logs, read by every process; bot/settings.py reads the environment for most.

Apart from it, because the engine's environment has fewer libraries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from bot.errors import SettingError

LogFormat = Literal["console", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True)
class LogSettings:
    """How lines look, and which ones there are."""

    format: LogFormat = "console"
    level: LogLevel = "info"


def read_log_settings(environment: Mapping[str, str]) -> LogSettings:
    """Read `LOG_FORMAT` and `LOG_LEVEL`; in production lines are JSON unless told otherwise.

    Raises `SettingError`, which names the setting.
    """
    is_production = environment.get("CHROK_ENVIRONMENT", "").strip() == "production"
    usual: LogFormat = "json" if is_production else "console"
    given = environment.get("LOG_FORMAT", "").strip().lower() or usual
    level = environment.get("LOG_LEVEL", "").strip().lower() or "info"
    for known_format in get_args(LogFormat):
        for known_level in get_args(LogLevel):
            if (given, level) == (known_format, known_level):
                return LogSettings(known_format, known_level)
    if given not in get_args(LogFormat):
        raise SettingError("LOG_FORMAT must be console or json")
    raise SettingError("LOG_LEVEL must be debug, info, warning or error")
