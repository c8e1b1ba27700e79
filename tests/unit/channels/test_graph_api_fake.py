"""The fake of the Graph API refuses what the real one refuses, and misbehaves when told to."""

from __future__ import annotations

import hashlib
import hmac
import time

import pytest
import requests

from tests.fakes.graph_api import GraphApi, graph_error, sign
from tests.fakes.provider import AcceptThenTimeout, Delay, Drop
from tests.unit.channels.messenger_samples import SECRET, TOKEN

PROOF = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()


def post(graph: GraphApi, content, token: str = TOKEN, proof: str = PROOF) -> requests.Response:
    return requests.post(
        f"{graph.address}/me/messages",
        params={"appsecret_proof": proof},
        json=content,
        headers={"Authorization": f"Bearer {token}"},
        timeout=2,
    )


def of_message(message) -> dict:
    return {"recipient": {"id": "7001"}, "messaging_type": "RESPONSE", "message": message}


def quick_replies(count: int = 1, **values) -> list[dict]:
    return [{"content_type": "text", "title": "a", "payload": "b", **values}] * count


def template(text: str = "a", count: int = 1, **button) -> dict:
    buttons = [{"type": "postback", "title": "a", "payload": "b", **button}] * count
    payload = {"template_type": "button", "text": text, "buttons": buttons}
    return {"attachment": {"type": "template", "payload": payload}}


def image(address: str) -> dict:
    return {"attachment": {"type": "image", "payload": {"url": address}}}


@pytest.mark.parametrize(
    "message",
    [
        {"text": "ក" * 2000},
        {"text": "a", "quick_replies": quick_replies(13, title="ក" * 20)},
        template("ក" * 640, 3, title="ក" * 20),
        template(count=1, type="web_url", url="https://e.org"),
        image("https://e.org/i.png"),
    ],
)
def test_what_keeps_the_limits_is_accepted(graph, message):
    answer = post(graph, of_message(message))
    assert answer.json() == {"recipient_id": "7001", "message_id": "m_fake-1"}
    assert graph.messages("7001") == [message]
    assert graph.messages("7002") == []


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": " "},
        {"text": "ក" * 2001},
        {"text": "a", **image("https://e.org/i.png")},
        {"text": "a", "metadata": "b" * 1001},
        {"text": "a", "quick_replies": []},
        {"text": "a", "quick_replies": quick_replies(14)},
        {"text": "a", "quick_replies": quick_replies(title="ក" * 21)},
        {"text": "a", "quick_replies": quick_replies(title="")},
        {"text": "a", "quick_replies": quick_replies(payload="b" * 1001)},
        {"text": "a", "quick_replies": quick_replies(payload="")},
        template("ក" * 641),
        template(""),
        template(count=0),
        template(count=4),
        template(title="ក" * 21),
        template(payload="b" * 1001),
        template(type="web_url", url="e.org"),
        image("file:///etc/passwd"),
    ],
)
def test_what_breaks_a_limit_is_error_100(graph, message):
    answer = post(graph, of_message(message))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 100
    assert graph.messages() == []


def test_a_message_needs_a_recipient_and_a_type(graph):
    for missing in ("recipient", "messaging_type"):
        content = of_message({"text": "a"})
        del content[missing]
        assert post(graph, content).json()["error"]["code"] == 100


def test_a_wrong_token_is_error_190_and_a_wrong_proof_error_100(graph):
    content = of_message({"text": "a"})
    assert post(graph, content, token="wrong").json()["error"]["code"] == 190
    assert post(graph, content, proof="wrong").json()["error"]["code"] == 100
    assert graph.messages() == []


def test_the_exact_bytes_are_recorded(graph):
    body = b'{"recipient" : {"id":"7001"},"sender_action":"typing_on"}'
    requests.post(
        f"{graph.address}/me/messages?appsecret_proof={PROOF}",
        data=body,
        headers={"Authorization": f"Bearer {TOKEN}", "X-Odd": "Value"},
        timeout=2,
    )
    (request,) = graph.wait_for_requests(1)
    assert (request.method, request.body) == ("POST", body)
    assert request.headers["x-odd"] == "Value"
    assert graph.sender_actions("7001") == ["typing_on"]


def test_a_script_holds_for_so_many_messages_and_not_for_typing(graph):
    graph.will(graph_error(500, 2), times=2)
    typing = {"recipient": {"id": "7001"}, "sender_action": "typing_on"}
    statuses = [post(graph, typing).status_code]
    statuses += [post(graph, of_message({"text": "a"})).status_code for _ in range(3)]
    assert statuses == [200, 500, 500, 200]


def test_a_delayed_answer_comes_later(graph):
    graph.will(Delay(0.3))
    begin = time.monotonic()
    assert post(graph, of_message({"text": "a"})).status_code == 200
    assert time.monotonic() - begin >= 0.3


def test_a_message_may_be_taken_without_an_answer(graph):
    graph.will(AcceptThenTimeout())
    with pytest.raises(requests.Timeout):
        requests.post(
            f"{graph.address}/me/messages?appsecret_proof={PROOF}",
            json=of_message({"text": "a"}),
            headers={"Authorization": f"Bearer {TOKEN}"},
            timeout=0.2,
        )
    assert graph.messages("7001") == [{"text": "a"}]


def test_a_dropped_connection_delivers_nothing(graph):
    graph.will(Drop())
    with pytest.raises(requests.ConnectionError):
        post(graph, of_message({"text": "a"}))
    assert len(graph.requests) == 1
    assert graph.messages() == []


def test_a_signature_has_the_form_of_meta_s():
    # Test case 2 of RFC 4231.
    assert sign(b"what do ya want for nothing?", "Jefe") == (
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
