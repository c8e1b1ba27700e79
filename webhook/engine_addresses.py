"""Which of several engines a conversation goes to."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

# How long an engine that did not answer is asked last.
_REST_SECONDS = 10.0
# How often a name is looked up again, so that engines may come and go behind it.
_LOOK_UP_SECONDS = 5.0


class EngineAddresses:
    """Puts the engines in an order for each conversation.

    A conversation goes to the same engine while that answers, and to the next one otherwise; with
    one engine less only its own conversations move (rendezvous hashing). A name that stands for
    several addresses, as that of a service with replicas does, counts as several engines.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = tuple(urls)
        self._resting: dict[str, float] = {}
        self._known: tuple[str, ...] = ()
        self._look_up_at = 0.0
        self._looking_up = threading.Lock()

    def for_conversation(self, conversation_id: str) -> list[str]:
        """All engines, the one to ask first in front, those that lately did not answer last."""
        moment = time.monotonic()

        def rank(address: str) -> tuple[bool, bytes]:
            choice = hashlib.sha256(f"{address} {conversation_id}".encode()).digest()
            return self._resting.get(address, 0.0) > moment, choice

        return sorted(self.all(), key=rank)

    def all(self) -> tuple[str, ...]:
        """Every engine's own address."""
        with self._looking_up:
            if time.monotonic() >= self._look_up_at:
                found = (address for url in self._urls for address in _behind(url))
                self._known = tuple(dict.fromkeys(found))
                self._look_up_at = time.monotonic() + _LOOK_UP_SECONDS
            return self._known

    def did_not_answer(self, address: str) -> None:
        """Ask this engine last for a while."""
        self._resting[address] = time.monotonic() + _REST_SECONDS

    def answered(self, address: str) -> None:
        """Ask this engine as ever again."""
        self._resting.pop(address, None)


def _behind(url: str) -> list[str]:
    """The address of each machine behind a name; the name itself where it cannot be looked up.

    With https the name stays as it is: certificates are for names.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname is None:
        return [url]
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM)
    except OSError:
        return [url]
    hosts = sorted({str(entry[4][0]) for entry in found if entry[0] == socket.AF_INET})
    return [f"http://{host}:{parts.port or 80}{parts.path}" for host in hosts] or [url]
