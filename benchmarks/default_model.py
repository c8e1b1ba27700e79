"""The yardstick: Rasa with its default pipeline, trained on the same data, rules and domain.

Runs in either environment: `python -m benchmarks.default_model` trains it if needed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from pathlib import Path

from tests.processes import ENGINE_PYTHON, QUIET, ROOT

FOLDER = ROOT / "var/bench"
DOMAIN = ROOT / "domain.yml"
CONFIG = ROOT / "benchmarks/default_pipeline.yml"
_LOG = ROOT / "var/log/train-default-pipeline.log"


def default_model() -> Path:
    """The trained model, made at the first call and whenever data, domain or configuration changed.

    Raises `SystemExit` with the end of the log when the training fails.
    """
    model = FOLDER / f"default-{_digest()}.tar.gz"
    if model.exists():
        return model
    FOLDER.mkdir(parents=True, exist_ok=True)
    _LOG.parent.mkdir(parents=True, exist_ok=True)
    print("training Rasa's default pipeline, once for this data (some minutes) ...", flush=True)
    started = time.monotonic()
    with _LOG.open("wb") as log:
        done = subprocess.run(
            [
                *(str(ENGINE_PYTHON), "-m", "rasa", "train", "--domain", str(DOMAIN)),
                *("--data", "data", "--config", str(CONFIG), "--out", str(FOLDER)),
                *("--fixed-model-name", model.name.removesuffix(".tar.gz")),
            ],
            cwd=ROOT,
            env={**os.environ, **QUIET},
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0 or not model.exists():
        end = _LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
        raise SystemExit("\n".join(["training the default pipeline failed:", *end, f"({_LOG})"]))
    print(f"trained in {time.monotonic() - started:.0f} s")
    return model


def _digest() -> str:
    digest = hashlib.sha256()
    lock = ROOT / "requirements/engine.txt"
    inputs = [DOMAIN, CONFIG, lock, *sorted((ROOT / "data").rglob("*.yml"))]
    for path in inputs:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    default_model()
