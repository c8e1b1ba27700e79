"""How a health check sees that a worker works: a file that each sweep touches.

The heartbeat in the database tells whether any worker is alive; this tells it of each one.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def sign_of_life(process_id: int) -> Path:
    """The file of a worker's process, `chrok-worker-<process id>.alive` among temporary files."""
    return Path(tempfile.gettempdir()) / f"chrok-worker-{process_id}.alive"


def give_sign_of_life() -> None:
    """Say that this process has just looked for work."""
    sign_of_life(os.getpid()).touch()


def take_sign_of_life_back() -> None:
    """Leave no file behind when the process ends."""
    sign_of_life(os.getpid()).unlink(missing_ok=True)
