"""Two of each on PostgreSQL and Redis: load is shared, and no single death costs an answer."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
import requests

from tests.chat_client import ChatClient
from tests.fakes.graph_api import GraphApi
from tests.load import Clients, Conversation, faults, shuffled, text_of, wait_for_all, write_all
from tests.services_stack import ServicesStack, lacking_servers
from tests.stack import MESSENGER

pytestmark = [pytest.mark.engine, pytest.mark.services, pytest.mark.timeout(600)]
NO_FAULT = {"lost": 0, "duplicate": 0, "out of order": 0, "apologies": 0}
# What a test's load lasts at least, so that a death falls into it.
CONVERSATIONS, MESSAGES, CLIENTS = 20, 6, 6
WORKER_THREADS = 8
GRACE_SECONDS = 30


@pytest.fixture(scope="module")
def services(tmp_path_factory, trained_model, own_graph_api) -> Iterator[ServicesStack]:
    if lacking_servers():
        pytest.skip(f"not installed here: {', '.join(lacking_servers())}")
    with ServicesStack(
        engines=2,
        webhooks=2,
        workers=2,
        actions=2,
        settings={**MESSENGER, "MESSENGER_API_URL": own_graph_api.address},
        folder=tmp_path_factory.mktemp("services"),
    ) as stack:
        yield stack


@pytest.fixture(autouse=True)
def everything_runs_again(services):
    yield
    services.start(*(name for name in services.names if name not in services.process_ids))
    services.wait_ready()


@contextmanager
def _load(services: ServicesStack) -> Iterator[tuple[list[Conversation], Clients]]:
    """Citizens who write at once, over both webhooks, while the block runs and on to their end."""
    clients = Clients(*services.addresses)
    conversations = [Conversation() for _ in range(CONVERSATIONS)]
    turns = shuffled(conversations, MESSAGES, seed=20261124)
    writing = Thread(target=write_all, args=(clients, turns, CLIENTS))
    writing.start()
    try:
        yield conversations, clients
    finally:
        writing.join()


def _wait_until_half_is_answered(provider: GraphApi, conversations: list[Conversation]) -> None:
    half, until = CONVERSATIONS * MESSAGES // 2, time.monotonic() + 120
    while sum(len(provider.messages(each.sender)) for each in conversations) < half:
        assert time.monotonic() < until, "half of the load is not answered after two minutes"
        time.sleep(0.05)


def _processor_seconds(process_id: int) -> float:
    # man 5 proc: fields 14 and 15 are the time in user and system mode, in clock ticks.
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_both_of_each_work_and_keep_order(services, own_graph_api):
    before = {name: _processor_seconds(pid) for name, pid in services.process_ids.items()}
    with _load(services) as (conversations, clients):
        pass
    wait_for_all(own_graph_api, conversations, 200)
    assert faults(own_graph_api, conversations) == NO_FAULT
    assert clients.sending.refused == 0
    spent = {
        name: _processor_seconds(pid) - before[name] for name, pid in services.process_ids.items()
    }
    for program in ("engine", "worker"):
        of_each = [seconds for name, seconds in spent.items() if name.startswith(program)]
        assert min(of_each) > 0.2 * sum(of_each), spent


def test_what_was_said_to_one_engine_is_known_to_the_other(services):
    citizens = [ChatClient(address) for address in services.addresses * 3]
    for citizen in citizens:
        assert "90,000 riel" in _words(citizen.ask("how much is a driving test for a car"))
    services.kill("engine-1")
    for citizen in citizens:
        # The question names no service: which one is meant stands in the tracker alone.
        said = _words(citizen.ask("which documents do I need?"))
        assert "Driving test" in said, said
        assert "Documents" in said, said


@pytest.mark.parametrize("victim", ["engine-1", "webhook-1"])
def test_a_death_under_load_loses_nothing_and_answers_nothing_twice(
    services, own_graph_api, victim
):
    with _load(services) as (conversations, _):
        _wait_until_half_is_answered(own_graph_api, conversations)
        services.kill(victim)
    # The other one alone answers everything; nobody has to be woken up for it.
    wait_for_all(own_graph_api, conversations, 200)
    assert faults(own_graph_api, conversations) == NO_FAULT


def test_a_killed_worker_repeats_at_most_what_it_was_just_sending(services, own_graph_api):
    """Messenger has no key by which it would know a message again (docs/adr/0009)."""
    with _load(services) as (conversations, _):
        _wait_until_half_is_answered(own_graph_api, conversations)
        services.kill("worker-1")
    wait_for_all(own_graph_api, conversations, 200)
    found = faults(own_graph_api, conversations)
    assert (found["lost"], found["apologies"]) == (0, 0)
    assert found["duplicate"] <= WORKER_THREADS
    for conversation in conversations:
        told = iter(own_graph_api.messages(conversation.sender))
        for words in conversation.expected:
            assert any(words in text_of(message) for message in told), "answers in their order"


def test_who_is_asked_to_end_finishes_what_was_begun(services, own_graph_api):
    """`docker stop` asks by SIGTERM and kills after the grace that compose.yaml gives."""
    with _load(services) as (conversations, _):
        _wait_until_half_is_answered(own_graph_api, conversations)
        for name in ("worker-1", "engine-1", "webhook-1"):
            assert services.terminate(name, GRACE_SECONDS) == 0, name
    wait_for_all(own_graph_api, conversations, 200)
    assert faults(own_graph_api, conversations) == NO_FAULT
    assert services.terminate("actions-1", GRACE_SECONDS) == 0


def test_redis_may_be_away_for_a_while(services, own_graph_api):
    """It holds wake-ups and locks; the messages themselves are in PostgreSQL."""
    with _load(services) as (conversations, _):
        _wait_until_half_is_answered(own_graph_api, conversations)
        services.redis.kill()
        time.sleep(3)
        services.redis.start()
    wait_for_all(own_graph_api, conversations, 200)
    assert faults(own_graph_api, conversations) == NO_FAULT


def test_every_webhook_knows_whether_the_whole_is_ready(services):
    for address in services.addresses:
        assert requests.get(f"{address}/readyz", timeout=10).json()["checks"]["engine"] == "ok"


def _words(replies) -> str:
    return "\n".join(reply["text"] for reply in replies)
