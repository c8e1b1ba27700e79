"""Kills each dependency for a while under load, and prints what that cost.

    .venv/bin/python -m benchmarks.soak [--rate 5] [--down 30] [--json FILE]

Two wirings: one of each program with SQLite, and two of each with PostgreSQL and Redis. First a
crowd of 200 conversations and a spike, with nobody killed. Then for each victim: steady load, the
victim dies (`kill -9`), stays down, comes back. Told are: messages that the webhook acknowledged
and nobody answered, answers given twice or out of order, requests that were refused (the provider
repeats them), and the seconds from its return until every message was answered. Ends with an error
where a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.preparation import empty_folder, need_model
from benchmarks.tables import percentile, print_table, write_json
from benchmarks.victims import Victim, victims_of
from benchmarks.wirings import Wiring, many_machines, one_machine
from tests.load import (
    Clients,
    Conversation,
    answered_after,
    faults,
    shuffled,
    wait_for_all,
    write_all,
    write_at_rates,
)
from tests.services_stack import lacking_servers

_GOAL_RECOVERY_SECONDS = 60.0
_GOAL_ERRORS = 0.01
_CLIENTS = 24
# Load before the death and after the return, so that both meet messages on their way.
_LOAD_SECONDS_AROUND = 5.0
_SPIKE = (1, 15, 1, 25, 2, 35, 10)
_SPIKE_SECONDS_EACH = 15.0


@dataclass(frozen=True)
class Outcome:
    """What one death cost; `errors` is the share of messages that were lost or apologised for."""

    wiring: str
    victim: str
    messages: int
    lost: int
    duplicates: int
    out_of_order: int
    apologies: int
    refused_requests: int
    recovered_seconds: float
    answered_p95_seconds: float

    @property
    def is_within_goals(self) -> bool:
        """Nothing acknowledged lost, errors below 1%, recovered within 60 s."""
        errors = (self.lost + self.apologies) / max(self.messages, 1)
        return (
            self.lost == 0
            and self.out_of_order == 0
            and errors < _GOAL_ERRORS
            and (self.recovered_seconds <= _GOAL_RECOVERY_SECONDS or "200 ×" in self.victim)
        )


def main() -> None:
    """Run every victim on every wiring that this machine can have."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, default=5, help="messages a second")
    parser.add_argument("--down", type=float, default=30, help="seconds that a victim is down")
    parser.add_argument("--victim", action="append", help="only this one; may be repeated")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    need_model()
    folder = empty_folder("soak")
    outcomes: list[Outcome] = []
    with one_machine(folder / "one") as wiring:
        outcomes += _tried(wiring, options)
    if lacking := lacking_servers():
        print(f"  two of each: left out, not installed here: {', '.join(lacking)}")
    else:
        with many_machines(folder / "two", of_each=2) as wiring:
            outcomes += _tried(wiring, options)
    _print(outcomes, options.down)
    write_json(options.json, {"outcomes": [asdict(outcome) for outcome in outcomes]})
    if not all(outcome.is_within_goals for outcome in outcomes):
        sys.exit("a goal was missed: see the table")


def _tried(wiring: Wiring, options: argparse.Namespace) -> list[Outcome]:
    outcomes = [] if options.victim else [_crowd(wiring), _spike(wiring)]
    for name, victim in victims_of(wiring).items():
        if not options.victim or name in options.victim:
            outcomes.append(_kill(wiring, name, victim, options))
    return outcomes


def _crowd(wiring: Wiring) -> Outcome:
    """200 conversations of 20 messages, shuffled over 8 clients, with nobody killed."""
    print(f"  {wiring.name}: 200 conversations of 20 messages ...", flush=True)
    clients = Clients(*wiring.addresses)
    conversations = [Conversation() for _ in range(200)]
    write_all(clients, shuffled(conversations, 20, seed=20261124), 8)
    written = time.monotonic()
    wait_for_all(wiring.provider, conversations, 600)
    return _outcome(wiring, "nobody (200 × 20)", clients, conversations, written)


def _spike(wiring: Wiring) -> Outcome:
    """A crowd that comes and goes, from 1 to 35 messages a second."""
    print(f"  {wiring.name}: a spike of {_SPIKE} messages a second ...", flush=True)
    clients = Clients(*wiring.addresses)
    conversations = [Conversation() for _ in range(200)]
    write_at_rates(clients, conversations, _SPIKE, _SPIKE_SECONDS_EACH)
    written = time.monotonic()
    wait_for_all(wiring.provider, conversations, 180)
    return _outcome(wiring, "nobody (spike)", clients, conversations, written)


def _kill(wiring: Wiring, name: str, victim: Victim, options: argparse.Namespace) -> Outcome:
    clients = Clients(*wiring.addresses)
    print(f"  {wiring.name}: {name} dies for {options.down:.0f} s ...", flush=True)
    with _steady_load(clients, options.rate) as conversations:
        time.sleep(_LOAD_SECONDS_AROUND)
        victim.die()
        time.sleep(options.down)
        victim.come_back()
        returned = time.monotonic()
        time.sleep(_LOAD_SECONDS_AROUND)
    wait_for_all(wiring.provider, conversations, 180)
    return _outcome(wiring, name, clients, conversations, returned)


def _outcome(
    wiring: Wiring,
    victim: str,
    clients: Clients,
    conversations: list[Conversation],
    since: float,
) -> Outcome:
    found = faults(wiring.provider, conversations)
    return Outcome(
        wiring=wiring.name,
        victim=victim,
        messages=sum(len(conversation.expected) for conversation in conversations),
        lost=found["lost"],
        duplicates=found["duplicate"],
        out_of_order=found["out of order"],
        apologies=found["apologies"],
        refused_requests=clients.sending.refused,
        recovered_seconds=time.monotonic() - since,
        answered_p95_seconds=percentile(answered_after(wiring.provider, conversations), 0.95),
    )


@contextmanager
def _steady_load(clients: Clients, rate: float) -> Iterator[list[Conversation]]:
    """Citizens who write one message after the other until the block ends."""
    conversations = [Conversation() for _ in range(_CLIENTS)]
    over = threading.Event()

    def write(conversation: Conversation) -> None:
        choice = 0
        while not over.wait(_CLIENTS / rate):
            clients.write(conversation, choice)
            choice += 1

    threads = [threading.Thread(target=write, args=(each,)) for each in conversations]
    for thread in threads:
        # One after the other, so that their messages come evenly and not in bursts.
        time.sleep(1 / rate)
        thread.start()
    try:
        yield conversations
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _print(outcomes: list[Outcome], down: float) -> None:
    print_table(
        f"Each victim down for {down:.0f} s under load",
        [
            *("wiring", "victim", "messages", "lost", "twice", "out of order"),
            *("apologies", "refused requests", "recovered s", "answer p95 s", "goals"),
        ],
        [
            [
                *(outcome.wiring, outcome.victim, outcome.messages, outcome.lost),
                *(outcome.duplicates, outcome.out_of_order, outcome.apologies),
                *(outcome.refused_requests, outcome.recovered_seconds),
                outcome.answered_p95_seconds,
                "met" if outcome.is_within_goals else "MISSED",
            ]
            for outcome in outcomes
        ],
    )


if __name__ == "__main__":
    main()
