"""Which engine a conversation goes to, and what happens when that one is away."""

from __future__ import annotations

import socket
from collections import Counter

import pytest

from bot.errors import EngineUnavailable
from tests.fakes.provider import Answer, Drop, FakeProvider, RecordedRequest
from tests.stack import free_port
from webhook.engine_addresses import EngineAddresses
from webhook.rasa_client import RasaClient

ONE, TWO, THREE = (f"http://127.0.0.{number}:5005" for number in (1, 2, 3))
CONVERSATIONS = [f"conversation-{number}" for number in range(600)]


class Engine(FakeProvider):
    """Answers as Rasa's REST channel does, with its own name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def respond(self, request: RecordedRequest) -> Answer:
        return Answer(200, [{"recipient_id": "x", "text": self._name}])


def _firsts(addresses: EngineAddresses) -> dict[str, str]:
    return {name: addresses.for_conversation(name)[0] for name in CONVERSATIONS}


def test_conversations_are_spread_evenly_and_each_stays_where_it_is():
    addresses = EngineAddresses([ONE, TWO, THREE])
    firsts = _firsts(addresses)
    assert firsts == _firsts(EngineAddresses([THREE, ONE, TWO])), "in every process alike"
    assert min(Counter(firsts.values()).values()) > len(CONVERSATIONS) / 3 * 0.8


def test_without_an_engine_only_its_own_conversations_move():
    addresses = EngineAddresses([ONE, TWO, THREE])
    before = _firsts(addresses)
    addresses.did_not_answer(TWO)
    after = _firsts(addresses)
    assert all(after[name] == first for name, first in before.items() if first != TWO)
    assert TWO not in after.values()
    addresses.answered(TWO)
    assert _firsts(addresses) == before


def test_when_all_are_silent_all_are_asked_all_the_same():
    addresses = EngineAddresses([ONE, TWO])
    addresses.did_not_answer(ONE)
    addresses.did_not_answer(TWO)
    assert sorted(addresses.for_conversation("somebody")) == [ONE, TWO]


def test_a_name_of_several_machines_counts_as_several_engines(monkeypatch):
    def look_up(host, port, **_):
        assert (host, port) == ("engine", 5005)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("10.0.0.2", port)), (*kind, ("10.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    found = EngineAddresses(["http://engine:5005"]).all()
    assert found == ("http://10.0.0.1:5005", "http://10.0.0.2:5005")


def test_a_name_that_nobody_knows_is_asked_as_it_is():
    assert EngineAddresses(["http://engine.invalid:5005"]).all() == ("http://engine.invalid:5005",)


def test_an_engine_that_is_away_is_passed_over_at_once():
    away = f"http://127.0.0.1:{free_port()}"
    with Engine("here") as engine:
        client = RasaClient(away, engine.address)
        for name in CONVERSATIONS[:20]:
            assert [reply.text for reply in client.turn(name, "hello", {})] == ["here"]
        assert len(engine.wait_for_requests(20)) == 20
        assert client.is_ready()


def test_an_engine_that_fell_silent_is_not_passed_over_within_the_turn():
    """It may be at work on the message; the next try, a second later, goes to another one."""
    with Engine("silent") as silent, Engine("other") as other:
        urls = (silent.address, other.address)
        first = EngineAddresses(urls).for_conversation("somebody")[0]
        chosen, next_one = (silent, other) if first == silent.address else (other, silent)
        chosen.will(Drop())
        client = RasaClient(*urls)
        with pytest.raises(EngineUnavailable):
            client.turn("somebody", "hello", {})
        assert client.turn("somebody", "hello", {})
        assert len(next_one.wait_for_requests(1)) == 1


def test_without_any_engine_the_turn_is_put_off():
    client = RasaClient(*(f"http://127.0.0.1:{free_port()}" for _ in range(2)))
    with pytest.raises(EngineUnavailable):
        client.turn("somebody", "hello", {})
    assert not client.is_ready()
