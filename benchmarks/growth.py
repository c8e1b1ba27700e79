"""What one of each program does on a machine, and what a second one adds.

    .venv/bin/python -m benchmarks.growth [--rounds 3] [--json FILE]

Measured are turns a second, processor time, memory, stored bytes and the time to start. Bare
engines (one, two) and the whole assistant (one of each on SQLite; one and two of each on
PostgreSQL with Redis) are played in turn, so that the machine's moods hit all alike. All run on
this one machine: its cores are shared by everything, the clients and the fake provider too.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import requests
from sqlalchemy import text

from benchmarks.load import Round, Step, Turn, play_round
from benchmarks.preparation import empty_folder, need_model
from benchmarks.process_cost import cost_of
from benchmarks.tables import percentile, print_table, write_json
from benchmarks.targets import Bridge, RestChannel
from benchmarks.wirings import Wiring, many_machines, one_machine
from bot.db.session import create_database_engine
from tests.services_stack import lacking_servers
from tests.stack import Stack, wait_until

_SENDERS_OF_ROUND = 10_000
_BARE_ONE, _BARE_TWO = "bare engine", "two bare engines"


def main() -> None:
    """Print the tables and, if asked for, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--conversations", type=int, default=24, help="in a round")
    parser.add_argument("--clients", type=int, default=12, help="conversations at a time")
    options = parser.parse_args()
    need_model()
    if lacking := lacking_servers():
        sys.exit(f"growth is measured with servers that are not installed: {', '.join(lacking)}")
    folder = empty_folder("growth")
    with ExitStack() as running:
        wirings = [
            running.enter_context(one_machine(folder / "one")),
            running.enter_context(many_machines(folder / "servers", of_each=1)),
            running.enter_context(many_machines(folder / "two", of_each=2)),
        ]
        figures = _measured(wirings, options)
        figures["cold_start_seconds"] = _cold_starts(wirings[0])
    _print(figures, options)
    write_json(options.json, figures)


def _measured(wirings: Sequence[Wiring], options: argparse.Namespace) -> dict[str, Any]:
    two = wirings[-1]
    targets: dict[str, Turn] = {
        _BARE_ONE: RestChannel(two.engines[0]).turn,
        _BARE_TWO: RestChannel(*two.engines).turn,
    }
    for wiring in wirings:
        bridge = Bridge(wiring.addresses, wiring.provider)
        bridge.count_parts(_SENDERS_OF_ROUND)
        targets[wiring.name] = bridge.turn
    rounds: dict[str, list[Round]] = {name: [] for name in targets}
    spent: dict[str, dict[str, float]] = {wiring.name: {} for wiring in wirings}
    by_name = {wiring.name: wiring for wiring in wirings}
    # The first round warms up and is not counted.
    for number in range(options.rounds + 1):
        if number == 1:
            stored = {wiring.name: _stored_bytes(wiring) for wiring in wirings}
        for name, turn in targets.items():
            before = _cpu_seconds(by_name.get(name))
            sender = (number + 2) * _SENDERS_OF_ROUND
            played = play_round(turn, sender, options.conversations, options.clients)
            if number > 0:
                rounds[name].append(played)
                _add(spent.get(name, {}), before, _cpu_seconds(by_name.get(name)))
    return {
        "turns": {name: _speed(played) for name, played in rounds.items()},
        "ratios": _ratios(rounds, [wiring.name for wiring in wirings]),
        "cpu_seconds_per_1000_turns": {
            name: _per_1000_turns(seconds, rounds[name]) for name, seconds in spent.items()
        },
        "megabytes": {wiring.name: _megabytes(wiring) for wiring in wirings},
        "stored_bytes_per_turn": {
            wiring.name: (_stored_bytes(wiring) - stored[wiring.name])
            / sum(len(each.latencies) for each in rounds[wiring.name])
            for wiring in wirings
        },
    }


def _speed(rounds: Sequence[Round]) -> dict[str, float]:
    latencies = [1000 * latency for each in rounds for latency in each.latencies]
    return {
        "turns_per_second": median(each.turns_per_second for each in rounds),
        "p50_ms": percentile(latencies, 0.5),
        "p95_ms": percentile(latencies, 0.95),
        "turns": len(latencies),
        "unanswered": sum(each.unanswered for each in rounds),
    }


