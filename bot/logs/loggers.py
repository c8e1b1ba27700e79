"""Loggers for our own modules: an event's name, and fields instead of prose."""

from __future__ import annotations

import logging
from typing import cast

import structlog
from structlog.stdlib import BoundLogger


def get_logger(name: str) -> BoundLogger:
    """The module's logger; what it writes goes through the standard library's logging.

    `log.warning("turn_put_off", inbox_id=7, seconds=2)`. Fields hold our own ids, codes and
    figures, never what a citizen wrote. What `bound` has set for the turn is added by itself.
    """
    wrapped = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=BoundLogger,
        cache_logger_on_first_use=True,
    )
    return cast(BoundLogger, wrapped)


bound = structlog.contextvars.bound_contextvars
