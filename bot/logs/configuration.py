"""One configuration of the logs for all processes: our events and the libraries' lines alike."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

from bot.log_settings import LogSettings
from bot.logs.exceptions import render_exception
from bot.logs.fields import FieldMask
from bot.version import VERSION

OURS = ("actions", "bot", "webhook")
_SERVERS = ("gunicorn.error", "gunicorn.access")
# They bring handlers of their own, or are set to keep their lines to themselves.
_ADOPTED = (*_SERVERS, "huey", "sanic.root", "sanic.error", "sanic.access", "sanic.server")


@dataclass(frozen=True)
class Masks:
    """What must not be told, besides what is masked by its form.

    `secrets` are masked wherever they stand; fields named `left_out` are dropped. Without
    `words_of_exceptions` exceptions are told by their types and places alone.
    """

    secrets: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    words_of_exceptions: bool = True


def configure_logs(
    process: str, settings: LogSettings, *, ours: Iterable[str] = OURS, masks: Masks | None = None
) -> None:
    """Send every line of this process to standard error, masked, as JSON or for a console.

    Loggers named in `ours` have the level of the settings, libraries speak from warnings on.
    """
    level = logging.getLevelName(settings.level.upper())
    root = logging.getLogger()
    root.handlers[:] = [log_handler(process, settings, masks or Masks())]
    root.setLevel(level if level == logging.DEBUG else max(level, logging.WARNING))
    for name in (*ours, *_SERVERS):
        logging.getLogger(name).setLevel(level)
    adopt_libraries()
    logging.captureWarnings(True)


def log_handler(process: str, settings: LogSettings, masks: Masks) -> logging.StreamHandler[Any]:
    """What writes the lines; `process` is the name that they bear."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[structlog.contextvars.merge_contextvars],
            processors=[
                _Origin(process, settings.format == "json", masks.words_of_exceptions),
                ProcessorFormatter.remove_processors_meta,
                FieldMask(masks.secrets, masks.left_out),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _renderer(settings),
            ],
        )
    )
    return handler


def adopt_libraries() -> None:
    """Take from libraries the handlers that they gave themselves, so that all lines look alike."""
    for name in _ADOPTED:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("huey").setLevel(logging.WARNING)


class _Origin:
    """Says where a line comes from, and renders its exception."""

    def __init__(self, process: str, is_for_machines: bool, words_of_exceptions: bool) -> None:
        self._process = process
        self._is_for_machines = is_for_machines
        self._with_words = words_of_exceptions

    def __call__(
        self, logger: Any, method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        record: logging.LogRecord = event["_record"]
        event["level"] = record.levelname.lower()
        event["logger"] = record.name
        if self._is_for_machines:
            event["process"] = self._process
            event["pid"] = record.process
            event["version"] = VERSION
        error = _error_of(event.pop("exc_info", None), record)
        if error is not None:
            event["exception"] = render_exception(error, with_words=self._with_words)
        return event


def _error_of(told: Any, record: logging.LogRecord) -> BaseException | None:
    if isinstance(told, BaseException):
        return told
    if told is True:
        return sys.exc_info()[1]
    found = told if isinstance(told, tuple) else record.exc_info
    return found[1] if isinstance(found, tuple) else None


def _renderer(settings: LogSettings) -> Processor:
    if settings.format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
