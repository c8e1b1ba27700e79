"""Which channels are on, and which addresses their providers call."""

from __future__ import annotations

from bot.settings import Settings
from webhook.channels.base import Channel, Receiver
from webhook.channels.messenger import MessengerChannel
from webhook.channels.sms.gateways import build_gateways, build_sms_channel
from webhook.channels.telegram import TelegramChannel
from webhook.channels.web import WebChannel


def build_channels(settings: Settings) -> dict[str, Channel]:
    """The channels by name; one without credentials is absent."""
    channels: list[Channel] = [WebChannel()]
    if settings.messenger_is_on:
        channels.append(_messenger(settings))
    if settings.telegram_is_on:
        channels.append(_telegram(settings))
    sms = build_sms_channel(settings)
    if sms is not None:
        channels.append(sms)
    return {channel.name: channel for channel in channels}


def build_receivers(settings: Settings) -> dict[str, Receiver]:
    """What stands under `/webhooks/`, by the rest of the path: `messenger`, `sms/kannel`."""
    receivers: dict[str, Receiver] = {}
    if settings.messenger_is_on:
        receivers["messenger"] = _messenger(settings)
    if settings.telegram_is_on:
        receivers["telegram"] = _telegram(settings)
    for name, gateway in build_gateways(settings).items():
        receivers[f"sms/{name}"] = gateway
    return receivers


def _messenger(settings: Settings) -> MessengerChannel:
    return MessengerChannel(
        page_token=settings.messenger_page_token,
        app_secret=settings.messenger_app_secret,
        verify_token=settings.messenger_verify_token,
        api_url=settings.messenger_api_url,
        app_id=settings.messenger_app_id,
    )


def _telegram(settings: Settings) -> TelegramChannel:
    return TelegramChannel(
        token=settings.telegram_bot_token,
        secret_token=settings.telegram_secret_token,
        api_url=settings.telegram_api_url,
        username=settings.telegram_bot_username,
    )
