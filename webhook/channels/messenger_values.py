"""How Messenger writes ids and times, read so that nothing odd gets any further."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime

from webhook.channels.values import Ignored, Values, mapping

CHANNEL = "messenger"

_ID = re.compile(r"[!-~]{1,255}")
_APP_ID = re.compile(r"[0-9]{1,32}")
# No time in milliseconds lies below this since 1973, none in seconds above it until the year 5138.
_SMALLEST_MILLISECONDS = 100_000_000_000
_LATEST_MILLISECONDS = 253_402_300_799_000  # the end of the year 9999


def sender_of(event: Values, entry: Values) -> str:
    """The citizen who sent the event; raises `Ignored`."""
    return _citizen(event.get("sender"), entry, "sender")


def recipient_of(event: Values, entry: Values) -> str:
    """The citizen whom the Page sent the event's message to; raises `Ignored`."""
    return _citizen(event.get("recipient"), entry, "recipient")


def message_id(value: object) -> str:
    """A mid as the inbox keeps it, at most 255 plain characters; empty where there is none."""
    if not isinstance(value, str) or not value:
        return ""
    return value if _ID.fullmatch(value) else f"mid:{digest(value)}"


def app_id_of(value: object) -> str:
    """An app's id, which comes as text or as a number; empty where there is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    # A number of thousands of digits cannot even be written out.
    if isinstance(value, int) and not 0 < value < 10**32:
        return ""
    return found[0] if (found := _APP_ID.fullmatch(str(value))) else ""


def composed_id(name: str, citizen: str, event: Values, entry: Values, content: str) -> str:
    """An id for events without a mid: the same for every delivery of the same event."""
    times = (event.get("timestamp"), entry.get("time"))
    when = next((value for value in times if isinstance(value, int)), 0)
    return f"{name}:{digest(json.dumps([citizen, when, content]))}"


def digest(text: str) -> str:
    """A fixed number of characters that stand for the text."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def moment_of(event: Values, entry: Values) -> datetime:
    """The event's time, in milliseconds or seconds since 1970; the entry's or now without it."""
    for value in (event.get("timestamp"), entry.get("time")):
        if isinstance(value, int) and 0 < value <= _LATEST_MILLISECONDS:
            seconds = value / 1000 if value >= _SMALLEST_MILLISECONDS else value
            return datetime.fromtimestamp(seconds, UTC)
    return datetime.now(UTC)


def _citizen(party: object, entry: Values, name: str) -> str:
    citizen = mapping(party).get("id")
    if not isinstance(citizen, str) or not _ID.fullmatch(citizen):
        raise Ignored(f"no {name}")
    if citizen == entry.get("id"):
        raise Ignored("sent by the Page itself" if name == "sender" else "sent to the Page itself")
    return citizen
