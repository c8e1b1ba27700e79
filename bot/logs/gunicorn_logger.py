"""gunicorn's own lines in the form of all others; gunicorn.conf.py names this class."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from bot.starting import settings_or_exit, start_logs


class GunicornLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Leaves the handlers to our configuration, which the workers inherit."""

    def setup(self, cfg: Any) -> None:
        """Set up as gunicorn does, then take its handlers away."""
        super().setup(cfg)
        settings = settings_or_exit()
        start_logs("webhook", settings)
