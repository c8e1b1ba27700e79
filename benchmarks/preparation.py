"""What a benchmark needs before it measures; of either environment."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.default_model import FOLDER, ROOT

MODEL = ROOT / "models/chrok.tar.gz"


def need_model() -> None:
    """End and say what to do where the engine has not been trained."""
    if not MODEL.exists():
        raise SystemExit("models/chrok.tar.gz is missing: run `make train` first")


def empty_folder(name: str) -> Path:
    """A folder of `var/bench`, made anew; what a run leaves, such as logs, stays until the next."""
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
