"""What the Graph API wants of a Page's Messenger profile and of a webhook's fields.

Source: https://developers.facebook.com/docs/messenger-platform/reference/messenger-profile-api
"""

from __future__ import annotations

from typing import Any

PROPERTIES = ("get_started", "greeting", "ice_breakers", "persistent_menu")
# Khmer is none of Messenger's locales.
LOCALES = ("default", "en_US", "en_GB", "fr_FR", "th_TH", "vi_VN", "zh_CN")
FIELDS = (
    *("messages", "messaging_postbacks", "messaging_referrals", "messaging_optins"),
    *("message_deliveries", "message_echoes", "message_reads", "message_edits"),
    *("message_reactions", "messaging_handovers", "standby", "messaging_policy_enforcement"),
)
_GREETING = 160
_QUESTION = 80
_TITLE = 30
_PAYLOAD = 1000


class Refused(Exception):
    """A parameter is not as the documentation wants it; answered as error 100."""


def check_profile(content: Any, known: dict[str, Any]) -> None:
    """Raise `Refused` for a profile that Messenger refuses; `known` is what was set before."""
    need(isinstance(content, dict) and content, "the body must be an object")
    unknown = set(content) - set(PROPERTIES)
    need(not unknown, f"unknown properties: {sorted(unknown)}")
    if "get_started" in content:
        check_text(content["get_started"].get("payload"), "get_started[payload]", _PAYLOAD)
    if "greeting" in content:
        for item in _localised(content["greeting"], "greeting"):
            check_text(item.get("text"), "greeting[text]", _GREETING)
    if "ice_breakers" in content:
        for item in _localised(content["ice_breakers"], "ice_breakers"):
            actions = item.get("call_to_actions", [])
            need(1 <= len(actions) <= 4, "ice_breakers must have 1 to 4 questions")
            for action in actions:
                check_text(action.get("question"), "ice_breakers[question]", _QUESTION)
                check_text(action.get("payload"), "ice_breakers[payload]", _PAYLOAD)
    if "persistent_menu" in content:
        need(
            "get_started" in content or "get_started" in known,
            "You must set a Get Started button if you also wish to use persistent menu",
        )
        for item in _localised(content["persistent_menu"], "persistent_menu"):
            _menu(item)


def check_subscription(fields: Any) -> list[str]:
    """The fields of a subscription; raises `Refused` for one that there is not."""
    need(isinstance(fields, str) and fields, "param fields must be non-empty")
    names = fields.split(",")
    for name in names:
        need(name in FIELDS, f"unknown field {name}")
    return names


def _menu(menu: dict[str, Any]) -> None:
    actions = menu.get("call_to_actions", [])
    need(1 <= len(actions) <= 20, "persistent_menu must have 1 to 20 lines")
    for action in actions:
        need(action.get("type") in ("postback", "web_url"), "nested menus are no more")
        check_text(action.get("title"), "persistent_menu[title]", _TITLE)
        if action["type"] == "postback":
            check_text(action.get("payload"), "persistent_menu[payload]", _PAYLOAD)


def _localised(values: Any, name: str) -> list[dict[str, Any]]:
    need(isinstance(values, list) and values, f"param {name} must be a list")
    locales = [value.get("locale") for value in values]
    need("default" in locales, f"{name}: a default locale is needed")
    for locale in locales:
        need(locale in LOCALES, f"{name}: unsupported locale {locale}")
    need(len(set(locales)) == len(locales), f"{name}: a locale stands twice")
    return values


def check_text(value: Any, name: str, limit: int) -> None:
    """Raise `Refused` for a text that is empty or too long."""
    need(isinstance(value, str) and value.strip() != "", f"param {name} must be non-empty")
    need(len(value) <= limit, f"Length of param {name} must be less than or equal to {limit}")


def need(condition: Any, message: str) -> None:
    """Raise `Refused` with the message unless the condition holds."""
    if not condition:
        raise Refused(message)
