"""A crowd that comes and goes: what it costs while it lasts, and how soon everybody is answered.

`make soak` does the same with longer phases, on one machine's wiring and on that of many.
"""

from __future__ import annotations

import pytest

from tests.fakes.graph_api import GraphApi
from tests.load import Clients, Conversation, faults, wait_for_all, write_at_rates
from tests.stack import MESSENGER, MODEL, Stack

pytestmark = pytest.mark.engine
MESSAGES_A_SECOND = (1, 15, 1, 25, 2, 35, 10)
SECONDS_EACH = 4
CITIZENS = 120


@pytest.fixture
def provider():
    with GraphApi(
        MESSENGER["MESSENGER_PAGE_TOKEN"], MESSENGER["MESSENGER_APP_SECRET"]
    ) as graph_api:
        yield graph_api


@pytest.fixture
def own_stack(tmp_path, provider):
    if not MODEL.exists():
        pytest.skip("no trained model here: `make train` makes one")
    running = Stack(tmp_path, {**MESSENGER, "MESSENGER_API_URL": provider.address})
    try:
        running.start_all()
        yield running
    finally:
        running.stop()


def test_a_spike_loses_nobody_and_is_over_within_a_minute(own_stack, provider):
    conversations = [Conversation() for _ in range(CITIZENS)]
    clients = Clients(own_stack.address)
    write_at_rates(clients, conversations, MESSAGES_A_SECOND, SECONDS_EACH)
    recovered = wait_for_all(provider, conversations, 60)
    found = faults(provider, conversations)
    messages = sum(len(conversation.expected) for conversation in conversations)
    assert messages == sum(MESSAGES_A_SECOND) * SECONDS_EACH
    errors = found["lost"] + found["apologies"] + clients.sending.refused
    assert errors / messages < 0.01
    assert (found["duplicate"], found["out of order"]) == (0, 0)
    assert recovered < 60
