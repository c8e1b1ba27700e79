"""Many conversations at once: each message answered once, in its conversation's order.

`make soak` does the same with 200 conversations of 20 messages, and with a longer spike.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.load import (
    Clients,
    Conversation,
    faults,
    shuffled,
    wait_for_all,
    write_all,
    write_at_rates,
)
from tests.stack import MESSENGER, Stack

pytestmark = pytest.mark.engine
CONVERSATIONS, MESSAGES, CLIENTS = 50, 8, 8
SPIKE_MESSAGES_A_SECOND = (1, 15, 1, 25, 2, 35, 10)
SPIKE_SECONDS_EACH = 4
SPIKE_CITIZENS = 120
NO_FAULT = {"lost": 0, "duplicate": 0, "out of order": 0, "apologies": 0}


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory, trained_model, own_graph_api):
    settings = {**MESSENGER, "MESSENGER_API_URL": own_graph_api.address}
    with Stack(tmp_path_factory.mktemp("load"), settings) as running:
        yield running


def test_no_answer_is_lost_doubled_or_out_of_order_under_load(own_stack, own_graph_api):
    conversations = [Conversation() for _ in range(CONVERSATIONS)]
    clients = Clients(own_stack.address)
    write_all(clients, shuffled(conversations, MESSAGES, seed=20261124), CLIENTS)
    wait_for_all(own_graph_api, conversations, 200)
    assert clients.sending.refused == 0
    assert faults(own_graph_api, conversations) == NO_FAULT


def test_requests_replayed_ten_times_at_once_are_answered_once(own_stack, own_graph_api):
    conversations = [Conversation() for _ in range(5)]
    clients = Clients(own_stack.address)
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda turn: clients.write(turn, 0, repeats=10), conversations))
    write_all(clients, conversations, CLIENTS)
    wait_for_all(own_graph_api, conversations, 60)
    assert faults(own_graph_api, conversations) == NO_FAULT


def test_a_spike_loses_nobody_and_is_over_within_a_minute(own_stack, own_graph_api):
    conversations = [Conversation() for _ in range(SPIKE_CITIZENS)]
    clients = Clients(own_stack.address)
    write_at_rates(clients, conversations, SPIKE_MESSAGES_A_SECOND, SPIKE_SECONDS_EACH)
    recovered = wait_for_all(own_graph_api, conversations, 60)
    found = faults(own_graph_api, conversations)
    messages = sum(len(conversation.expected) for conversation in conversations)
    assert messages == sum(SPIKE_MESSAGES_A_SECOND) * SPIKE_SECONDS_EACH
    errors = found["lost"] + found["apologies"] + clients.sending.refused
    assert errors / messages < 0.01
    assert (found["duplicate"], found["out of order"]) == (0, 0)
    assert recovered < 60
