"""Turns per second through the bridge, beside the bare engine and Rasa's default pipeline.

Runs in the application's environment: `.venv/bin/python -m benchmarks.throughput [--json FILE]`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.default_model import default_model
from benchmarks.load import Round, Turn, play_round
from benchmarks.preparation import empty_folder, need_model
from benchmarks.tables import percentile, print_table, write_json
from benchmarks.targets import Bridge, DefaultEngine, RestChannel, WatchedGraphApi
from tests.stack import MESSENGER, Stack

_NAMES = {
    "bridge": "bridge: webhook to provider",
    "bare": "bare engine, REST channel",
    "default": "Rasa's default pipeline, REST",
}
_SENDERS_OF_ROUND = 10_000


def main() -> None:
    """Print the table and, if asked for, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--conversations", type=int, default=16, help="in a round")
    parser.add_argument("--clients", type=int, default=8, help="conversations at a time")
    options = parser.parse_args()
    need_model()
    yardstick = default_model()
    # Kept until the next run: the processes' logs are in it.
    rounds, acknowledged = _measure(empty_folder("throughput"), yardstick, options)
    figures = _figures(rounds, acknowledged)
    figures["options"] = {
        key: getattr(options, key) for key in ("rounds", "conversations", "clients")
    }
    _print(figures)
    write_json(options.json, figures)


def _measure(
    folder: Path, yardstick: Path, options: argparse.Namespace
) -> tuple[dict[str, list[Round]], list[float]]:
    """Play the rounds in turn, so that the machine's moods hit all targets alike."""
    with WatchedGraphApi() as provider:
        settings = {**MESSENGER, "MESSENGER_API_URL": provider.address}
        with Stack(folder, settings) as stack, DefaultEngine(stack, yardstick) as default:
            bridge = Bridge([stack.address], provider)
            bridge.count_parts(_SENDERS_OF_ROUND)
            default.wait_ready()
            targets: dict[str, Turn] = {
                "bridge": bridge.turn,
                "bare": RestChannel(stack.rasa_url).turn,
                "default": RestChannel(default.address).turn,
            }
            return _play(targets, options), bridge.acknowledged


def _play(targets: Mapping[str, Turn], options: argparse.Namespace) -> dict[str, list[Round]]:
    rounds: dict[str, list[Round]] = {name: [] for name in targets}
    # The first round warms up connections and caches and is not counted.
    for number in range(options.rounds + 1):
        first_sender = (number + 2) * _SENDERS_OF_ROUND
        for name, turn in targets.items():
            played = play_round(turn, first_sender, options.conversations, options.clients)
            if number > 0:
                rounds[name].append(played)
    return rounds


def _figures(rounds: Mapping[str, Sequence[Round]], acknowledged: list[float]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, played in rounds.items():
        latencies = [1000 * latency for round_ in played for latency in round_.latencies]
        figures[name] = {
            "turns_per_second": median(round_.turns_per_second for round_ in played),
            "p50_ms": percentile(latencies, 0.5),
            "p95_ms": percentile(latencies, 0.95),
            "turns": len(latencies),
            "unanswered": sum(round_.unanswered for round_ in played),
        }
    # Each round against the same round of the other: what slowed one slowed both.
    for other in ("bare", "default"):
        figures[f"bridge_to_{other}"] = median(
            ours.turns_per_second / theirs.turns_per_second
            for ours, theirs in zip(rounds["bridge"], rounds[other], strict=True)
        )
    figures["acknowledged"] = {
        "p50_ms": 1000 * percentile(acknowledged, 0.5),
        "p95_ms": 1000 * percentile(acknowledged, 0.95),
    }
    return figures


def _print(figures: Mapping[str, Any]) -> None:
    options = figures["options"]
    print_table(
        f"Turns, {options['clients']} conversations at a time, median of {options['rounds']}"
        " rounds in turn",
        ["", "turns/s", "turn p50 ms", "p95 ms", "turns", "unanswered"],
        [[label, *figures[name].values()] for name, label in _NAMES.items()],
    )
    print(f"  bridge / bare engine:        {figures['bridge_to_bare']:.2f}")
    print(f"  bridge / default pipeline:   {figures['bridge_to_default']:.2f}")
    acknowledged = figures["acknowledged"]
    print(
        f"  webhook answered in:         p50 {acknowledged['p50_ms']:.1f} ms,"
        f" p95 {acknowledged['p95_ms']:.1f} ms"
    )


if __name__ == "__main__":
    main()
