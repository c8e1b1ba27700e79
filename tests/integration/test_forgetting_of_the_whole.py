"""To be forgotten in the chat: asked once, farewell, then no trace in either database."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import select

from bot.db.models import Contact
from tests.chat_client import ChatClient
from tests.messenger_client import MessengerCitizen
from tests.stack import wait_until
from tests.unit.privacy.people import everything_in

pytestmark = pytest.mark.engine
# The pause after the farewell is 20 s.
_PATIENCE = 80


def _tracked(stack) -> str:
    with sqlite3.connect(stack.folder / "tracker.sqlite3") as connection:
        return "\n".join(
            f"{sender} {data}"
            for sender, data in connection.execute("SELECT sender_id, data FROM events")
        )


def _conversation_of(stack, external_id: str) -> str | None:
    with stack.sessions() as session:
        return session.scalar(
            select(Contact.conversation_id).where(Contact.external_id == external_id)
        )


def test_a_citizen_of_messenger_is_forgotten_after_the_farewell(stack, graph_api):
    citizen, neighbour = (MessengerCitizen(stack, graph_api) for _ in range(2))
    secret = "ប្រឡងយកប័ណ្ណបើកបរម៉ូតូ តម្លៃប៉ុន្មាន សុខាពិសី"
    neighbour.writes("goodbye")
    citizen.writes(secret)
    citizen.waits_for("រៀល")
    conversation_id = _conversation_of(stack, citizen.id)
    assert conversation_id in _tracked(stack)
    citizen.writes("លុបទិន្នន័យរបស់ខ្ញុំ")
    citizen.waits_for("មិនអាចយកមកវិញបានទេ")
    citizen.presses(citizen.buttons[0])
    citizen.waits_for("សូមលាសិនហើយ")
    wait_until(lambda: _conversation_of(stack, citizen.id) is None, _PATIENCE, "forgotten")
    stored, tracked = everything_in(stack.sessions), _tracked(stack)
    for trace in (citizen.id, secret, "សុខាពិសី", conversation_id):
        assert trace not in stored
        assert trace not in tracked
    neighbour.waits_for("Goodbye")
    assert _conversation_of(stack, neighbour.id) in tracked
    # Whoever writes again is somebody new, and is answered.
    citizen.writes("hello")
    citizen.waits_for("a bot, not a person")


def test_the_web_chat_shows_the_farewell_before_it_forgets(stack):
    client = ChatClient(stack.address)
    asked = client.ask("please delete my data")
    farewell = client.press(asked, "Yes, erase it")
    assert "Thank you, and goodbye" in farewell[-1]["text"]
    wait_until(lambda: client.history() == [], _PATIENCE, "forgotten")
    assert "a bot, not a person" in client.ask("hello")[0]["text"]


def test_notices_are_stopped_and_started_again_in_the_chat(stack, graph_api):
    citizen = MessengerCitizen(stack, graph_api)

    def opted_out() -> bool:
        with stack.sessions() as session:
            contact = session.scalars(
                select(Contact).where(Contact.external_id == citizen.id)
            ).one()
            return contact.opted_out_at is not None

    citizen.writes("stop sending me messages")
    citizen.waits_for("no more notices")
    assert opted_out()
    citizen.presses(citizen.buttons[0])
    citizen.waits_for("get my notices again")
    assert not opted_out()
    citizen.writes("ឈប់ផ្ញើសារមកខ្ញុំ")
    citizen.waits_for("មិនផ្ញើដំណឹង")
    assert opted_out()
    citizen.writes("ផ្ញើដំណឹងមកវិញ")
    citizen.waits_for("ទទួលដំណឹងពីខ្ញុំវិញ")
    assert not opted_out()
