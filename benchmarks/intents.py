"""Understanding: cross-validation, unseen messages, and what a parse costs.

Runs in the engine's environment: `.venv-rasa/bin/python -m benchmarks.intents [--json FILE]`.
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.utils.log_utils import configure_structlog

from benchmarks.cross_validation import cross_validate
from benchmarks.default_model import ROOT, default_model
from benchmarks.noise import noise_figures
from benchmarks.preparation import MODEL, need_model
from benchmarks.scoring import Judgement, confusions, entity_figures, intent_figures
from benchmarks.serving_cost import ServingCost, load_models
from benchmarks.tables import percentile, print_table, write_json
from benchmarks.understanding import Model
from benchmarks.unseen import judge_unseen, read_unseen

DATA = ROOT / "data/nlu"
JUDGES = (ROOT / "benchmarks/judge/strangers.csv",)
# Looked at and run too often to count as unseen; what they once scored can still be compared.
EARLIER_JUDGES = (ROOT / "benchmarks/judge/intents.csv", ROOT / "benchmarks/judge/messages.csv")
_SEED = 42
_WARM_UP = 20
_DEFAULT = "Rasa's default pipeline"


def main() -> None:
    """Print the tables and, if asked for, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--parses", type=int, default=300)
    options = parser.parse_args()
    need_model()
    yardstick = default_model()
    configure_structlog(logging.WARNING)
    models, costs = load_models({"chrok": MODEL, "default": yardstick})
    figures = {
        "cross_validation": _cross_validation(options.folds),
        "unseen": _unseen(models),
        "earlier": _earlier(models["chrok"]),
        "parse": _parse_times(models, options.parses),
        "serving": _serving(costs),
    }
    write_json(options.json, figures)


def _cross_validation(folds: int) -> dict[str, Any]:
    started = time.monotonic()
    judgements = cross_validate(ROOT / "config.yml", DATA, folds)
    seconds = time.monotonic() - started
    figures = {"folds": folds, "seconds": seconds, **_understanding(judgements)}
    _print_intents(f"Intents, {folds}-fold cross-validation ({seconds:.0f} s)", figures["intents"])
    _print_entities("Entities, the same folds", figures["entities"])
    return figures


def _unseen(models: dict[str, Model]) -> dict[str, Any]:
    rows, left_out = read_unseen(JUDGES, DATA)
    judged = {name: judge_unseen(rows, model.understand) for name, model in models.items()}
    figures = {name: _understanding(judgements) for name, judgements in judged.items()}
    of = f"{len(rows)} unseen messages ({left_out} left out: they stand in the training data)"
    _print_intents(f"Intents, {of}", figures["chrok"]["intents"])
    _print_intents("The same by Rasa's default pipeline", figures["default"]["intents"])
    ours, theirs = (figures[name]["intents"][-1]["accuracy"] for name in ("chrok", "default"))
    print(f"  accuracy, Chrok to default: {ours / theirs:.2f}")
    _print_entities("Entities, unseen messages", figures["chrok"]["entities"])
    _print_entities("The same by Rasa's default pipeline", figures["default"]["entities"])
    noise = noise_figures(rows, judged["chrok"], models["chrok"].understand)
    print_table(
        "The same messages spoilt (accuracy of those that a kind of noise changes)",
        ["noise", "messages", "clean", "noisy", "difference"],
        [list(row.values()) for row in noise],
    )
    worst = confusions(judged["chrok"], 10)
    print_table(
        "Commonest confusions, unseen messages",
        ["true -> predicted", "times", "for example"],
        [[f"{w['intent']} -> {w['predicted']}", w["times"], w["example"]] for w in worst],
    )
    return {
        "messages": len(rows),
        "left_out": left_out,
        "noise": noise,
        "confusions": worst,
        **figures,
    }


def _earlier(model: Model) -> dict[str, Any]:
    rows, left_out = read_unseen(EARLIER_JUDGES, DATA)
    figures = _understanding(judge_unseen(rows, model.understand))
    of = f"{len(rows)} messages of the earlier judge sets ({left_out} left out)"
    _print_intents(f"Intents, {of}", figures["intents"])
    _print_entities("Entities, the same messages", figures["entities"])
    return {"messages": len(rows), "left_out": left_out, **figures}


def _parse_times(models: dict[str, Model], parses: int) -> dict[str, Any]:
    """Parse the same messages by each model in turn, so that the machine's moods hit all alike."""
    rows, _ = read_unseen(JUDGES, DATA)
    texts = random.Random(_SEED).choices([row.text for row in rows], k=parses)
    times: dict[str, list[float]] = {name: [] for name in models}
    for place, text in enumerate(texts[:_WARM_UP] + texts):
        for name in sorted(models, reverse=place % 2 == 1):
            started = time.perf_counter()
            models[name].parse(text)
            if place >= _WARM_UP:
                times[name].append(1000 * (time.perf_counter() - started))
    figures = {
        name: {"p50_ms": percentile(spent, 0.5), "p95_ms": percentile(spent, 0.95)}
        for name, spent in times.items()
    }
    ratios = {key: figures["default"][key] / figures["chrok"][key] for key in ("p50_ms", "p95_ms")}
    print_table(
        f"Parse in process, {parses} unseen messages, both models in turn",
        ["", "p50 ms", "p95 ms"],
        [
            ["Chrok", *figures["chrok"].values()],
            [_DEFAULT, *figures["default"].values()],
            ["default / Chrok", *(f"{ratio:.2f}" for ratio in ratios.values())],
        ],
    )
    return {"parses": parses, **figures, "default_to_chrok": ratios}


def _serving(costs: dict[str, ServingCost]) -> dict[str, Any]:
    figures = {name: cost.to_json() for name, cost in costs.items()}
    ours, theirs = (list(figures[name].values()) for name in ("chrok", "default"))
    print_table(
        "Serving one model",
        ["", "load s", "peak MB", "file MB"],
        [
            ["Chrok", *ours],
            [_DEFAULT, *theirs],
            ["default / Chrok", *map(_ratio, theirs, ours)],
        ],
    )
    return figures


def _ratio(one: float | None, other: float | None) -> str:
    return f"{one / other:.2f}" if one and other else "–"


def _understanding(judgements: Sequence[Judgement]) -> dict[str, Any]:
    return {"intents": intent_figures(judgements), "entities": entity_figures(judgements)}


def _print_intents(title: str, figures: Sequence[dict[str, Any]]) -> None:
    header = ["register", "messages", "accuracy", "macro F1"]
    header += ["out of scope turned away", "in scope refused", "in scope turned away"]
    print_table(title, header, [list(row.values()) for row in figures])


def _print_entities(title: str, figures: Sequence[dict[str, Any]]) -> None:
    header = ["entity", "true", "found", "exact F1", "overlap F1", "as used"]
    print_table(title, header, [list(row.values()) for row in figures])


if __name__ == "__main__":
    main()
