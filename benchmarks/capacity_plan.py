"""What the whole country would need, computed from the figures of `benchmarks.growth`.

    .venv/bin/python -m benchmarks.capacity_plan [docs/figures/growth.json]

Prints the tables that docs/scale.md shows; a test holds the page to them.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIGURES = Path(__file__).resolve().parent.parent / "docs/figures/growth.json"

POPULATION = 17_000_000
TURNS_OF_A_PERSON_A_MONTH = 8
DAYS_OF_A_MONTH = 30
# A working day against the month's average day, and the busiest hour's share of a day.
WORKING_DAY = 1.3
BUSIEST_HOUR = 0.12
# A radio programme or a deadline against an ordinary busiest hour.
CAMPAIGN = 10
# Above this share of a core queues grow long.
BUSY = 0.6
_WIRING = "one of each, PostgreSQL and Redis"
# These run Python, whose threads share one core; PostgreSQL takes as many as there are.
_ONE_CORE_EACH = ("engine", "actions", "webhook", "worker", "redis")


@dataclass(frozen=True)
class Demand:
    """How many people write in a month."""

    name: str
    people_a_month: int

    @property
    def turns_a_month(self) -> int:
        """Messages that are answered."""
        return self.people_a_month * TURNS_OF_A_PERSON_A_MONTH

    @property
    def turns_a_second(self) -> float:
        """In the busiest hour of a working day."""
        day = self.turns_a_month / DAYS_OF_A_MONTH * WORKING_DAY
        return day * BUSIEST_HOUR / 3600

    @property
    def campaign_turns_a_second(self) -> float:
        """In the busiest hour of a campaign."""
        return self.turns_a_second * CAMPAIGN


DEMANDS = (
    Demand("the earlier system: 6,000 people", 6_000),
    Demand("a province: 1% of a million a month", 10_000),
    Demand("the country: 1% a month", POPULATION // 100),
    Demand("the country: 5% a month", POPULATION // 20),
)


def tables(figures: Mapping[str, Any]) -> list[str]:
    """The page's tables in Markdown: speed, ratios, processes, ceilings, needs."""
    seconds = figures["cpu_seconds_per_1000_turns"][_WIRING]
    return [
        _speeds(figures["turns"]),
        _markdown(
            ("", "times"), [(name, f"{ratio:.2f}") for name, ratio in figures["ratios"].items()]
        ),
        _processes(figures),
        _ceilings(seconds),
        _needs(figures, seconds),
    ]


def _speeds(turns: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        (
            name,
            f"{speed['turns_per_second']:.1f}",
            f"{speed['p50_ms']:.0f}",
            f"{speed['p95_ms']:.0f}",
        )
        for name, speed in turns.items()
    ]
    return _markdown(("", "turns/s", "turn p50, ms", "p95, ms"), rows)


def _processes(figures: Mapping[str, Any]) -> str:
    starts = figures["cold_start_seconds"]
    rows = [
        (name, f"{size:.0f}", f"{starts[name]:.1f}" if name in starts else "")
        for name, size in figures["megabytes"][_WIRING].items()
    ]
    return _markdown(("part", "memory, MB", "from start to work, s"), rows)


def _ceilings(seconds: Mapping[str, float]) -> str:
    rows = [
        (name, f"{spent:.1f}", f"{BUSY * 1000 / spent:.0f}")
        for name, spent in sorted(seconds.items(), key=lambda item: -item[1])
        if spent > 0
    ]
    rows.append(("all of them", f"{sum(seconds.values()):.1f}", ""))
    return _markdown(
        ("part", "CPU seconds per 1,000 turns", f"turns/s of one core at {BUSY:.0%}"), rows
    )


def _needs(figures: Mapping[str, Any], seconds: Mapping[str, float]) -> str:
    header = ("", *(demand.name for demand in DEMANDS))
    peaks = [demand.campaign_turns_a_second for demand in DEMANDS]
    stored = figures["stored_bytes_per_turn"][_WIRING]
    rows = [
        ("turns a month", *(f"{demand.turns_a_month:,}" for demand in DEMANDS)),
        ("turns/s, busiest hour", *(f"{demand.turns_a_second:.2f}" for demand in DEMANDS)),
        ("turns/s, campaign", *(f"{peak:.1f}" for peak in peaks)),
        ("cores, campaign", *(f"{_cores(peak, seconds):.1f}" for peak in peaks)),
        *(
            (f"{name}: processes", *(str(processes(peak, seconds[name])) for peak in peaks))
            for name in _ONE_CORE_EACH
        ),
        ("memory, GB", *(f"{_gigabytes(peak, figures, seconds):.1f}" for peak in peaks)),
        (
            "stored in 30 days, GB",
            *(f"{demand.turns_a_month * stored / 1e9:.1f}" for demand in DEMANDS),
        ),
    ]
    return _markdown(header, rows)


def processes(turns_a_second: float, seconds_per_1000_turns: float) -> int:
    """How many processes of a part are needed, each with one core to use."""
    return max(1, math.ceil(turns_a_second * seconds_per_1000_turns / 1000 / BUSY))


def _cores(turns_a_second: float, seconds: Mapping[str, float]) -> float:
    return turns_a_second * sum(seconds.values()) / 1000 / BUSY


def _gigabytes(
    turns_a_second: float, figures: Mapping[str, Any], seconds: Mapping[str, float]
) -> float:
    megabytes = figures["megabytes"][_WIRING]
    each = (
        size * (processes(turns_a_second, seconds[name]) if name in _ONE_CORE_EACH else 1)
        for name, size in megabytes.items()
    )
    return sum(each) / 1024


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ("---", *("--:" for _ in header[1:])), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    """Print the tables."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FIGURES
    print("\n\n".join(tables(json.loads(path.read_text(encoding="utf-8")))))


if __name__ == "__main__":
    main()
