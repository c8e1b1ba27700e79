"""What providers write into their answers, read alike for every channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests


def json_object(answer: requests.Response) -> Mapping[str, Any]:
    """The answer's JSON object; empty where it is none."""
    try:
        values = answer.json()
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def retry_after(answer: requests.Response, otherwise: float | None) -> float | None:
    """Seconds from `Retry-After`; its other form, a date, is used by none of our providers."""
    value = answer.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else otherwise


def whole_number(value: object) -> int | None:
    """A JSON number without a fraction; true and false are none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
