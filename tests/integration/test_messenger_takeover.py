"""A person answers on the Page: the assistant is quiet until they leave, through all processes."""

from __future__ import annotations

import time
import uuid

import pytest

from tests.fakes.graph_api import OUR_APP_ID, PAGE_INBOX_APP_ID
from tests.messenger_client import MessengerCitizen
from tests.stack import wait_until

pytestmark = pytest.mark.engine
# Far longer than an answer takes here, and than the worker's look at the queue.
_QUIET_SECONDS = 6


@pytest.fixture
def citizen(stack, graph_api):
    citizen = MessengerCitizen(stack, graph_api)
    citizen.writes("hello")
    citizen.waits_for("a bot, not a person")
    return citizen


def _stays_quiet(citizen: MessengerCitizen) -> None:
    before = len(citizen.read)
    time.sleep(_QUIET_SECONDS)
    assert citizen.read[before:] == []


def _gives_back(citizen: MessengerCitizen) -> None:
    control = {
        "previous_owner_app_id": str(PAGE_INBOX_APP_ID),
        "new_owner_app_id": str(OUR_APP_ID),
    }
    citizen.sends({"pass_thread_control": control})


def test_the_assistant_is_quiet_while_a_person_answers_and_comes_back_after(citizen):
    citizen.is_answered_by_a_person("Hello, this is Sokha of the district office.")
    citizen.writes("how much is a driving test for a car")
    _stays_quiet(citizen)
    _gives_back(citizen)
    citizen.writes("how much does it cost to register a motorbike")
    wait_until(lambda: "40,000 riel" in "".join(citizen.read), 60, f"an answer in {citizen.read}")
    assert "90,000 riel" not in "".join(citizen.read), "the person has dealt with that question"


def test_echoes_of_the_assistant_do_not_silence_it(citizen, graph_api):
    for echo in graph_api.echoes(citizen.id):
        citizen.posts(echo)
    citizen.writes("goodbye")
    citizen.waits_for("Goodbye")


def test_a_conversation_of_another_app_is_left_alone(citizen):
    citizen.sends({"message": {"mid": f"m_{uuid.uuid4().hex}", "text": "goodbye"}}, key="standby")
    citizen.writes("goodbye")
    _stays_quiet(citizen)
    _gives_back(citizen)
    citizen.writes("goodbye")
    citizen.waits_for("Goodbye")


def test_others_are_still_answered_meanwhile(citizen, stack, graph_api):
    citizen.is_answered_by_a_person("Hello")
    neighbour = MessengerCitizen(stack, graph_api)
    neighbour.writes("goodbye")
    neighbour.waits_for("Goodbye")
