"""Which values of the settings nobody may see, so that the logs can leave them out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any
from urllib.parse import quote, urlsplit

_SECRET_ENDINGS = ("token", "secret", "key", "keys", "password", "authorization")


def secret_values(settings: Any) -> frozenset[str]:
    """The secrets of a dataclass of settings and of those within it, also as addresses hold them.

    A setting is a secret by the ending of its name; of an address it is the password.
    Several in one setting are separated by commas.
    """
    values = frozenset(value for value in _secrets(settings) if value)
    return values | {quote(value, safe="") for value in values}


def _secrets(settings: Any) -> Iterator[str]:
    for field in fields(settings):
        value = getattr(settings, field.name)
        if is_dataclass(value):
            yield from _secrets(value)
        elif not isinstance(value, str):
            continue
        elif field.name.endswith(_SECRET_ENDINGS):
            yield from (part.strip() for part in value.split(","))
        elif field.name.endswith("_url"):
            yield urlsplit(value).password or ""
