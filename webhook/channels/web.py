"""The web chat as a channel: the page fetches replies from the outbox itself."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages import Capabilities
from bot.rendering import Part
from webhook.channels.base import Rates, Sent


class WebChannel:
    """Nothing is pushed: a reply is delivered as soon as the page can fetch it."""

    name = "web"
    capabilities = Capabilities(
        text_characters=20_000, button_title_characters=200, quick_replies=20, images=True
    )
    rates = Rates()

    def send(self, recipient_id: str, part: Part) -> Sent:
        """The reply lies ready."""
        return Sent(provider_message_id="")

    def show_typing(self, recipient_id: str) -> None:
        """The page shows the typing sign itself while a message waits."""

    def acknowledge(self, details: Mapping[str, object]) -> None:
        """The page shows a pressed button itself."""
