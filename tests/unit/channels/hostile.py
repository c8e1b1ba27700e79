"""What every receiver has to bear, and how each one is spoken to.

A new receiver is one more line in `RECEIVERS`; test_hostile_requests.py does the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tests.fakes.graph_api import sign
from tests.unit.channels.hostile_request import Hostile, Prepared
from tests.unit.channels.hostile_sms import GATEWAYS

SECRET = "an-invented-secret-for-hostile-tests"
CITIZEN = "7000000000000001"


def _messenger_event(**event: Any) -> bytes:
    content = {
        "sender": {"id": CITIZEN},
        "recipient": {"id": "1"},
        "timestamp": 1795425600000,
        **event,
    }
    return _messenger_entry({"id": "1", "time": 1795425600312, "messaging": [content]})


def _messenger_entry(entry: Any, kind: str = "page") -> bytes:
    return json.dumps({"object": kind, "entry": [entry]}).encode()


def _messenger_forgeries(body: bytes) -> list[Prepared]:
    good = sign(body, SECRET)
    values = [
        *("", "sha256=", "sha256=" + "0" * 64, good.upper(), good[:-1], good + "0"),
        *(good.replace("sha256", "sha1"), sign(body, "guessed"), sign(body + b" ", SECRET)),
        *(good.removeprefix("sha256="), "x" * 10_000),
    ]
    headers = [{}, {"X-Hub-Signature": good}, *({"X-Hub-Signature-256": v} for v in values)]
    return [Prepared(body, header) for header in headers]


MESSENGER = Hostile(
    name="messenger",
    environment={
        "MESSENGER_PAGE_TOKEN": "an-invented-token",
        "MESSENGER_APP_SECRET": SECRET,
        "MESSENGER_VERIFY_TOKEN": "an-invented-verify-token",
    },
    prove=lambda body: Prepared(body, {"X-Hub-Signature-256": sign(body, SECRET)}),
    forge=_messenger_forgeries,
    text=lambda event_id, text: _messenger_event(message={"mid": event_id, "text": text}),
    button=lambda event_id, payload: _messenger_event(
        message={"mid": event_id, "text": "ok", "quick_reply": {"payload": payload}}
    ),
    unknown=(
        _messenger_event(),
        _messenger_event(future={"text": "a"}),
        _messenger_entry({"id": "1", "messaging": [{"message": {"mid": "a"}}]}, "instagram"),
        _messenger_entry({"id": "1", "changes": [{"field": "feed"}]}),
    ),
)


def _telegram_update(**update: Any) -> bytes:
    return json.dumps({"update_id": 1, **update}).encode()


def _telegram_chat(kind: str = "private") -> dict[str, Any]:
    return {"from": {"id": int(CITIZEN)}, "chat": {"id": int(CITIZEN), "type": kind}}


def _telegram_proof(secret: str) -> Mapping[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": secret}


def _message_id(event_id: str) -> int:
    """A number of its own for each event id, as Telegram numbers messages."""
    return int.from_bytes(hashlib.sha256(event_id.encode()).digest()[:6])


TELEGRAM = Hostile(
    name="telegram",
    environment={
        "TELEGRAM_BOT_TOKEN": "7100000001:AAinvented-token",
        "TELEGRAM_SECRET_TOKEN": SECRET,
        "TELEGRAM_BOT_USERNAME": "ChrokTestBot",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
    },
    prove=lambda body: Prepared(body, _telegram_proof(SECRET)),
    forge=lambda body: [
        Prepared(body),
        *(
            Prepared(body, _telegram_proof(secret))
            for secret in ("", SECRET[:-1], SECRET + "0", SECRET.upper(), "x" * 10_000)
        ),
    ],
    text=lambda event_id, text: _telegram_update(
        message={"message_id": _message_id(event_id), **_telegram_chat(), "text": text}
    ),
    button=lambda event_id, payload: _telegram_update(
        callback_query={
            "id": str(_message_id(event_id)),
            "from": {"id": int(CITIZEN)},
            "data": payload,
            "message": {
                **_telegram_chat(),
                "reply_markup": {"inline_keyboard": [[{"text": "ok", "callback_data": payload}]]},
            },
        }
    ),
    unknown=(
        _telegram_update(),
        _telegram_update(future={"text": "a"}),
        _telegram_update(channel_post={"message_id": 1, **_telegram_chat("channel"), "text": "a"}),
        _telegram_update(message={"message_id": 1, **_telegram_chat("supergroup"), "text": "a"}),
        _telegram_update(message={"message_id": 1, **_telegram_chat(), "pinned_message": {}}),
    ),
    proves_the_body=False,
)

RECEIVERS = [MESSENGER, TELEGRAM, *GATEWAYS]

# Bodies that are no request of anybody's, whatever the provider.
ODD_BODIES = [
    b"",
    b"\x00",
    b"\xff\xfe\xfd",
    b"\xef\xbb\xbf{}",
    "ក".encode("utf-16"),
    b"null",
    b"true",
    b"0",
    b'""',
    b"[]",
    b"{}",
    b"NaN",
    b"Infinity",
    b"-1e999",
    b"9" * 5000,
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 900 + b"]" * 900,
    b'{"object":"page","object":["page"],"entry":{}}',
    b'{"object":"page","entry":[[[]]]}',
    b'{"object":"page","entry":[{"messaging":{"message":{}}}]}',
    b'{"update_id":"x","message":[]}',
    b'{"update_id":NaN,"message":{"text":1e999}}',
    b"a=b&a=c&=&%",
    b"text=%ff%fe%00&from=%00",
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n",
]
