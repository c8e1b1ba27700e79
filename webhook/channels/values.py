"""What providers' JSON has in common, read so that nothing odd gets any further."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Values = Mapping[str, Any]

_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Ignored(Exception):
    """An event that is left out, and why; the reason quotes nothing a citizen wrote."""


def mapping(value: object) -> Values:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """The value if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: object) -> str:
    """The value if it is a text, without what a database cannot hold; else an empty one."""
    return holdable(value) if isinstance(value, str) else ""


def holdable(text: str) -> str:
    """The text without NUL and lone surrogates, which a database cannot hold."""
    return _SURROGATE.sub("\ufffd", text).replace("\x00", "")


def coordinates(latitude: object, longitude: object) -> dict[str, float] | None:
    """A place on Earth in degrees, as the details of a message hold it; None for any other."""
    north, east = _degrees(latitude, 90), _degrees(longitude, 180)
    if north is None or east is None:
        return None
    return {"latitude": north, "longitude": east}


def _degrees(value: object, most: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= most else None
