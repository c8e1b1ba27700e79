"""Which channels are on."""

from __future__ import annotations

from bot.settings import Settings
from webhook.channels.base import Channel
from webhook.channels.messenger import MessengerChannel
from webhook.channels.web import WebChannel


def build_channels(settings: Settings) -> dict[str, Channel]:
    """The channels by name; one without credentials is absent."""
    channels: list[Channel] = [WebChannel()]
    if settings.messenger_is_on:
        channels.append(
            MessengerChannel(
                page_token=settings.messenger_page_token,
                app_secret=settings.messenger_app_secret,
                verify_token=settings.messenger_verify_token,
                api_url=settings.messenger_api_url,
            )
        )
    return {channel.name: channel for channel in channels}
