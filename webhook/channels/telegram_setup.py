"""Tells Telegram where the bot listens, and what stands in its menu and profile."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from bot.errors import SettingError
from bot.settings import Settings
from webhook.channels.telegram_api import BotApi, BotApiError
from webhook.channels.telegram_updates import ALLOWED_UPDATES
from webhook.channels.values import mapping
from webhook.translation import translations

# https://core.telegram.org/bots/api#setwebhook
_PORTS = (443, 80, 88, 8443)
# Telegram shows the texts of "" to whoever uses it in any other language than these.
_LANGUAGES = {"": "km", "km": "km", "en": "en"}
DESCRIPTION = (
    "Ask about the services of the One Window Service Offices: the fee, how long it takes and "
    "which documents to bring. Follow your document, see the budget of your commune, "
    "give feedback. Write as you speak, in Khmer or English. "
    "An automatic assistant answers: a bot, not a person."
)
SHORT_DESCRIPTION = (
    "Services of the One Window Service Offices: fees, days, documents. A bot answers."
)


def set_up(settings: Settings) -> Iterator[str]:
    """Set webhook, commands and descriptions; yields a line for each thing that was done.

    Repeating it does no harm: nothing that citizens wrote meanwhile is dropped. Raises
    `SettingError`, which names the setting to mend.
    """
    address = _webhook_address(settings)
    api = BotApi(settings.telegram_api_url, settings.telegram_bot_token)
    bot = mapping(_call(api, "getMe"))
    yield from _about(bot, settings)
    _set_webhook(api, address, settings.telegram_secret_token)
    yield f"webhook: {address}, for {', '.join(ALLOWED_UPDATES)}"
    for code, language in _LANGUAGES.items():
        commands = command_menu(language)
        _call(api, "setMyCommands", {"commands": commands, "language_code": code})
        names = " ".join("/" + command["command"] for command in commands)
        yield f"commands in {_named(code, language)}: {names}"
    for code, language in _LANGUAGES.items():
        gettext = translations(language).gettext
        _call(
            api,
            "setMyDescription",
            {"description": gettext(DESCRIPTION), "language_code": code},
        )
        _call(
            api,
            "setMyShortDescription",
            {"short_description": gettext(SHORT_DESCRIPTION), "language_code": code},
        )
        yield f"descriptions in {_named(code, language)}"


def command_menu(language: str) -> list[dict[str, str]]:
    """The commands as `setMyCommands` takes them, described in a language."""
    gettext = translations(language).gettext
    descriptions = {
        "services": gettext("Which services there are"),
        "office": gettext("Where an office is"),
        "ticket": gettext("Follow your document"),
        "budget": gettext("The budget of your commune"),
        "feedback": gettext("Give feedback to an office"),
        "officer": gettext("Talk to an officer"),
        "menu": gettext("What I can help with"),
        "help": gettext("How to ask"),
        "language": gettext("Change the language"),
        "stop": gettext("No more notices"),
        "forget": gettext("Delete your data"),
        "start": gettext("Start again"),
    }
    return [
        {"command": name, "description": description} for name, description in descriptions.items()
    ]


def _webhook_address(settings: Settings) -> str:
    if not settings.telegram_is_on:
        raise SettingError("TELEGRAM_BOT_TOKEN and TELEGRAM_SECRET_TOKEN are not set")
    url = urlsplit(settings.public_url)
    if url.scheme != "https":
        raise SettingError(
            "PUBLIC_URL must begin with https:// and be reachable from the internet: "
            "Telegram delivers nowhere else"
        )
    if _port(url) not in _PORTS:
        raise SettingError("PUBLIC_URL must use port 443, 80, 88 or 8443: Telegram calls no other")
    if _is_local(url.hostname or ""):
        raise SettingError("PUBLIC_URL must be an address that Telegram can reach, not a local one")
    return f"{settings.public_url.rstrip('/')}/webhooks/telegram"


def _port(url: SplitResult) -> int | None:
    try:
        return url.port or 443
    except ValueError:
        return None


def _is_local(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host


def _about(bot: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    username = str(bot.get("username", ""))
    wanted = settings.telegram_bot_username
    if wanted and wanted.lower() != username.lower():
        raise SettingError(
            f"TELEGRAM_BOT_USERNAME is {wanted}, but the token is that of {username}: "
            "correct it, or leave it out"
        )
    yield f"bot: @{username}"
    if bot.get("can_join_groups") is False:
        yield "note: it cannot be added to groups; @BotFather, /setjoingroups, allows that"


def _set_webhook(api: BotApi, address: str, secret_token: str) -> None:
    content = {
        "url": address,
        "secret_token": secret_token,
        "allowed_updates": list(ALLOWED_UPDATES),
        "drop_pending_updates": False,
    }
    try:
        api.call("setWebhook", content)
    except BotApiError as error:
        if error.action != "dead_letter":
            raise _explained(error, "setWebhook") from None
        raise SettingError(
            f"Telegram does not take {address}, made from PUBLIC_URL: {error.description}"
        ) from None


def _call(api: BotApi, method: str, content: Mapping[str, Any] | None = None) -> Any:
    try:
        return api.call(method, content)
    except BotApiError as error:
        raise _explained(error, method) from None


def _explained(error: BotApiError, method: str) -> SettingError:
    if error.action == "pause_channel":
        return SettingError(
            "TELEGRAM_BOT_TOKEN is not that of a bot: copy it anew from @BotFather, /mybots"
        )
    if error.code in ("timeout", "connection"):
        return SettingError(
            f"no answer from TELEGRAM_API_URL ({error.code}): is this machine on the internet?"
        )
    wait = f"; try again in {error.retry_after:.0f} s" if error.retry_after else ""
    return SettingError(f"Telegram refused {method}: {error.code} {error.description}{wait}")


def _named(code: str, language: str) -> str:
    return {"km": "Khmer", "en": "English"}[language] + ("" if code else " (for all others)")
