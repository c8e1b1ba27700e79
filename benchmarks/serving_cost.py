"""What it costs to load a model and keep it."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.understanding import Model

_STATUS = Path("/proc/self/status")
_FIRST_MESSAGES = (
    "ប្រឡងប័ណ្ណបើកបរម៉ូតូថ្លៃប៉ុន្មាន",
    "how much is a birth certificate",
    "tver kat kry ot luy ponman",
)


@dataclass(frozen=True)
class ServingCost:
    """Seconds until the first answers; peak memory (None where the system does not tell)."""

    load_seconds: float
    peak_megabytes: float | None
    file_megabytes: float

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def load_models(paths: dict[str, Path]) -> tuple[dict[str, Model], dict[str, ServingCost]]:
    """Load models one after the other; for each, the peak of a process that loads it alone.

    That peak is what Rasa itself takes and what was added by the model. It is right when the
    smaller model comes first, since a process remembers only its highest peak.
    """
    models, costs = {}, {}
    rasa_itself = _megabytes("VmRSS")
    for name, path in paths.items():
        before = _megabytes("VmRSS")
        started = time.perf_counter()
        models[name] = Model(path)
        for message in _FIRST_MESSAGES:
            models[name].parse(message)
        seconds = time.perf_counter() - started
        peak = _megabytes("VmHWM")
        known = rasa_itself is not None and before is not None and peak is not None
        alone = rasa_itself + peak - before if known else None
        costs[name] = ServingCost(seconds, alone, path.stat().st_size / 1e6)
    return models, costs


def _megabytes(field: str) -> float | None:
    """A field of Linux's account of this process (proc(5)); None on other systems."""
    if not _STATUS.exists():
        return None
    found = re.search(rf"^{field}:\s+(\d+) kB", _STATUS.read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else None
