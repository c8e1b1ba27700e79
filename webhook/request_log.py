"""Every request has an id, which stands in its log lines and in the answer, and a line of its own.

The line names the route, never the address as it was written: citizens' words, ids and signed
links stand there.
"""

from __future__ import annotations

import time
import uuid

import structlog
from flask import Flask, Response, g, request

from bot.logs.fields import is_uuid
from bot.logs.loggers import get_logger
from webhook.metrics.counted import responded

log = get_logger(__name__)

HEADER = "X-Request-ID"
# Asked every second by machines and open pages: told only at the level of debugging.
_QUIET = frozenset(("/healthz", "/readyz", "/metrics", "/static/<path:filename>", "/chat/messages"))


def log_requests(app: Flask, *, behind_proxy: bool) -> None:
    """Give the application's requests their ids and lines.

    An id in the request is taken over only from a proxy of ours, and only if it is a UUID: whoever
    else sends one could write into our logs.
    """

    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()
        given = request.headers.get(HEADER, "") if behind_proxy else ""
        g.request_id = given if is_uuid(given) else str(uuid.uuid4())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        route = request.url_rule.rule if request.url_rule is not None else "none"
        responded(route, response.status_code)
        is_quiet = request.method == "GET" and route in _QUIET and response.status_code != 500
        (log.debug if is_quiet else log.info)(
            "request",
            method=request.method if request.method.isalpha() else "other",
            route=route,
            status=response.status_code,
            milliseconds=round(1000 * (time.monotonic() - g.began)),
        )
        return response

    @app.teardown_request
    def forget(error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()
