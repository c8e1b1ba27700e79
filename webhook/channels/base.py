"""The contract between a channel and the rest of the bridge.

A channel has two halves. A `Receiver` turns a provider's requests into messages; a `Channel` sends
parts to citizens. Most channels are both in one class; SMS has one receiver for each gateway and
one channel that sends. docs/adding-a-channel.md walks through both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol

from bot.errors import ChrokError
from bot.messages import Capabilities, DeliveryReport, InboundMessage
from bot.rendering import Part

SendAction = Literal["retry", "stop_contact", "pause_channel", "window_closed", "dead_letter"]


@dataclass(frozen=True)
class RawRequest:
    """A provider's request as it came in; header names are in lower case.

    `path` and `query` are as the provider wrote them, for signatures over the address.
    """

    method: str
    headers: Mapping[str, str]
    args: Mapping[str, str]
    body: bytes
    path: str = ""
    query: str = ""


@dataclass(frozen=True)
class ParseResult:
    """What a request held: messages to store, delivery reports, and why the rest was left out.

    A reason is written to the log: it holds nothing that a citizen wrote and no id.
    """

    messages: list[InboundMessage] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    reports: list[DeliveryReport] = field(default_factory=list)


@dataclass(frozen=True)
class Accepted:
    """The body that tells the provider that its request was taken, with its media type."""

    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


def _never(recipient_id: str) -> bool:
    return False


@dataclass(frozen=True)
class Rates:
    """How many messages a provider takes: in all per second, and to one recipient.

    `recipient_seconds` is the least time between two messages to one recipient; zero means no
    limit. `answer_window` is how long after a citizen's message the provider takes anything at all.
    `group_per_minute` holds besides for recipients that are a group of people, as `is_group` tells.
    """

    per_second: int = 0
    recipient_seconds: float = 0
    answer_window: timedelta | None = None
    group_per_minute: int = 0
    is_group: Callable[[str], bool] = _never


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
    `code` is the provider's, `retry_after` the seconds it asks for. `moved_to` is the id that the
    provider knows the recipient by from now on.
    """

    def __init__(
        self,
        action: SendAction,
        code: str,
        retry_after: float | None = None,
        moved_to: str = "",
    ) -> None:
        super().__init__(f"{action}: {code}")
        self.action = action
        self.code = code
        self.retry_after = retry_after
        self.moved_to = moved_to
        self.retryable = action in ("retry", "pause_channel")


class Receiver(Protocol):
    """One address under `/webhooks/` that a provider calls."""

    @property
    def accepted(self) -> Accepted:
        """The answer to a request whose messages are stored."""

    def handshake(self, request: RawRequest) -> str | None:
        """The answer to a GET that checks the address; raises `Rejected`.

        None where the provider delivers messages by GET: the request is received then.
        """

    def verify(self, request: RawRequest) -> None:
        """Check who sent the request, over its raw bytes, in constant time; raises `Rejected`."""

    def parse(self, request: RawRequest) -> ParseResult:
        """Read a verified request. Whatever it holds, the only error raised is `Rejected`."""


class Channel(Protocol):
    """One way to reach citizens. A channel keeps no state about them."""

    @property
    def name(self) -> str:
        """The channel's name in rows and logs."""

    @property
    def capabilities(self) -> Capabilities:
        """What one message of the channel can carry."""

    @property
    def rates(self) -> Rates:
        """How fast the provider may be sent to."""

    def send(self, recipient_id: str, part: Part) -> Sent:
        """Give one part to the provider; raises `SendError`."""

    def show_typing(self, recipient_id: str) -> None:
        """Show that an answer is on its way; raises nothing, because nothing depends on it."""

    def acknowledge(self, details: Mapping[str, object]) -> None:
        """Tell the provider that a pressed button was heard, where it wants to know.

        `details` are those of the message. Raises nothing, because nothing depends on it.
        """
