"""Errors as people and programs can read them: a page, JSON, or nothing for a provider."""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, jsonify, request
from flask_limiter import RateLimitExceeded
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import BadRequest, HTTPException, ServiceUnavailable

from bot.logs.loggers import get_logger
from webhook.pages.site import page
from webhook.translation import translations

log = get_logger(__name__)
_PROGRAMS = ("/api/", "/chat/", "/healthz", "/readyz", "/metrics")
_TRY_AGAIN_SECONDS = 5


def answer_all_errors(app: Flask) -> None:
    """For every error that no blueprint answers in its own way."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(429, _too_many)
    app.register_error_handler(ParseException, _unreadable)
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(kind, _database_down)


def _refused(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return cast(Response, error.get_response())
    response = _answer(error, str(error.description))
    # What the error itself says, such as the methods that are allowed.
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _unreadable(error: Exception) -> Response:
    """A body in chunks is read only here, so that here gunicorn says that they are none."""
    return _answer(BadRequest(), "the body cannot be read")


def _too_many(error: HTTPException) -> Response:
    response = _answer(error, "too many requests from here; try again after Retry-After seconds")
    window = error.limit.limit.get_expiry() if isinstance(error, RateLimitExceeded) else 60
    response.headers["Retry-After"] = str(window)
    return response


def _database_down(error: Exception) -> Response:
    log.warning("database_does_not_answer", endpoint=request.endpoint, error=error)
    response = _answer(ServiceUnavailable(), "the database does not answer just now; try again")
    response.headers["Retry-After"] = str(_TRY_AGAIN_SECONDS)
    return response


def _answer(error: HTTPException, message: str) -> Response:
    status = error.code or 500
    # Where the Host header is no host, no page can be made: its links have none.
    has_no_host = isinstance(request.routing_exception, BadRequest)
    if has_no_host or request.path.startswith("/webhooks/"):
        return Response(status=status, mimetype="text/plain")
    if not request.path.startswith(_PROGRAMS):
        return page("error.html", status, code=status)
    content = {"code": error.name.lower().replace(" ", "_"), "message": message}
    if status == 429:
        content["message_km"] = translations("km").gettext(TOO_MANY)
    response = jsonify(error=content)
    response.status_code = status
    return response


TOO_MANY = (
    "Very many requests come from your connection just now. Please wait a minute, then try again."
)
