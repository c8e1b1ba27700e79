"""The providers' webhooks: verify, store, wake a worker, answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from webhook import inbox
from webhook.channels.base import Channel, RawRequest, Rejected

if TYPE_CHECKING:
    from webhook.app import Chrok

log = logging.getLogger(__name__)
hooks = Blueprint("hooks", __name__, url_prefix="/webhooks")


@hooks.get("/<name>")
def handshake(name: str) -> ResponseReturnValue:
    """The provider's check that the address is ours."""
    try:
        answer = _channel(name).handshake(request.args.to_dict())
    except Rejected as rejection:
        return _refuse(name, rejection)
    return answer, 200, {"Content-Type": "text/plain; charset=utf-8"}


@hooks.post("/<name>")
def receive(name: str) -> ResponseReturnValue:
    """A provider's request: 200 only when its messages are stored, 503 when that is impossible."""
    channel = _channel(name)
    raw = RawRequest(
        method=request.method,
        headers={key.lower(): value for key, value in request.headers.items()},
        args=request.args.to_dict(),
        body=request.get_data(cache=False),
    )
    try:
        channel.verify(raw)
        parsed = channel.parse(raw)
    except Rejected as rejection:
        return _refuse(name, rejection)
    for reason in parsed.ignored:
        log.info("%s: ignored: %s", name, reason)
    try:
        contacts = inbox.accept(_chrok().sessions, parsed.messages)
    except (DBAPIError, PoolTimeout) as error:
        log.error("%s: could not store: %s", name, type(error).__name__)
        return "", 503
    for contact_id in contacts:
        _chrok().tasks.wake(contact_id)
    return "", 200


def _refuse(name: str, rejection: Rejected) -> ResponseReturnValue:
    log.warning("%s: rejected: %s", name, rejection.reason)
    return "", rejection.status


def _channel(name: str) -> Channel:
    channel = _chrok().channels.get(name)
    if channel is None or name == "web":
        abort(404)
    return channel


def _chrok() -> Chrok:
    return cast("Chrok", current_app.extensions["chrok"])
