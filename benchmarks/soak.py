"""Kills each dependency for a while under load, and prints what that cost.

    .venv/bin/python -m benchmarks.soak [--rate 5] [--down 30] [--json FILE]

Two wirings: one machine (SQLite) and many (PostgreSQL with Redis, both servers of its own). For
each victim: steady load, the victim dies (`kill -9`), stays down, comes back. Told are: messages
that the webhook acknowledged and nobody answered, answers given twice or out of order, requests
that were refused (the provider repeats them), and the seconds from its return until every message
was answered. Ends with an error where a goal is missed.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.default_model import FOLDER
from benchmarks.tables import print_table, write_json
from tests.fakes.graph_api import GraphApi
from tests.fakes.provider import Drop
from tests.load import Clients, Conversation, faults, shuffled, wait_for_all, write_all
from tests.services import PostgresServer, RedisServer, postgresql_programs
from tests.stack import MESSENGER, MODEL, Stack

_GOAL_RECOVERY_SECONDS = 60.0
_GOAL_ERRORS = 0.01
_CLIENTS = 24
# Load before the death and after the return, so that both meet messages on their way.
_LOAD_SECONDS_AROUND = 5.0


@dataclass(frozen=True)
class Wiring:
    """One running assistant and how each of its victims dies and comes back."""

    name: str
    stack: Stack
    provider: GraphApi
    victims: dict[str, tuple[Callable[[], None], Callable[[], None]]]


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

    @property
    def is_within_goals(self) -> bool:
        """Nothing acknowledged lost, errors below 1%, recovered within 60 s."""
        errors = (self.lost + self.apologies) / max(self.messages, 1)
        return (
            self.lost == 0
            and self.out_of_order == 0
            and errors < _GOAL_ERRORS
            and (self.recovered_seconds <= _GOAL_RECOVERY_SECONDS or "nobody" in self.victim)
        )


def main() -> None:
    """Run every victim on every wiring that this machine can have."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, default=5, help="messages a second")
    parser.add_argument("--down", type=float, default=30, help="seconds that a victim is down")
    parser.add_argument("--victim", action="append", help="only this one; may be repeated")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    if not MODEL.exists():
        sys.exit("models/chrok.tar.gz is missing: run `make train` first")
    folder = FOLDER / "soak"
    shutil.rmtree(folder, ignore_errors=True)
    outcomes: list[Outcome] = []
    for start in (_one_machine, _many_machines):
        for wiring in start(folder):
            if not options.victim:
                outcomes.append(_crowd(wiring))
            outcomes += [
                _kill(wiring, victim, options.rate, options.down)
                for victim in wiring.victims
                if not options.victim or victim in options.victim
            ]
    _print(outcomes, options.down)
    write_json(options.json, {"outcomes": [asdict(outcome) for outcome in outcomes]})
    if not all(outcome.is_within_goals for outcome in outcomes):
        sys.exit("a goal was missed: see the table")


def _crowd(wiring: Wiring) -> Outcome:
    """200 conversations of 20 messages, shuffled over 8 clients, with nobody killed."""
    print(f"  {wiring.name}: 200 conversations of 20 messages ...", flush=True)
    clients = Clients(wiring.stack.address)
    conversations = [Conversation() for _ in range(200)]
    write_all(clients, shuffled(conversations, 20, seed=20261124), 8)
    written = time.monotonic()
    wait_for_all(wiring.provider, conversations, 600)
    return _outcome(wiring, "nobody (200 × 20)", clients, conversations, written)


def _kill(wiring: Wiring, victim: str, rate: float, down: float) -> Outcome:
    die, return_ = wiring.victims[victim]
    clients = Clients(wiring.stack.address)
    print(f"  {wiring.name}: {victim} dies for {down:.0f} s ...", flush=True)
    with _steady_load(clients, rate) as conversations:
        time.sleep(_LOAD_SECONDS_AROUND)
        die()
        time.sleep(down)
        return_()
        returned = time.monotonic()
        time.sleep(_LOAD_SECONDS_AROUND)
    wait_for_all(wiring.provider, conversations, 180)
    return _outcome(wiring, victim, clients, conversations, returned)


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


def _one_machine(folder: Path) -> Iterator[Wiring]:
    yield from _wired("SQLite", folder / "sqlite", {}, _locked_database)


def _many_machines(folder: Path) -> Iterator[Wiring]:
    if postgresql_programs() is None or shutil.which("redis-server") is None:
        print("  PostgreSQL with Redis: left out, because a server is not installed here")
        return
    home = folder / "postgresql"
    home.mkdir(parents=True)
    database, queue = PostgresServer(home), RedisServer()
    database.start()
    queue.start()
    settings = {"DATABASE_URL": database.url, "QUEUE_URL": queue.url}

    def victims(stack: Stack) -> dict[str, Any]:
        return {"database": (database.kill, database.start), "queue": (queue.kill, queue.start)}

    try:
        yield from _wired("PostgreSQL, Redis", home, settings, victims)
    finally:
        database.kill()
        queue.kill()


def _wired(
    name: str,
    folder: Path,
    settings: dict[str, str],
    database_victims: Callable[[Stack], dict[str, Any]],
) -> Iterator[Wiring]:
    folder.mkdir(parents=True, exist_ok=True)
    token, secret = MESSENGER["MESSENGER_PAGE_TOKEN"], MESSENGER["MESSENGER_APP_SECRET"]
    with GraphApi(token, secret) as provider:
        stack = Stack(folder, {**MESSENGER, "MESSENGER_API_URL": provider.address, **settings})
        try:
            stack.start_all()
            yield Wiring(
                name,
                stack,
                provider,
                {
                    **database_victims(stack),
                    "engine": _process(stack, "engine"),
                    "worker": _process(stack, "worker"),
                    "provider": (
                        lambda: provider.will(Drop(), times=1_000_000),
                        provider.forget_script,
                    ),
                },
            )
        finally:
            stack.stop()


def _process(stack: Stack, name: str) -> tuple[Callable[[], None], Callable[[], None]]:
    return (lambda: stack.kill(name)), (lambda: stack.start(name))


def _locked_database(stack: Stack) -> dict[str, Any]:
    """SQLite has no server to kill; somebody who holds its only lock comes closest."""
    path = stack.database_url.removeprefix("sqlite:///")
    held: list[sqlite3.Connection] = []

    def lock() -> None:
        connection = sqlite3.connect(
            path, timeout=60, isolation_level=None, check_same_thread=False
        )
        connection.execute("BEGIN IMMEDIATE")
        held.append(connection)

    def unlock() -> None:
        held.pop().close()

    return {"database": (lock, unlock)}


def _print(outcomes: list[Outcome], down: float) -> None:
    print_table(
        f"Each victim down for {down:.0f} s under load",
        [
            *("wiring", "victim", "messages", "lost", "twice", "out of order"),
            *("apologies", "refused requests", "recovered s", "goals"),
        ],
        [
            [
                *(outcome.wiring, outcome.victim, outcome.messages, outcome.lost),
                *(outcome.duplicates, outcome.out_of_order, outcome.apologies),
                *(outcome.refused_requests, outcome.recovered_seconds),
                "met" if outcome.is_within_goals else "MISSED",
            ]
            for outcome in outcomes
        ],
    )


if __name__ == "__main__":
    main()
