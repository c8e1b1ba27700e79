"""What the tests of Messenger share: invented credentials and payloads."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from bot.messages import InboundMessage
from tests.fakes.graph_api import sign
from tests.unit.channels.samples import only_message
from webhook.channels.base import ParseResult, RawRequest
from webhook.channels.messenger import MessengerChannel

SECRET = "an-invented-app-secret"
TOKEN = "EAAan-invented-page-token"
VERIFY = "an-invented-verify-token"
CITIZEN = "7000000000000001"
PAYLOADS = Path(__file__).parents[2] / "payloads/messenger"
NOON = datetime.fromtimestamp(1795425600, UTC)


def channel_at(address: str) -> MessengerChannel:
    return MessengerChannel(TOKEN, SECRET, VERIFY, address)


OFFLINE = channel_at("http://127.0.0.1:9")


def request_of(body: bytes, signature: str | None = None) -> RawRequest:
    headers = {"x-hub-signature-256": sign(body, SECRET) if signature is None else signature}
    return RawRequest("POST", headers, {}, body)


def received(body: bytes) -> ParseResult:
    """What a signed request leads to, as the webhook would treat it."""
    request = request_of(body)
    OFFLINE.verify(request)
    return OFFLINE.parse(request)


def received_file(name: str) -> ParseResult:
    return received((PAYLOADS / f"{name}.json").read_bytes())


def one_message(name: str) -> InboundMessage:
    return only_message(received_file(name), "messenger")


def event_body(**event) -> bytes:
    event = {
        "sender": {"id": CITIZEN},
        "recipient": {"id": "1"},
        "timestamp": 1795425600000,
    } | event
    return json.dumps(
        {"object": "page", "entry": [{"id": "1", "time": 1795425600312, "messaging": [event]}]}
    ).encode()
