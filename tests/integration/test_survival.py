"""`kill -9` in the middle of a turn: the citizen still gets one answer, or an apology."""

from __future__ import annotations

import pytest
import requests

from tests.chat_client import ChatClient
from tests.stack import Stack, wait_until

pytestmark = pytest.mark.engine
QUESTION = "how much is a driving test for a car"


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory, trained_model):
    """A stack of its own, because its processes are killed."""
    with Stack(tmp_path_factory.mktemp("survival"), {}) as running:
        yield running


@pytest.mark.parametrize("victim", ["engine", "actions", "worker"])
def test_a_killed_process_does_not_leave_the_citizen_in_silence(own_stack, victim):
    citizen = ChatClient(own_stack.address)
    citizen.ask("hello")
    for _ in range(3):
        citizen.send(QUESTION)
    own_stack.kill(victim)
    own_stack.start(victim)
    own_stack.wait_ready()
    wait_until(
        lambda: not citizen.is_waiting() and len(_answers(citizen)) >= 3, 120, "three answers"
    )
    said = _answers(citizen)
    assert len(said) == 3, "each message is answered once"
    assert all("90,000 riel" in text or "something went wrong" in text for text in said)
    # Whatever happened, the next question is answered as ever.
    assert "90,000 riel" in citizen.ask(QUESTION)[-1]["text"]


def test_without_actions_the_citizen_gets_an_apology(own_stack):
    citizen = ChatClient(own_stack.address)
    own_stack.kill("actions")
    try:
        said = citizen.ask(QUESTION, seconds=60)
        assert len(said) == 1
        assert "something went wrong" in said[0]["text"]
        in_khmer = ChatClient(own_stack.address).ask("ប្រឡងប័ណ្ណបើកបរម៉ូតូ តម្លៃប៉ុន្មាន")
        assert "សុំទោស" in in_khmer[0]["text"]
    finally:
        own_stack.start("actions")
        own_stack.wait_ready()


def test_readiness_names_what_is_down(own_stack):
    own_stack.kill("actions")
    try:
        answer = requests.get(f"{own_stack.address}/readyz", timeout=10)
        assert answer.status_code == 503
        assert answer.json()["checks"]["actions"] == "down"
        assert answer.json()["checks"]["database"] == "ok"
        assert requests.get(f"{own_stack.address}/healthz", timeout=5).status_code == 200
    finally:
        own_stack.start("actions")
        own_stack.wait_ready()


def _answers(citizen: ChatClient) -> list[str]:
    """Everything said after the greeting."""
    replies = [row["text"] for row in citizen.history() if row["author"] == "assistant"]
    return replies[1:]
