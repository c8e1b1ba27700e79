"""Values of labels: few, and never of a stranger's making."""

from __future__ import annotations

import re
import threading

OTHER = "other"
CHANNELS = ("messenger", "telegram", "sms", "web")

_UNFIT = re.compile(r"[^a-z0-9]+")
_ID = re.compile(r"\d{7}")
_LONGEST = 60


def channel_label(name: str) -> str:
    """The channel of a channel's or receiver's name: `sms/kannel` is `sms`."""
    channel = name.partition("/")[0]
    return channel if channel in CHANNELS else OTHER


class Reasons:
    """Reasons as label values: at most `most` different ones in a process, the rest is `other`.

    Ours are written in the code; those of providers are codes, and no list of all of them exists.
    What looks like an id is `other` too.
    """

    def __init__(self, most: int = 60) -> None:
        self._most = most
        self._known: set[str] = set()
        self._lock = threading.Lock()

    def label(self, reason: str) -> str:
        """`a message without mid` as `a_message_without_mid`; empty stays empty."""
        value = _UNFIT.sub("_", reason.lower()).strip("_")[:_LONGEST]
        if _ID.search(value):
            return OTHER
        with self._lock:
            if value not in self._known and len(self._known) < self._most:
                self._known.add(value)
            return value if value in self._known else OTHER
