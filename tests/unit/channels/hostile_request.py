"""How a receiver under attack is spoken to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Prepared:
    """A request as it goes out."""

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    method: str = "POST"


@dataclass(frozen=True)
class Hostile:
    """A receiver under attack.

    `environment` switches it on. `text(event_id, text)` and `button(event_id, payload)` are what a
    citizen's message looks like, `prove` makes a request of that which must be believed, `forge`
    some that must not. `proves_the_body` says that a proof holds for one body only; where messages
    come by GET there is no body at all.
    """

    name: str
    environment: Mapping[str, str]
    prove: Callable[[bytes], Prepared]
    forge: Callable[[bytes], list[Prepared]]
    text: Callable[[str, str], bytes]
    button: Callable[[str, str], bytes] | None = None
    unknown: tuple[bytes, ...] = ()
    proves_the_body: bool = True
    has_a_body: bool = True
