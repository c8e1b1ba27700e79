"""An update of Telegram as a message.

Whatever a request with our secret holds, reading it never fails: what is not understood is ignored
with a reason, because an update answered with an error comes back and holds up others.
Source: https://core.telegram.org/bots/api#update

A message is known by chat and message id, not by its update's number: each message has one update,
and an edit, which is an update of its own, names only these. The bot's id stands before them, since
another bot counts from one again in the same chats.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.messages import InboundMessage, Kind
from webhook.channels.base import ParseResult
from webhook.channels.telegram_commands import command_in
from webhook.channels.telegram_content import content_of
from webhook.channels.telegram_groups import words_for_bot
from webhook.channels.telegram_values import Bot, chat_of, integer, moment_of
from webhook.channels.values import Ignored, Values, items, mapping, text_of

CHANNEL = "telegram"
# What the bot asks Telegram for; nothing else is read.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

_BUTTON_TOKEN = re.compile(r"[!-~]{1,64}")
_LONGEST_REFERENCE = 64
_CALLBACK_ID = re.compile(r"[!-~]{1,128}")


def read_update(body: bytes, bot: Bot) -> ParseResult:
    """What a request's update says; a request of Telegram holds one update."""
    try:
        update = mapping(json.loads(body))
    except (ValueError, RecursionError):
        return ParseResult(ignored=["the body is not JSON"])
    try:
        return ParseResult(messages=[_read(update, bot)])
    except Ignored as reason:
        return ParseResult(ignored=[str(reason)])


def _read(update: Values, bot: Bot) -> InboundMessage:
    number = integer(update.get("update_id"))
    if number is None:
        raise Ignored("not an update")
    for name, read in _READERS.items():
        if name in update:
            return read(mapping(update[name]), f"update:{bot.id}:{number}", bot)
    raise Ignored("unknown update")


def _read_message(message: Values, update: str, bot: Bot) -> InboundMessage:
    chat_id, chat_type = chat_of(message)
    moved = _migration(message, chat_id, bot)
    if moved is not None:
        return moved
    _check_sender(message, chat_id)
    content = content_of(message)
    text = words_for_bot(content.text, message, chat_type, bot)
    event_id = _event_of(message, chat_id, bot)
    if content.album and not text:
        # Each picture of an album is a message; one answer is enough.
        event_id = f"album:{bot.id}:{chat_id}:{content.album}"
    return InboundMessage(
        channel=CHANNEL,
        event_id=event_id,
        sender_id=chat_id,
        kind=Kind.TEXT if text else content.kind,
        occurred_at=moment_of(message, "date"),
        text=text,
        details={
            **content.details,
            **_command_of(content.text),
            **_circumstances(message, chat_type),
        },
    )


def _read_edit(message: Values, update: str, bot: Bot) -> InboundMessage:
    chat_id, chat_type = chat_of(message)
    _check_sender(message, chat_id)
    text = words_for_bot(content_of(message).text, message, chat_type, bot)
    if not text:
        raise Ignored("an edit without text")
    return InboundMessage(
        channel=CHANNEL,
        event_id=update,
        sender_id=chat_id,
        kind=Kind.EDIT,
        occurred_at=moment_of(message, "edit_date", "date"),
        text=text,
        details={
            "edited_event_id": _event_of(message, chat_id, bot),
            **_circumstances(message, chat_type),
        },
    )


def _read_callback(query: Values, update: str, bot: Bot) -> InboundMessage:
    """A pressed button; its message is absent or only a shell where it is too old."""
    query_id = query.get("id")
    if not isinstance(query_id, str) or not _CALLBACK_ID.fullmatch(query_id):
        raise Ignored("a callback query without id")
    sender = integer(mapping(query.get("from")).get("id"))
    if sender is None:
        raise Ignored("no sender")
    message = mapping(query.get("message"))
    # A private chat has its citizen's id.
    chat_id, chat_type = chat_of(message) if message else (str(sender), "private")
    data = text_of(query.get("data"))
    return InboundMessage(
        channel=CHANNEL,
        event_id=f"callback:{bot.id}:{query_id}",
        sender_id=chat_id,
        kind=Kind.BUTTON,
        occurred_at=datetime.now(UTC),
        text=_title_of(data, message),
        button_token=data if _BUTTON_TOKEN.fullmatch(data) else "",
        details={
            "callback_query_id": query_id,
            "chat_type": chat_type,
            "from_id": str(sender),
        },
    )


