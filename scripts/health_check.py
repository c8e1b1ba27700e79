"""Ends with 0 when a program works, for the health checks of the containers; nothing but Python.

    python scripts/health_check.py http://127.0.0.1:8080/healthz
    python scripts/health_check.py /tmp/chrok-worker-*.alive

An address must answer 200. Of files, one must have been touched within the last minute: a worker
does so at each sweep (webhook/sign_of_life.py).
"""

from __future__ import annotations

import sys
import time
import urllib.request
from pathlib import Path

_ANSWERS_WITHIN_SECONDS = 5
_LONGEST_SILENCE_SECONDS = 60


def is_well(what: str) -> bool:
    """Whether an address answers, or one of the files of a pattern was touched lately."""
    if what.startswith("http://"):
        return _answers(what)
    pattern = Path(what)
    return any(_is_fresh(file) for file in pattern.parent.glob(pattern.name))


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=_ANSWERS_WITHIN_SECONDS) as answer:  # noqa: S310  http:// alone
            return bool(answer.status == 200)
    except OSError:
        return False


def _is_fresh(file: Path) -> bool:
    try:
        return time.time() - file.stat().st_mtime < _LONGEST_SILENCE_SECONDS
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(0 if is_well(sys.argv[1]) else f"not well: {sys.argv[1]}")
