"""Names that nobody has."""

from __future__ import annotations

import uuid

# Digits among the letters could be read as a ticket's code.
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def invented_name(start: str) -> str:
    """A name of letters alone, another one each time."""
    return start + uuid.uuid4().hex[:12].translate(_LETTERS)