def _ratios(rounds: Mapping[str, Sequence[Round]], names: Sequence[str]) -> dict[str, float]:
    one, servers, two = names

    def ratio(ours: str, theirs: str) -> float:
        pairs = zip(rounds[ours], rounds[theirs], strict=True)
        return median(a.turns_per_second / b.turns_per_second for a, b in pairs)

    return {
        "one of each on SQLite / bare engine": ratio(one, _BARE_ONE),
        "PostgreSQL and Redis / SQLite": ratio(servers, one),
        "two bare engines / one": ratio(_BARE_TWO, _BARE_ONE),
        "two of each / one of each": ratio(two, servers),
    }


def _cpu_seconds(wiring: Wiring | None) -> dict[str, float]:
    if wiring is None:
        return {}
    return {name: cost_of(pid).cpu_seconds for name, pid in wiring.process_ids.items()}


def _add(total: dict[str, float], before: dict[str, float], after: dict[str, float]) -> None:
    for name, seconds in after.items():
        program = _program(name)
        total[program] = total.get(program, 0.0) + seconds - before[name]


def _per_1000_turns(seconds: Mapping[str, float], rounds: Sequence[Round]) -> dict[str, float]:
    turns = sum(len(each.latencies) for each in rounds)
    return {program: 1000 * spent / turns for program, spent in seconds.items()}


def _megabytes(wiring: Wiring) -> dict[str, float]:
    """Of one process of each program; of several the largest."""
    found: dict[str, float] = {}
    for name, pid in wiring.process_ids.items():
        program = _program(name)
        found[program] = max(found.get(program, 0.0), cost_of(pid).megabytes)
    return found


def _stored_bytes(wiring: Wiring) -> int:
    """Of the databases: of the assistant's and of the engine's conversations."""
    if isinstance(wiring.stack, Stack):
        files = wiring.stack.folder.glob("*.sqlite3*")
        return sum(file.stat().st_size for file in files if "queue" not in file.name)
    engine = create_database_engine(wiring.stack.database.url)
    with engine.connect() as connection:
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    engine.dispose()
    return int(size)


def _program(name: str) -> str:
    return name.partition("-")[0]


def _cold_starts(wiring: Wiring) -> dict[str, float]:
    """Seconds from the start of each program until it does its work, with a warm disk."""
    webhook, engine, actions = wiring.addresses[0], wiring.engines[0], wiring.actions[0]
    bridge = Bridge(wiring.addresses, wiring.provider)
    step = Step(str(99 * _SENDERS_OF_ROUND), 0, 0)
    return {
        "engine": _restarted(wiring, "engine", lambda: _answers(f"{engine}/")),
        "actions": _restarted(wiring, "actions", lambda: _answers(f"{actions}/health")),
        "webhook": _restarted(wiring, "webhook", lambda: _answers(f"{webhook}/healthz")),
        # It has no address: it works when a message is answered that came while it was away.
        "worker": _restarted(
            wiring,
            "worker",
            lambda: wiring.provider.arrived(step.sender) > 0,
            while_down=lambda: bridge.post(step),
        ),
    }


def _restarted(
    wiring: Wiring,
    program: str,
    works: Callable[[], bool],
    while_down: Callable[[], None] = lambda: None,
) -> float:
    wiring.stack.kill(program)
    while_down()
    began = time.monotonic()
    wiring.stack.start(program)
    wait_until(works, 120, f"{program} works again")
    return time.monotonic() - began


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).ok
    except requests.RequestException:
        return False


def _print(figures: Mapping[str, Any], options: argparse.Namespace) -> None:
    print_table(
        f"Turns, {options.clients} conversations at a time, median of {options.rounds} rounds",
        ["", "turns/s", "turn p50 ms", "p95 ms", "turns", "unanswered"],
        [[name, *speed.values()] for name, speed in figures["turns"].items()],
    )
    print_table("Ratios", ["", "times"], [[*row] for row in _rounded(figures["ratios"])])
    for title, key in (
        ("Processor seconds per 1,000 turns", "cpu_seconds_per_1000_turns"),
        ("Megabytes of one process", "megabytes"),
    ):
        programs = list(dict.fromkeys(name for row in figures[key].values() for name in row))
        print_table(
            title,
            ["", *programs, "sum"],
            [
                [name, *(row.get(program) for program in programs), sum(row.values())]
                for name, row in figures[key].items()
            ],
        )
    print_table("Stored bytes per turn", ["", "bytes"], [*figures["stored_bytes_per_turn"].items()])
    print_table("Seconds from start to work", ["", "s"], [*figures["cold_start_seconds"].items()])


def _rounded(ratios: Mapping[str, float]) -> list[tuple[str, str]]:
    return [(name, f"{ratio:.2f}") for name, ratio in ratios.items()]


if __name__ == "__main__":
    main()
