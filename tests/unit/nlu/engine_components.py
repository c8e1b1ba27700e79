"""Components of the engine, trained and asked in the engine's environment."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ENGINE_PYTHON, QUIET, ROOT


def judge(
    component: str,
    folder: Path,
    examples: Sequence[Sequence[str]],
    messages: Sequence[dict[str, Any]],
    asked: str = "entities",
) -> dict[str, list[list[dict[str, Any]]]]:
    """What is asked of each message, by a component that learnt the examples: trained, loaded.

    `component` is its module and class; an example is its intent and its text as in data/nlu.
    """
    judgements: dict[str, list[list[dict[str, Any]]]] = asked_of_engine(
        ["-m", "tests.unit.nlu.judge_component", folder, component, asked],
        {"examples": examples, "messages": messages},
    )
    return judgements


def asked_of_engine(arguments: Sequence[str | Path], question: Any) -> Any:
    """What a program of the engine's Python prints as JSON, given the question as JSON."""
    if not ENGINE_PYTHON.exists():
        pytest.skip("no engine's environment here: `make install` makes it")
    done = subprocess.run(
        [ENGINE_PYTHON, *arguments],
        cwd=ROOT,
        env=QUIET,
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
