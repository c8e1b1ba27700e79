"""Messenger from the signed webhook to the bytes at the Graph API, through the real engine."""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import func, select

from bot.db.models import Contact, StoredInbound
from bot.db.session import create_database_engine, create_session_factory
from tests.fakes.graph_api import sign
from tests.stack import MESSENGER, wait_until

pytestmark = pytest.mark.engine
SECRET = MESSENGER["MESSENGER_APP_SECRET"]
KHMER_QUESTION = "ប្រឡងយកប័ណ្ណបើកបរម៉ូតូ តម្លៃប៉ុន្មាន"


def _citizen() -> str:
    return str(10**15 + uuid.uuid4().int % 10**14)


def _body(sender: str, **message) -> bytes:
    """A webhook body as Meta writes it: non-ASCII already escaped."""
    event = {
        "sender": {"id": sender},
        "recipient": {"id": "100000000000001"},
        "timestamp": int(time.time() * 1000),
        **message,
    }
    return json.dumps(
        {"object": "page", "entry": [{"id": "1", "time": 1, "messaging": [event]}]}
    ).encode()


def _text(sender: str, text: str) -> bytes:
    return _body(sender, message={"mid": f"m_{uuid.uuid4().hex}", "text": text})


def _post(stack, body: bytes, signature: str | None = None) -> requests.Response:
    headers = {"Content-Type": "application/json"}
    if signature is not None:
        headers["X-Hub-Signature-256"] = signature
    return requests.post(
        f"{stack.address}/webhooks/messenger", data=body, headers=headers, timeout=10
    )


def _stored(stack, sender: str) -> int:
    sessions = create_session_factory(create_database_engine(stack.database_url))
    with sessions() as session:
        return session.scalar(
            select(func.count())
            .select_from(StoredInbound)
            .join(Contact)
            .where(Contact.external_id == sender)
        )


def _wait_for_reply(graph_api, sender: str, count: int = 1) -> list[dict]:
    wait_until(lambda: len(graph_api.messages(sender)) >= count, 60, f"{count} replies")
    return graph_api.messages(sender)


def _words(message: dict) -> str:
    if "text" in message:
        return message["text"]
    return message["attachment"]["payload"]["text"]


def test_a_khmer_question_ends_in_the_right_bytes_at_the_provider(stack, graph_api):
    sender = _citizen()
    body = _text(sender, KHMER_QUESTION)
    assert _post(stack, body, sign(body, SECRET)).status_code == 200
    _wait_for_reply(graph_api, sender)
    said = "\n".join(_words(message) for message in graph_api.messages(sender))
    for words in ("៣០,០០០ រៀល", "១០ ថ្ងៃធ្វើការ", "mpwt.gov.kh"):
        assert words in said
    request = next(
        request
        for request in graph_api.requests
        if "message" in (content := request.json()) and content["recipient"]["id"] == sender
    )
    assert request.headers["content-type"] == "application/json"
    assert "appsecret_proof" in request.query
    assert MESSENGER["MESSENGER_PAGE_TOKEN"] not in request.path
    assert request.json()["messaging_type"] == "RESPONSE"
    assert "typing_on" in graph_api.sender_actions(sender)


@pytest.mark.parametrize("signature", [None, "", "sha256=" + "0" * 64, "sha1=abc", "SHA256=x"])
def test_an_unsigned_request_stores_nothing_and_gets_403(stack, signature):
    sender = _citizen()
    answer = _post(stack, _text(sender, KHMER_QUESTION), signature)
    assert answer.status_code == 403
    assert answer.text == ""
    assert _stored(stack, sender) == 0


def test_a_signature_of_other_bytes_is_refused(stack):
    sender = _citizen()
    body = _text(sender, "hello")
    assert _post(stack, body + b" ", sign(body, SECRET)).status_code == 403
    assert _stored(stack, sender) == 0


