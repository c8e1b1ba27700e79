"""Messenger from the signed webhook to the bytes at the Graph API, through the real engine."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import func, select

from bot.db.models import Contact, StoredInbound
from tests.fakes.graph_api import sign
from tests.messenger_client import SECRET, MessengerCitizen
from tests.stack import MESSENGER, wait_until

pytestmark = pytest.mark.engine
KHMER_QUESTION = "ប្រឡងយកប័ណ្ណបើកបរម៉ូតូ តម្លៃប៉ុន្មាន"


@pytest.fixture
def citizen(stack, graph_api) -> MessengerCitizen:
    return MessengerCitizen(stack, graph_api)


def _text(text: str) -> dict:
    return {"message": {"mid": f"m_{uuid.uuid4().hex}", "text": text}}


def _post(stack, body: bytes, signature: str | None) -> requests.Response:
    headers = {"Content-Type": "application/json"}
    if signature is not None:
        headers["X-Hub-Signature-256"] = signature
    return requests.post(
        f"{stack.address}/webhooks/messenger", data=body, headers=headers, timeout=10
    )


def _stored(stack, sender: str) -> int:
    with stack.sessions() as session:
        return session.scalar(
            select(func.count())
            .select_from(StoredInbound)
            .join(Contact)
            .where(Contact.external_id == sender)
        )


def test_a_khmer_question_ends_in_the_right_bytes_at_the_provider(citizen, graph_api):
    citizen.writes(KHMER_QUESTION)
    citizen.waits_for_an_answer()
    said = "\n".join(citizen.read)
    for expected in ("៣០,០០០ រៀល", "១០ ថ្ងៃធ្វើការ", "mpwt.gov.kh"):
        assert expected in said
    request = next(
        request
        for request in graph_api.requests
        if "message" in (content := request.json()) and content["recipient"]["id"] == citizen.id
    )
    assert request.headers["content-type"] == "application/json"
    assert "appsecret_proof" in request.query
    assert MESSENGER["MESSENGER_PAGE_TOKEN"] not in request.path
    assert request.json()["messaging_type"] == "RESPONSE"
    assert request.json()["message"]["metadata"] == "chrok"
    assert "typing_on" in graph_api.sender_actions(citizen.id)


@pytest.mark.parametrize("signature", [None, "", "sha256=" + "0" * 64, "sha1=abc", "SHA256=x"])
def test_an_unsigned_request_stores_nothing_and_gets_403(stack, citizen, signature):
    answer = _post(stack, citizen.body_of(_text(KHMER_QUESTION)), signature)
    assert answer.status_code == 403
    assert answer.text == ""
    assert _stored(stack, citizen.id) == 0


def test_a_signature_of_other_bytes_is_refused(stack, citizen):
    body = citizen.body_of(_text("hello"))
    assert _post(stack, body + b" ", sign(body, SECRET)).status_code == 403
    assert _stored(stack, citizen.id) == 0


def test_the_same_request_ten_times_at_once_is_stored_and_answered_once(stack, citizen):
    body = citizen.body_of(_text("how much is a driving test for a car"))
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: citizen.posts(body), range(10)))
    citizen.waits_for_an_answer()
    # A second message is answered after whatever the first one still had to say.
    citizen.writes("goodbye")
    citizen.waits_for("Goodbye")
    assert len([said for said in citizen.read if "90,000 riel" in said]) == 1
    assert _stored(stack, citizen.id) == 2


def test_a_quick_reply_goes_on_with_the_question(citizen):
    citizen.writes("how much is the driving test")
    citizen.waits_for_an_answer()
    button = citizen.buttons[0]
    assert "{" not in button["payload"], "the engine's payload must not leave the server"
    citizen.presses(button)
    wait_until(lambda: any("30,000 riel" in said for said in citizen.read), 60, "the fee")


def test_a_button_of_somebody_else_does_nothing_of_theirs(citizen, stack, graph_api):
    citizen.writes("how much is the driving test")
    citizen.waits_for_an_answer()
    other = MessengerCitizen(stack, graph_api)
    other.presses({**citizen.buttons[0], "title": "hello"})
    other.waits_for_an_answer()
    assert not any("30,000" in said for said in other.read)


@pytest.mark.parametrize("payload", ["/restart", "/inform{}", "/forget_me", "MENU_FORGET"])
def test_a_payload_that_looks_like_a_command_is_none(citizen, payload):
    citizen.presses({"content_type": "text", "title": "goodbye", "payload": payload})
    citizen.waits_for("Goodbye")
    assert len(citizen.read) == 1


def test_messages_of_one_citizen_are_answered_in_their_order(citizen):
    for text in ("hello", "how much is a driving test for a car", "goodbye"):
        citizen.writes(text)
    citizen.waits_for("Goodbye")
    assert "a bot" in citizen.read[0]
    assert any("90,000 riel" in said for said in citizen.read[1:-1])


def test_a_sticker_gets_a_kind_answer_and_an_echo_of_ours_none(stack, citizen, graph_api):
    sticker = {"type": "image", "payload": {"sticker_id": 1, "url": "https://x/y"}}
    citizen.sends({"message": {"mid": f"m_{uuid.uuid4().hex}", "attachments": [sticker]}})
    citizen.waits_for_an_answer()
    for echo in graph_api.echoes(citizen.id):
        citizen.posts(echo)
    assert len(citizen.read) == 1
    assert _stored(stack, citizen.id) == 1


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
