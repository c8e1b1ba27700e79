"""`/metrics` of the web process."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, cast

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue
from huey import Huey
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.settings import PROJECT_ROOT
from webhook.metrics.access import may_read
from webhook.metrics.collector import FiguresCollector, QueueDepth
from webhook.metrics.exposition import CONTENT_TYPE, expose
from webhook.metrics.stored import StoredFigures, read_figures

if TYPE_CHECKING:
    from webhook.app import Chrok

metrics = Blueprint("metrics", __name__)

# Prometheus gives up after ten.
_SECONDS = 4.0


@metrics.get("/metrics")
def read() -> ResponseReturnValue:
    """All figures for who may read them; others are told that there is nothing."""
    parts = cast("Chrok", current_app.extensions["chrok"])
    if not may_read(request.environ, parts.settings.metrics_token):
        abort(404)
    answers = parts.asking.ask(
        {
            "figures": partial(_figures, parts.sessions),
            "queue_depth": partial(queue_depth, parts.queue),
        },
        _SECONDS,
    )
    collector = FiguresCollector(
        figures=answers.get("figures"),
        queue=answers.get("queue_depth"),
        channels_on=frozenset(parts.channels),
        moment=now(),
        folder=PROJECT_ROOT,
    )
    text = expose(collector)
    return text, 200, {"Content-Type": CONTENT_TYPE}


def queue_depth(queue: Huey) -> QueueDepth | None:
    """How much lies on the queue; None where it does not answer."""
    try:
        return QueueDepth(queue.pending_count(), queue.scheduled_count())
    except (RedisError, sqlite3.Error):
        return None


def _figures(sessions: SessionFactory) -> StoredFigures | None:
    try:
        with sessions() as session:
            return read_figures(session, now())
    except (DBAPIError, PoolTimeout):
        return None