def _read_membership(change: Values, update: str, bot: Bot) -> InboundMessage:
    """The bot was blocked or started again by a citizen, removed from a group or added to one."""
    chat_id, chat_type = chat_of(change)
    member = mapping(change.get("new_chat_member"))
    status = member.get("status")
    if status == "restricted":
        may_speak = member.get("is_member") is not False and member.get("can_send_messages")
        status = "member" if may_speak else "kicked"
    if status in ("kicked", "left"):
        kind = Kind.BLOCKED
    elif status in ("member", "administrator", "creator"):
        kind = Kind.UNBLOCKED
    else:
        raise Ignored("a membership that is not known")
    return InboundMessage(
        channel=CHANNEL,
        event_id=update,
        sender_id=chat_id,
        kind=kind,
        occurred_at=moment_of(change, "date"),
        details={"chat_type": chat_type},
    )


_READERS: dict[str, Callable[[Values, str, Bot], InboundMessage]] = {
    "message": _read_message,
    "edited_message": _read_edit,
    "callback_query": _read_callback,
    "my_chat_member": _read_membership,
}


def _migration(message: Values, chat_id: str, bot: Bot) -> InboundMessage | None:
    """A group became a supergroup, which is told once in the old chat and once in the new one."""
    new, old = (
        integer(message.get(name)) for name in ("migrate_to_chat_id", "migrate_from_chat_id")
    )
    if new is None and old is None:
        return None
    old_id, new_id = (chat_id, str(new)) if new is not None else (str(old), chat_id)
    return InboundMessage(
        channel=CHANNEL,
        event_id=f"migration:{bot.id}:{old_id}:{new_id}",
        sender_id=old_id,
        kind=Kind.MIGRATED,
        occurred_at=moment_of(message, "date"),
        details={"new_id": new_id},
    )


def _check_sender(message: Values, chat_id: str) -> None:
    if message.get("is_automatic_forward"):
        raise Ignored("forwarded from a channel")
    if mapping(message.get("from")).get("is_bot") and not _is_anonymous(message):
        raise Ignored("sent by a bot")


def _is_anonymous(message: Values) -> bool:
    """Whether an administrator wrote in the name of the group: Telegram shows a bot as sender."""
    chat, sender = (mapping(message.get(name)).get("id") for name in ("chat", "sender_chat"))
    return sender is not None and sender == chat


def _event_of(message: Values, chat_id: str, bot: Bot) -> str:
    number = integer(message.get("message_id"))
    if number is None:
        raise Ignored("a message without message_id")
    return f"message:{bot.id}:{chat_id}:{number}"


def _command_of(text: str) -> dict[str, str]:
    """Which of the menu's commands it is, and what stood behind `start=` in a link to the bot."""
    command = command_in(text)
    if command is None or not command.is_in_menu:
        return {}
    details = {"command": command.name}
    if command.name == "start" and command.argument:
        details["reference"] = command.argument[:_LONGEST_REFERENCE]
    return details


def _circumstances(message: Values, chat_type: str) -> dict[str, Any]:
    """Where and by whom it was said, and which message it replies to."""
    details: dict[str, Any] = {"chat_type": chat_type}
    sender = integer(mapping(message.get("from")).get("id"))
    if sender is not None and not _is_anonymous(message):
        details["from_id"] = str(sender)
    replied = mapping(message.get("reply_to_message"))
    replied_id = integer(replied.get("message_id"))
    # In a topic of a group every message counts as a reply to the topic's first one.
    if replied_id is not None and "forum_topic_created" not in replied:
        details["reply_to_message_id"] = str(replied_id)
    return details


def _title_of(data: str, message: Values) -> str:
    """What stands on the pressed button; nothing where its message is gone."""
    rows = items(mapping(message.get("reply_markup")).get("inline_keyboard"))
    buttons = [mapping(button) for row in rows for button in items(row)]
    pressed = (
        button for button in buttons if data and text_of(button.get("callback_data")) == data
    )
    return text_of(next(pressed, {}).get("text"))
