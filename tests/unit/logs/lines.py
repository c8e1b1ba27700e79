"""What a process writes, as its handler would write it to standard error."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from typing import Any

from bot.log_settings import LogSettings
from bot.logs.configuration import Masks, log_handler
from bot.logs.loggers import get_logger


def written(
    tell: Callable[[Any], object], masks: Masks | None = None, form: str = "json", level: int = 10
) -> str:
    """The text of what `tell` tells to a logger of ours."""
    handler = log_handler("worker", LogSettings(form), masks or Masks())
    handler.setStream(io.StringIO())
    logger = logging.getLogger("webhook.lines_for_tests")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(level)
    try:
        tell(get_logger(logger.name))
    finally:
        logger.handlers, logger.propagate = [], True
    return handler.stream.getvalue()


def event(tell: Callable[[Any], object], masks: Masks | None = None) -> dict[str, Any]:
    """The one line of JSON that `tell` makes."""
    [line] = written(tell, masks).splitlines()
    return json.loads(line)
