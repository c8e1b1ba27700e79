"""What only time, an operator or a provider can show of how a conversation is led."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest
from sqlalchemy import select

from bot.db.models import Contact
from tests.chat_client import ChatClient
from tests.invented import invented_name
from tests.messenger_client import MessengerCitizen
from tests.stack import wait_until

pytestmark = pytest.mark.engine


def _words(replies) -> str:
    return "\n".join(reply["text"] for reply in replies)


def _make_form_old(stack, citizen: ChatClient) -> None:
    """As if what the engine remembers of the citizen's form had been asked years ago."""
    with stack.sessions() as session:
        conversation_id = session.scalars(
            select(Contact.conversation_id).where(Contact.external_id == citizen.token)
        ).one()
    with sqlite3.connect(stack.folder / "tracker.sqlite3", timeout=10) as tracker:
        rows = tracker.execute(
            "SELECT id, data FROM events WHERE sender_id = ?"
            " AND type_name = 'slot' AND action_name = 'form'",
            (conversation_id,),
        ).fetchall()
        assert rows
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
    _make_form_old(stack, citizen)
    asked = _words(citizen.ask("how much is a motorbike driving test"))
    assert "30,000 riel" in asked
    assert "Would you like to go on?" in asked
    assert expected in _words(citizen.ask(answer))


def test_who_wants_a_person_is_listed_and_told_when_it_is_closed(stack):
    citizen = ChatClient(stack.address)
    citizen.ask("where is the office in Poipet")
    wish = f"I want to talk to an officer about {invented_name('sokha')}"
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
    citizen = MessengerCitizen(stack, graph_api)
    citizen.writes("ប្រឡងប័ណ្ណបើកបរ តម្លៃប៉ុន្មាន")
    citizen.waits_for_an_answer()
    citizen.writes("២")
    wait_until(lambda: "៩០,០០០ រៀល" in "".join(citizen.read), 60, "the fee of a car")
