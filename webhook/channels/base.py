"""The contract between a channel and the rest of the bridge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.errors import ChrokError
from bot.messages import Capabilities, InboundMessage
from bot.rendering import Part

SendAction = Literal["retry", "stop_contact", "pause_channel", "window_closed", "dead_letter"]


@dataclass(frozen=True)
class RawRequest:
    """A provider's request as it came in; header names are in lower case."""

    method: str
    headers: Mapping[str, str]
    args: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class ParseResult:
    """What a request held: messages to store, and why the rest was left out.

    A reason is written to the log: it holds nothing that a citizen wrote and no id.
    """

    messages: list[InboundMessage] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sent:
    """The provider took a part; `provider_message_id` is empty where it names none."""

    provider_message_id: str


class Rejected(ChrokError):
    """A request that is answered with `status` (4xx); `reason` is for the log, not the sender."""

    code = "rejected"

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class SendError(ChrokError):
    """A part did not go out.

    `action` is what follows: `retry` later; `pause_channel` (retry too, but somebody has to mend
    the channel first); `window_closed` (the provider allows no message to this citizen now);
    `stop_contact` (the citizen cannot be reached any more); `dead_letter` (this part never will).
    `code` is the provider's, `retry_after` the seconds it asks for.
    """

    def __init__(self, action: SendAction, code: str, retry_after: float | None = None) -> None:
        super().__init__(f"{action}: {code}")
        self.action = action
        self.code = code
        self.retry_after = retry_after
        self.retryable = action in ("retry", "pause_channel")


class Channel(Protocol):
    """One way to reach citizens. A channel keeps no state about them."""

    @property
    def name(self) -> str:
        """The channel's name in routes, rows and logs."""

    @property
    def capabilities(self) -> Capabilities:
        """What one message of the channel can carry."""

    def handshake(self, args: Mapping[str, str]) -> str:
        """The answer to a provider that checks the address with a GET; raises `Rejected`."""

    def verify(self, request: RawRequest) -> None:
        """Check who sent the request, over its raw bytes, in constant time; raises `Rejected`."""

    def parse(self, request: RawRequest) -> ParseResult:
        """Read a verified request. Whatever it holds, the only error raised is `Rejected`."""

    def send(self, recipient_id: str, part: Part) -> Sent:
        """Give one part to the provider; raises `SendError`."""

    def show_typing(self, recipient_id: str) -> None:
        """Show that an answer is on its way; raises nothing, because nothing depends on it."""