def test_the_same_request_ten_times_at_once_is_stored_and_answered_once(stack, graph_api):
    sender = _citizen()
    body = _text(sender, "how much is a driving test for a car")
    signature = sign(body, SECRET)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: _post(stack, body, signature), range(10)))
    assert [answer.status_code for answer in answers] == [200] * 10
    _wait_for_reply(graph_api, sender)
    # A second message is answered after whatever the first one still had to say.
    closing = _text(sender, "goodbye")
    _post(stack, closing, sign(closing, SECRET))
    wait_until(lambda: "Goodbye" in _words(graph_api.messages(sender)[-1]), 60, "a goodbye")
    prices = [m for m in graph_api.messages(sender) if "90,000 riel" in _words(m)]
    assert len(prices) == 1
    assert _stored(stack, sender) == 2


def test_a_quick_reply_goes_on_with_the_question(stack, graph_api):
    sender = _citizen()
    body = _text(sender, "how much is the driving test")
    _post(stack, body, sign(body, SECRET))
    asked = _wait_for_reply(graph_api, sender)[-1]
    button = asked["quick_replies"][0]
    assert "{" not in button["payload"], "the engine's payload must not leave the server"
    tap = _body(
        sender,
        message={
            "mid": f"m_{uuid.uuid4().hex}",
            "text": button["title"],
            "quick_reply": {"payload": button["payload"]},
        },
    )
    _post(stack, tap, sign(tap, SECRET))
    wait_until(
        lambda: any("30,000 riel" in _words(m) for m in graph_api.messages(sender)), 60, "the fee"
    )


def test_a_button_of_somebody_else_does_nothing_of_theirs(stack, graph_api):
    first, second = _citizen(), _citizen()
    body = _text(first, "how much is the driving test")
    _post(stack, body, sign(body, SECRET))
    token = _wait_for_reply(graph_api, first)[-1]["quick_replies"][0]["payload"]
    tap = _body(
        second,
        message={
            "mid": f"m_{uuid.uuid4().hex}",
            "text": "hello",
            "quick_reply": {"payload": token},
        },
    )
    _post(stack, tap, sign(tap, SECRET))
    replies = _wait_for_reply(graph_api, second)
    assert not any("30,000" in _words(message) for message in replies)


def test_messages_of_one_citizen_are_answered_in_their_order(stack, graph_api):
    sender = _citizen()
    for text in ("hello", "how much is a driving test for a car", "goodbye"):
        body = _text(sender, text)
        _post(stack, body, sign(body, SECRET))
    _wait_for_reply(graph_api, sender, count=3)
    wait_until(lambda: "Goodbye" in _words(graph_api.messages(sender)[-1]), 60, "a goodbye")
    said = [_words(message) for message in graph_api.messages(sender)]
    assert "a bot" in said[0]
    assert any("90,000 riel" in words for words in said[1:-1])


def test_a_sticker_gets_a_kind_answer_and_an_echo_of_ours_none(stack, graph_api):
    sender = _citizen()
    sticker = _body(
        sender,
        message={
            "mid": f"m_{uuid.uuid4().hex}",
            "attachments": [{"type": "image", "payload": {"sticker_id": 1, "url": "https://x/y"}}],
        },
    )
    assert _post(stack, sticker, sign(sticker, SECRET)).status_code == 200
    replies = _wait_for_reply(graph_api, sender)
    for echo in graph_api.echoes(sender):
        assert _post(stack, echo, sign(echo, SECRET)).status_code == 200
    assert len(replies) == 1
    assert _stored(stack, sender) == 1


def test_the_provider_s_handshake_needs_our_verify_token(stack):
    address = f"{stack.address}/webhooks/messenger"
    right = {
        "hub.mode": "subscribe",
        "hub.verify_token": MESSENGER["MESSENGER_VERIFY_TOKEN"],
        "hub.challenge": "1158201444",
    }
    assert requests.get(address, params=right, timeout=5).text == "1158201444"
    wrong = requests.get(address, params={**right, "hub.verify_token": "no"}, timeout=5)
    assert wrong.status_code == 403
    assert "1158201444" not in wrong.text
