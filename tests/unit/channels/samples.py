"""What the tests of every channel share."""

from __future__ import annotations

from bot.messages import InboundMessage
from webhook.channels.base import ParseResult


def only_message(result: ParseResult, channel: str) -> InboundMessage:
    """The one message of a request with nothing else in it."""
    assert result.ignored == []
    (message,) = result.messages
    assert message.channel == channel
    return message
