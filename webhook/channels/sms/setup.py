"""What has to be entered at an SMS gateway, as docs/sms.md explains step by step."""

from __future__ import annotations

from collections.abc import Iterator

from bot.errors import SettingError
from bot.settings import Settings
from webhook.channels.sms.gateways import callback_url

_KANNEL_QUERY = "from=%p&to=%P&text=%b&id=%I&time=%T&coding=%c&charset=%C"


def set_up(settings: Settings) -> Iterator[str]:
    """The addresses that the gateways call, a line each; nothing is changed at a gateway.

    Secrets are named, not printed. Raises `SettingError` where no gateway is on.
    """
    if not settings.sms.on:
        raise SettingError("no SMS gateway is on: set SMS_<GATEWAY>_…, see docs/sms.md")
    for gateway in settings.sms.on:
        address = callback_url(settings, gateway)
        if gateway == "kannel":
            address = f'get-url = "{address}?secret=<SMS_KANNEL_SECRET>&{_KANNEL_QUERY}"'
        sends = " (sends)" if gateway == settings.sms.sends else ""
        yield f"{gateway}{sends}: {address}"
