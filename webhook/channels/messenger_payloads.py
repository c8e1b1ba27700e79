"""A part as the `message` object of Messenger's Send API."""

from __future__ import annotations

from typing import Any

from bot.messages import Button
from bot.rendering import Part
from webhook.channels.messenger_handover import METADATA


def message_of(part: Part) -> dict[str, Any]:
    """The Send API's `message` for a part: an image, a button template, or a text.

    Its metadata come back with its echo.
    Source: https://developers.facebook.com/docs/messenger-platform/reference/send-api
    """
    return {**_content_of(part), "metadata": METADATA}


def _content_of(part: Part) -> dict[str, Any]:
    if part.image_url:
        return {"attachment": {"type": "image", "payload": {"url": part.image_url}}}
    if part.buttons_as == "template":
        template = {
            "template_type": "button",
            "text": part.text,
            "buttons": [_template_button(button) for button in part.buttons],
        }
        return {"attachment": {"type": "template", "payload": template}}
    message: dict[str, Any] = {"text": part.text}
    if part.buttons:
        message["quick_replies"] = [_quick_reply(button) for button in part.buttons]
    return message


def _template_button(button: Button) -> dict[str, str]:
    if button.url:
        return {"type": "web_url", "title": button.title, "url": button.url}
    return {"type": "postback", "title": button.title, "payload": button.payload}


def _quick_reply(button: Button) -> dict[str, str]:
    return {"content_type": "text", "title": button.title, "payload": button.payload}
