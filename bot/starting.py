"""A process starts with its settings, or says what is wrong with them and ends."""

from __future__ import annotations

import sys

from bot.errors import SettingError
from bot.logs.configuration import Masks, configure_logs
from bot.settings import Settings, read_settings

# gunicorn tries for ever to start a worker that ends with any other code.
REFUSED = 3


def settings_or_exit() -> Settings:
    """The settings of the environment; where they are wrong the process ends with one message."""
    try:
        return read_settings()
    except SettingError as error:
        faults = "\n".join(f"  - {fault}" for fault in str(error).splitlines())
        print(
            f"Chrok does not start. Please mend in .env or in the environment:\n{faults}",
            file=sys.stderr,
        )
        raise SystemExit(REFUSED) from error


def start_logs(process: str, settings: Settings) -> None:
    """Let this process log as the settings say, with none of their secrets in any line."""
    configure_logs(process, settings.log, masks=Masks(secrets=settings.secrets))
