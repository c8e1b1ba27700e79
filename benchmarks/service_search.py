"""How well services are found by what people say: `python -m benchmarks.service_search [--json]`.

Searches the queries of benchmarks/judge/services.csv (columns text, service_id, register; no
service_id where no office gives it) in an index built from the seed files, without a database.
"""

import argparse
import csv
import json
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

from bot.services.catalogue_index import read_not_offered
from bot.services.catalogue_search import IndexedService, ServiceIndex
from bot.services.search_lexicon import not_offered_phrases_path

_ROOT = Path(__file__).resolve().parents[1]
QUERIES = _ROOT / "benchmarks" / "judge" / "services.csv"
_SEEDS = _ROOT / "seeds" / "catalogue"
_NAME_COLUMNS = ("name_km", "name_en", "short_name_km", "short_name_en")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One query: where the right service stood (0 is first, None not found) and how it went."""

    register: str
    offered: bool
    place: int | None
    answered: bool
    clear: bool
    milliseconds: float


def seed_index() -> ServiceIndex:
    """Index of the shipped catalogue."""
    phrases: dict[str, list[str]] = defaultdict(list)
    for row in read_rows(_SEEDS / "service_phrases.csv"):
        phrases[row["service_id"]].append(row["phrase"])
    entries = [
        IndexedService(
            row["id"],
            tuple(row[column] for column in _NAME_COLUMNS if row[column]),
            tuple(phrases[row["id"]]),
        )
        for row in read_rows(_SEEDS / "services.csv")
    ]
    return ServiceIndex.build(entries, read_not_offered(not_offered_phrases_path()))


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def run(index: ServiceIndex, queries: list[dict[str, str]]) -> list[Outcome]:
    """Search every query once."""
    return [_outcome(index, query) for query in queries]


def summary(outcomes: list[Outcome]) -> dict[str, float | int]:
    """Rates from 0 to 1 over `outcomes`; those of an empty group are left out."""
    offered = [outcome for outcome in outcomes if outcome.offered]
    refused = [not outcome.answered for outcome in outcomes if not outcome.offered]
    figures: dict[str, float | int] = {"queries": len(outcomes)}
    if offered:
        places = [outcome.place for outcome in offered]
        figures["hit@1"] = mean(place == 0 for place in places)
        figures["hit@3"] = mean(place is not None and place < 3 for place in places)
        figures["mrr"] = mean(0.0 if place is None else 1 / (place + 1) for place in places)
        figures["false refusals"] = mean(not outcome.answered for outcome in offered)
        clear = [outcome.place == 0 for outcome in offered if outcome.clear]
        figures["clear winners"] = len(clear) / len(offered)
        if clear:
            figures["clear winners right"] = mean(clear)
    if refused:
        figures["not offered told"] = mean(refused)
    return {name: round(figure, 4) for name, figure in figures.items()}


def report(outcomes: list[Outcome], build_seconds: float) -> dict[str, Any]:
    """All figures: over all queries, by register, and the latency in milliseconds."""
    by_register: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_register[outcome.register].append(outcome)
    cuts = quantiles([outcome.milliseconds for outcome in outcomes], n=20)
    return {
        "all": summary(outcomes),
        "by register": {name: summary(by_register[name]) for name in sorted(by_register)},
        "build seconds": round(build_seconds, 2),
        "latency ms": {"p50": round(cuts[9], 2), "p95": round(cuts[18], 2)},
    }


def _outcome(index: ServiceIndex, query: dict[str, str]) -> Outcome:
    began = time.perf_counter()
    hits = index.search(query["text"])
    milliseconds = (time.perf_counter() - began) * 1000
    found = [hit.service_id for hit in hits]
    wanted = query["service_id"]
    return Outcome(
        register=query["register"],
        offered=bool(wanted),
        place=found.index(wanted) if wanted in found else None,
        answered=bool(found),
        clear=index.clear_winner(hits) is not None,
        milliseconds=milliseconds,
    )


def _print(figures: dict[str, Any]) -> None:
    for name, group in [("all", figures["all"]), *figures["by register"].items()]:
        print(f"{name}: " + ", ".join(f"{key} {value:g}" for key, value in group.items()))
    latency = figures["latency ms"]
    print(f"latency: p50 {latency['p50']} ms, p95 {latency['p95']} ms")
    print(f"index built in {figures['build seconds']} s")


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--queries", type=Path, default=QUERIES, help="another file of queries")
    arguments = parser.parse_args()
    queries = read_rows(arguments.queries)
    began = time.perf_counter()
    index = seed_index()
    build_seconds = time.perf_counter() - began
    figures = report(run(index, queries), build_seconds)
    if arguments.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        _print(figures)


if __name__ == "__main__":
    main()
