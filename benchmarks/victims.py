"""Who may die in a wiring, and how each dies and comes back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.wirings import Wiring
from tests.fakes.provider import Drop
from tests.services_stack import ServicesStack


@dataclass(frozen=True)
class Victim:
    """Its death (`kill -9` where it is a program) and its return."""

    die: Callable[[], None]
    come_back: Callable[[], None]


def victims_of(wiring: Wiring) -> dict[str, Victim]:
    """The database, the queue, one of each program, and the provider outside."""
    found = _servers(wiring.stack) if isinstance(wiring.stack, ServicesStack) else _file(wiring)
    for program in ("engine", "actions", "webhook", "worker"):
        name = next(one for one in wiring.process_ids if one.startswith(program))
        found[name] = _program(wiring, name)
    found["provider"] = Victim(
        lambda: wiring.provider.will(Drop(), times=1_000_000), wiring.provider.forget_script
    )
    return found


def _program(wiring: Wiring, name: str) -> Victim:
    return Victim(lambda: wiring.stack.kill(name), lambda: wiring.stack.start(name))


def _servers(stack: ServicesStack) -> dict[str, Victim]:
    return {
        "database": Victim(stack.database.kill, stack.database.start),
        "queue": Victim(stack.redis.kill, stack.redis.start),
    }


def _file(wiring: Wiring) -> dict[str, Victim]:
    """SQLite has no server to kill; somebody who holds its only lock comes closest."""
    path = wiring.stack.environment["DATABASE_URL"].removeprefix("sqlite:///")
    held: list[sqlite3.Connection] = []

    def lock() -> None:
        connection = sqlite3.connect(
            path, timeout=60, isolation_level=None, check_same_thread=False
        )
        connection.execute("BEGIN IMMEDIATE")
        held.append(connection)

    def unlock() -> None:
        held.pop().close()

    return {"database": Victim(lock, unlock)}
