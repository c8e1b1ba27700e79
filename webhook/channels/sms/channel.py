"""SMS as a channel: sends through the gateway that is chosen for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.messages import Capabilities
from bot.rendering import Part
from webhook.channels.base import Rates, Receiver, Sent
from webhook.channels.sms.reading import CHANNEL


class SmsGateway(Receiver, Protocol):
    """A gateway receives by itself and sends for the channel."""

    def send_text(self, number: str, text: str, reference: str) -> Sent:
        """Give one short message to the gateway; raises `SendError`.

        `number` is in E.164; `reference` is our own name of the message, the same at every try.
        """


class SmsChannel:
    """Short messages of at most one network message each; choices are numbers in the text."""

    name = CHANNEL
    capabilities = Capabilities(text_characters=459, sms_parts=3)
    # Networks deliver messages that are sent together in any order they like.
    rates = Rates(per_second=10, recipient_seconds=1)

    def __init__(self, gateway: SmsGateway) -> None:
        self._gateway = gateway

    def send(self, recipient_id: str, part: Part) -> Sent:
        """Send one short message."""
        return self._gateway.send_text(recipient_id, part.text, part.reference)

    def show_typing(self, recipient_id: str) -> None:
        """There is no such sign."""

    def acknowledge(self, details: Mapping[str, object]) -> None:
        """There are no buttons to press."""
