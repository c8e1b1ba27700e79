"""What only time, an operator or a provider can show of how a conversation is led."""

from __future__ import annotations

import json
import re
import sqlite3
import uuid

import pytest
import requests

from tests.chat_client import ChatClient
from tests.fakes.graph_api import sign
from tests.stack import MESSENGER, wait_until

pytestmark = pytest.mark.engine


def _words(replies) -> str:
    return "\n".join(reply["text"] for reply in replies)


def _make_forms_old(stack) -> None:
    """Every form that the engine remembers was asked two days earlier."""
    with sqlite3.connect(stack.folder / "tracker.sqlite3", timeout=10) as tracker:
        rows = tracker.execute(
            "SELECT id, data FROM events WHERE type_name = 'slot' AND action_name = 'form'"
        ).fetchall()
        for row_id, data in rows:
            event = json.loads(data)
            if event["value"]:
                form = json.loads(event["value"])
                form["asked_at"] = re.sub(r"^\d{4}", "2020", form["asked_at"])
                event["value"] = json.dumps(form)
                tracker.execute(
                    "UPDATE events SET data = ? WHERE id = ?", (json.dumps(event), row_id)
                )


@pytest.mark.parametrize(
    ("answer", "expected"), [("yes", "Which office is it about"), ("no", "left that")]
)
def test_a_form_of_yesterday_is_asked_about_first(stack, answer, expected):
    citizen = ChatClient(stack.address)
    citizen.ask("I want to give feedback")
    _make_forms_old(stack)
    asked = _words(citizen.ask("how much is a motorbike driving test"))
    assert "30,000 riel" in asked
    assert "Would you like to go on?" in asked
    assert expected in _words(citizen.ask(answer))


def test_who_wants_a_person_is_listed_and_told_when_it_is_closed(stack):
    citizen = ChatClient(stack.address)
    citizen.ask("where is the office in Poipet")
    wish = f"I want to talk to an officer about {uuid.uuid4().hex}"
    assert "I have noted" in _words(citizen.ask(wish))
    [request] = [
        row
        for row in json.loads(stack.flask("handovers", "list", "--json"))
        if wish in row["reason"]
    ]
    assert request["place"] == "Paoy Paet (0110)"
    stack.flask("handovers", "close", str(request["id"]), "--message", "We will call you today.")
    wait_until(
        lambda: any(row["text"] == "We will call you today." for row in citizen.history()),
        90,
        "the operator's message in the chat",
    )
    assert wish not in stack.flask("handovers", "list")


def test_a_number_typed_on_messenger_chooses_what_was_offered(stack, graph_api):
    sender = str(10**15 + uuid.uuid4().int % 10**14)
    _write(stack, sender, "ប្រឡងប័ណ្ណបើកបរ តម្លៃប៉ុន្មាន")
    wait_until(lambda: graph_api.messages(sender), 60, "the choice of a vehicle")
    _write(stack, sender, "២")
    wait_until(
        lambda: any(
            "៩០,០០០ រៀល" in json.dumps(m, ensure_ascii=False) for m in graph_api.messages(sender)
        ),
        60,
        "the fee of a car",
    )


def _write(stack, sender: str, text: str) -> None:
    message = {"mid": f"m_{uuid.uuid4().hex}", "text": text}
    event = {
        "sender": {"id": sender},
        "recipient": {"id": "100000000000001"},
        "timestamp": 1795500000000,
        "message": message,
    }
    body = json.dumps({"object": "page", "entry": [{"id": "1", "time": 1, "messaging": [event]}]})
    requests.post(
        f"{stack.address}/webhooks/messenger",
        data=body.encode(),
        headers={
            "Content-Type": "application/json",
            "X-Hub-Signature-256": sign(body.encode(), MESSENGER["MESSENGER_APP_SECRET"]),
        },
        timeout=10,
    ).raise_for_status()
