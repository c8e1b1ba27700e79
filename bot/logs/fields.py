"""An event's fields on their way into a log: plain values with nothing personal in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from bot.logs.masking import mask_text
from bot.text.masked_ids import mask_id

# Our own numbers of rows, and figures; a provider's ids never come under these names.
_OUR_NUMBERS = frozenset(
    (
        *("alert_id", "bytes", "contact_id", "email_id", "inbox_id", "milliseconds"),
        *("official_id", "outbox_id", "pid", "subscription_id"),
    )
)
_OUR_WORDS = frozenset(("level", "logger", "process", "timestamp", "version"))
# Ids that we made ourselves, or took over only in this form.
_OUR_UUIDS = frozenset(("conversation_id", "request_id"))
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_LARGEST_NUMBER = 10**6


class FieldMask:
    """A structlog processor that masks all of an event; `secrets` go wherever they stand."""

    def __init__(self, secrets: Iterable[str] = (), left_out: Iterable[str] = ()) -> None:
        self._secrets = tuple(sorted(secrets, key=len, reverse=True))
        self._left_out = frozenset(left_out)

    def __call__(self, logger: Any, method: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """The event with plain, masked values, without the fields that are to be left out."""
        return {
            name: self._field(name, value)
            for name, value in event.items()
            if name not in self._left_out
        }

    def _field(self, name: str, value: Any) -> Any:
        if name in _OUR_WORDS:
            return value
        if name in _OUR_NUMBERS and isinstance(value, int):
            return value
        if name in _OUR_UUIDS and isinstance(value, str) and is_uuid(value):
            return value
        return self._masked(value)

    def _masked(self, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, float):
            return round(value, 3) if abs(value) < _LARGEST_NUMBER else mask_id(str(int(value)))
        if isinstance(value, int):
            return value if abs(value) < _LARGEST_NUMBER else mask_id(str(value))
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, timedelta):
            return round(value.total_seconds(), 3)
        if isinstance(value, IPv4Address | IPv6Address):
            return str(value)
        if isinstance(value, Mapping):
            return {self._masked(str(key)): self._masked(part) for key, part in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._masked(part) for part in value]
        if isinstance(value, BaseException):
            return type(value).__name__
        return mask_text(str(value), self._secrets)


def is_uuid(text: str) -> bool:
    """Whether the text is a random UUID (version 4) in its usual form."""
    return _UUID.fullmatch(text) is not None
