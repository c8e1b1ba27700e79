"""A part as a call of the Bot API."""

from __future__ import annotations

from typing import Any

from bot.messages import Button
from bot.rendering import Part
from bot.text.clusters import clusters

# A row is as wide as the chat on a small phone; its buttons share it in equal parts.
_ROW_CLUSTERS = 26
_ROW_BUTTONS = 4


def call_of(recipient_id: str, part: Part) -> tuple[str, dict[str, Any]]:
    """Method and content that send a part: `sendPhoto` for an image, else `sendMessage`.

    The text is plain (no `parse_mode`), so nothing that a citizen or an office wrote is markup.
    Source: https://core.telegram.org/bots/api#sendmessage
    """
    content: dict[str, Any] = {"chat_id": chat_id_of(recipient_id)}
    if part.image_url:
        content["photo"] = part.image_url
        if part.text:
            content["caption"] = part.text
    else:
        content["text"] = part.text
        content["link_preview_options"] = (
            {"url": part.link_url} if part.link_url else {"is_disabled": True}
        )
    if part.buttons:
        content["reply_markup"] = {"inline_keyboard": keyboard_of(part.buttons)}
    return ("sendPhoto" if part.image_url else "sendMessage"), content


def chat_id_of(recipient_id: str) -> int | str:
    """The chat's id as the number that it is."""
    return int(recipient_id) if recipient_id.removeprefix("-").isdecimal() else recipient_id


def keyboard_of(buttons: tuple[Button, ...]) -> list[list[dict[str, str]]]:
    """The buttons in rows: short ones side by side, a long one on a row of its own."""
    rows: list[list[Button]] = []
    for button in buttons:
        if rows and _fit_in_a_row([*rows[-1], button]):
            rows[-1].append(button)
        else:
            rows.append([button])
    return [[_inline_button(button) for button in row] for row in rows]


def _fit_in_a_row(buttons: list[Button]) -> bool:
    widest = max(len(clusters(button.title)) for button in buttons)
    return len(buttons) <= _ROW_BUTTONS and widest * len(buttons) <= _ROW_CLUSTERS


def _inline_button(button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.title, "url": button.url}
    return {"text": button.title, "callback_data": button.payload}
