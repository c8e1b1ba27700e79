"""Tells Messenger what stands in its menu and greeting, and which events we want to hear of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.errors import SettingError
from bot.settings import Settings
from webhook.channels.messenger_admin import GraphAdmin, GraphError
from webhook.channels.messenger_menu import (
    GET_STARTED,
    ICE_BREAKERS,
    LOCALES,
    MENU,
    MenuEntry,
    greeting_text,
)

FIELDS = (
    *("messages", "messaging_postbacks", "messaging_referrals", "messaging_optins"),
    *("message_deliveries", "message_echoes", "message_edits", "messaging_handovers", "standby"),
)
_RATE_LIMITS = (4, 613, 80006)


def set_up(settings: Settings) -> Iterator[str]:
    """Set profile and subscriptions; yields a line for each thing that was done.

    Repeating it does no harm. Raises `SettingError`, which names the setting to mend.
    Source: https://developers.facebook.com/docs/messenger-platform/reference/messenger-profile-api
    """
    if not settings.messenger_is_on:
        raise SettingError(
            "MESSENGER_PAGE_TOKEN, MESSENGER_APP_SECRET and MESSENGER_VERIFY_TOKEN are not set"
        )
    graph = GraphAdmin(
        settings.messenger_api_url, settings.messenger_page_token, settings.messenger_app_secret
    )
    try:
        yield f"Page: {graph.as_page('GET', 'me?fields=id,name').get('name', '')}"
        app_id = str(graph.as_page("GET", "app").get("id", ""))
        yield _about_app(app_id, settings)
        graph.as_page("POST", "me/messenger_profile", profile())
        yield from _about_profile()
        graph.as_page("POST", "me/subscribed_apps", {"subscribed_fields": ",".join(FIELDS)})
        yield f"the Page tells us of: {', '.join(FIELDS)}"
        yield _subscribe_app(graph, app_id, settings)
    except GraphError as error:
        raise _explained(error) from None


def profile() -> dict[str, Any]:
    """The Page's profile: get started, greeting, first questions and menu, in both languages."""
    return {
        "get_started": {"payload": GET_STARTED},
        "greeting": [
            {"locale": locale, "text": greeting_text(language)}
            for locale, language in LOCALES.items()
        ],
        "ice_breakers": [
            {"locale": locale, "call_to_actions": _questions(ICE_BREAKERS, language)}
            for locale, language in LOCALES.items()
        ],
        "persistent_menu": [
            {
                "locale": locale,
                "composer_input_disabled": False,
                "call_to_actions": _lines(MENU, language),
            }
            for locale, language in LOCALES.items()
        ],
    }


def _questions(entries: Sequence[MenuEntry], language: str) -> list[dict[str, str]]:
    return [
        {"question": entry.words_in(language), "payload": entry.payload(language)}
        for entry in entries
    ]


def _lines(entries: Sequence[MenuEntry], language: str) -> list[dict[str, str]]:
    return [
        {
            "type": "postback",
            "title": entry.words_in(language),
            "payload": entry.payload(language),
        }
        for entry in entries
    ]


def _about_app(app_id: str, settings: Settings) -> str:
    if settings.messenger_app_id and settings.messenger_app_id != app_id:
        raise SettingError(
            f"MESSENGER_APP_ID is {settings.messenger_app_id}, but MESSENGER_PAGE_TOKEN belongs "
            f"to app {app_id}: correct it"
        )
    if settings.messenger_app_id:
        return f"app: {app_id}"
    return (
        f"app: {app_id}; set MESSENGER_APP_ID={app_id}, to tell other apps of the Page from this "
        "one and to answer Facebook's data deletion requests"
    )


def _about_profile() -> Iterator[str]:
    yield "get started button"
    for locale, language in LOCALES.items():
        named = "Khmer (for all others)" if locale == "default" else "English"
        yield f"greeting in {named}: {greeting_text(language)}"
        questions = " · ".join(entry.words_in(language) for entry in ICE_BREAKERS)
        yield f"first questions in {named}: {questions}"
        yield f"menu in {named}: {' · '.join(entry.words_in(language) for entry in MENU)}"


def _subscribe_app(graph: GraphAdmin, app_id: str, settings: Settings) -> str:
    """The app has to ask for the same fields as the Page, or Meta sends none of them."""
    address = f"{settings.public_url.rstrip('/')}/webhooks/messenger"
    if urlsplit(address).scheme != "https":
        return (
            "webhook: NOT set, because PUBLIC_URL does not begin with https://, and Meta calls "
            "nothing else; set it and repeat this"
        )
    content = {
        "object": "page",
        "callback_url": address,
        "verify_token": settings.messenger_verify_token,
        "fields": ",".join(FIELDS),
        "include_values": True,
    }
    try:
        graph.as_app("POST", f"{app_id}/subscriptions", content, app_id)
    except GraphError as error:
        if error.graph_code in (2200, 100):
            raise SettingError(
                f"Meta did not get the right answer from {address}, made from PUBLIC_URL: Chrok "
                f"must be running there, with this MESSENGER_VERIFY_TOKEN ({error})"
            ) from None
        raise
    return f"webhook: {address}"


def _explained(error: GraphError) -> SettingError:
    if error.graph_code == 0:
        return SettingError(f"MESSENGER_API_URL: {error}; is this machine on the internet?")
    if error.graph_code == 190:
        return SettingError(
            "MESSENGER_PAGE_TOKEN is not valid (any more): make a new one for the Page at "
            "developers.facebook.com, under the app's Messenger settings"
        )
    if "appsecret_proof" in str(error):
        return SettingError("MESSENGER_APP_SECRET is not that of the app which made the token")
    if error.graph_code in (10, 200):
        return SettingError(
            "MESSENGER_PAGE_TOKEN lacks a permission: it needs pages_messaging and "
            f"pages_manage_metadata ({error})"
        )
    if error.graph_code in _RATE_LIMITS:
        return SettingError(
            "Meta takes ten changes of a profile in ten minutes; repeat this in ten minutes"
        )
    return SettingError(f"Meta refused: {error} (error {error.graph_code})")
