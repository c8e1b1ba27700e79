"""The providers' webhooks: verify, store, wake a worker, answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from flask import Blueprint, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import TooManyRequests

from bot.logs.loggers import get_logger
from webhook import inbox
from webhook.channels.base import ParseResult, RawRequest, Receiver, Rejected
from webhook.delivery_reports import note_reports
from webhook.metrics.counted import acknowledged, message_came

if TYPE_CHECKING:
    from webhook.app import Chrok

log = get_logger(__name__)
hooks = Blueprint("hooks", __name__, url_prefix="/webhooks")


@hooks.route("/<path:name>", methods=["GET", "POST"])
def call(name: str) -> ResponseReturnValue:
    """A provider's request: 200 only when its messages are stored, 503 when that is impossible."""
    receiver = _receiver(name)
    raw = RawRequest(
        method=request.method,
        headers={key.lower(): value for key, value in request.headers.items()},
        args=request.args.to_dict(),
        body=request.get_data(cache=False),
        path=request.path,
        query=request.query_string.decode("ascii", errors="replace"),
    )
    try:
        if raw.method == "GET" and (answer := receiver.handshake(raw)) is not None:
            return answer, 200, {"Content-Type": "text/plain; charset=utf-8"}
        receiver.verify(raw)
        parsed = receiver.parse(raw)
    except Rejected as rejection:
        return _refuse(name, rejection)
    return _store(name, receiver, parsed)


def _store(name: str, receiver: Receiver, parsed: ParseResult) -> ResponseReturnValue:
    for reason in parsed.ignored:
        message_came(name, "ignored", reason)
        log.info("message_ignored", receiver=name, reason=reason)
    try:
        contacts = inbox.accept(_chrok().sessions, parsed.messages)
        note_reports(_chrok().sessions, parsed.reports)
    except (DBAPIError, PoolTimeout) as error:
        for _ in parsed.messages:
            message_came(name, "not_stored")
        log.error("message_not_stored", receiver=name, error=error)
        return "", 503
    for contact_id in contacts:
        _chrok().tasks.wake(contact_id)
    if parsed.messages:
        acknowledged(name, time.monotonic() - g.began)
    return receiver.accepted.body, 200, {"Content-Type": receiver.accepted.content_type}


def _refuse(name: str, rejection: Rejected) -> ResponseReturnValue:
    message_came(name, "rejected", rejection.reason)
    if _chrok().refusals.are_too_many():
        raise TooManyRequests
    log.warning("request_rejected", receiver=name, reason=rejection.reason)
    return "", rejection.status


def _receiver(name: str) -> Receiver:
    receiver = _chrok().receivers.get(name)
    if receiver is None:
        abort(404)
    return receiver


def _chrok() -> Chrok:
    return cast("Chrok", current_app.extensions["chrok"])
