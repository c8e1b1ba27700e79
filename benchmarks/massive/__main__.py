"""MASSIVE dev: intents, slots, training time and latency of both pipelines, in one run.

Runs in the engine's environment:
`.venv-rasa/bin/python -m benchmarks.massive [--data FOLDER] [--json FILE]`.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rasa.utils.log_utils import configure_structlog

from benchmarks.default_model import CONFIG, FOLDER
from benchmarks.massive.corpus import Utterance, read, sample, write_training_data
from benchmarks.scoring import Judgement, entity_figures
from benchmarks.tables import percentile, print_table, write_json
from benchmarks.understanding import Model
from tests.processes import ENGINE_PYTHON, QUIET, ROOT

_DATA = ROOT.parent / "shared/data/massive"
_OURS = ROOT / "benchmarks/massive/pipeline.yml"
_LANGUAGES = {"Khmer": "km-KH", "English": "en-US"}
_FOLDER = FOLDER / "massive"
_LOG = ROOT / "var/log/massive.log"
_WARM_UP = 20


@dataclass(frozen=True)
class Figures:
    """One pipeline on one language: accuracy of intents and F1 of slots (in 100), and the cost."""

    language: str
    pipeline: str
    utterances: int
    intents: float
    intents_without_spaces: float | None
    slots: float
    slots_without_spaces: float | None
    training_seconds: float
    parse_p50_ms: float


def main() -> None:
    """Print the table and, if asked for, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=_DATA, help="the folder of the corpus")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument(
        "--compared", type=int, default=2000, help="utterances for the pipelines side by side"
    )
    parser.add_argument("--only-ours", action="store_true", help="leave the default pipeline out")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"left out: the corpus is not at {options.data} (--data FOLDER)")
        return
    configure_structlog(logging.WARNING)
    figures: list[Figures] = []
    for language, locale in _LANGUAGES.items():
        figures.append(_figures(options.data, language, locale, _OURS, None))
        if not options.only_ours:
            for config in (_OURS, CONFIG):
                figures.append(_figures(options.data, language, locale, config, options.compared))
    _print(figures)
    write_json(options.json, {"massive": [asdict(figure) for figure in figures]})


def _figures(data: Path, language: str, locale: str, config: Path, size: int | None) -> Figures:
    khmer = locale.startswith("km")
    # Ours learns Khmer as citizens write it; by spaces alone the default could find no word.
    spaces = not khmer or config != _OURS
    utterances = read(data, locale, "train", spaces=spaces)
    if size is not None:
        utterances = sample(utterances, size)
    path, seconds = _train(utterances, config, locale)
    model = Model(path)
    judged, milliseconds = _judge(model, read(data, locale, "dev", spaces=True))
    unspaced = _judge(model, read(data, locale, "dev", spaces=False))[0] if khmer else None
    return Figures(
        language,
        "Chrok" if config == _OURS else "Rasa's default",
        len(utterances),
        _accuracy(judged),
        _accuracy(unspaced) if unspaced else None,
        _slots(judged),
        _slots(unspaced) if unspaced else None,
        seconds,
        percentile(milliseconds, 0.5),
    )


def _train(utterances: Sequence[Utterance], config: Path, locale: str) -> tuple[Path, float]:
    """A model of the utterances by `rasa train nlu`, and how long that took."""
    key = hashlib.sha256(config.read_bytes()).hexdigest()[:8]
    name = f"{locale}-{len(utterances)}-{key}"
    data = _FOLDER / f"{name}.yml"
    write_training_data(utterances, data)
    _LOG.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    command = [str(ENGINE_PYTHON), "-m", "rasa", "train", "nlu", "--nlu", str(data)]
    command += ["--config", str(config), "--out", str(_FOLDER), "--fixed-model-name", name]
    command += ["--domain", "benchmarks/massive/no-domain"]
    with _LOG.open("wb") as log:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **QUIET, "RASA_CACHE_DIRECTORY": str(_FOLDER / "no-cache")},
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        end = _LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
        raise SystemExit("\n".join([f"training {name} failed:", *end, f"({_LOG})"]))
    return _FOLDER / f"{name}.tar.gz", time.monotonic() - started


def _judge(model: Model, utterances: Sequence[Utterance]) -> tuple[list[Judgement], list[float]]:
    judged, milliseconds = [], []
    for place, utterance in enumerate(utterances):
        started = time.perf_counter()
        understood = model.understand(utterance.text)
        if place >= _WARM_UP:
            milliseconds.append(1000 * (time.perf_counter() - started))
        judged.append(
            Judgement(
                utterance.text,
                "all",
                utterance.intent,
                understood.predicted,
                understood.answered,
                utterance.slots,
                understood.entities,
            )
        )
    return judged, milliseconds


def _accuracy(judged: Sequence[Judgement]) -> float:
    return 100 * sum(row.intent == row.predicted for row in judged) / len(judged)


def _slots(judged: Sequence[Judgement]) -> float:
    return float(entity_figures(judged)[-1]["exact_f1"] or 0.0)


def _print(figures: Sequence[Figures]) -> None:
    print_table(
        "MASSIVE dev: intents (accuracy) and slots (F1, exact); 2,033 utterances",
        ["", "learnt from", "intents", "no spaces", "slots", "no spaces", "train s", "p50 ms"],
        [
            [f"{figure.language}, {figure.pipeline}", *list(asdict(figure).values())[2:]]
            for figure in figures
        ],
    )
    by_key = {(f.language, f.pipeline, f.utterances): f for f in figures}
    for (language, pipeline, size), theirs in by_key.items():
        ours = by_key.get((language, "Chrok", size))
        if pipeline != "Chrok" and ours:
            print(
                f"  {language}, default / Chrok:"
                f" training {theirs.training_seconds / ours.training_seconds:.1f},"
                f" parse p50 {theirs.parse_p50_ms / ours.parse_p50_ms:.1f}"
            )


if __name__ == "__main__":
    main()
