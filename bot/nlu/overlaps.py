"""Whether two entities share a part of the message."""

from __future__ import annotations

from typing import Any


def overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Of two entities with `start` and `end`; those that only touch do not overlap."""
    return bool(one["start"] < other["end"] and other["start"] < one["end"])
