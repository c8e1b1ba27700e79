"""A citizen's and an official's side of Telegram, for tests against the whole assistant."""

from __future__ import annotations

import itertools
import json
import time
import uuid

import requests
from sqlalchemy import func, select

from bot.db.models import Contact, StoredInbound
from tests.stack import TELEGRAM, wait_until

BOT = {"id": 7100000001, "is_bot": True, "first_name": "Chrok", "username": "ChrokTestBot"}
_numbers = itertools.count(1)


def citizen_id() -> int:
    return 7 * 10**15 + uuid.uuid4().int % 10**14


def group_id() -> int:
    return -(100 * 10**10) - uuid.uuid4().int % 10**10


def update(**update) -> bytes:
    return json.dumps({"update_id": 10**8 + next(_numbers), **update}).encode()


def said_by(sender: int, chat: int | None = None, **message) -> dict:
    """A message of a citizen, in private or in a group."""
    chat_type = "private" if chat is None else "supergroup"
    return {
        "message_id": next(_numbers),
        "from": {"id": sender, "is_bot": False, "first_name": "Invented"},
        "chat": {"id": chat or sender, "type": chat_type},
        "date": int(time.time()),
        **message,
    }


def post(stack, body: bytes, secret: str | None = None) -> requests.Response:
    secret = TELEGRAM["TELEGRAM_SECRET_TOKEN"] if secret is None else secret
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": secret}
    return requests.post(
        f"{stack.address}/webhooks/telegram", data=body, headers=headers, timeout=10
    )


def say(stack, sender: int, chat: int | None = None, **message) -> dict:
    said = said_by(sender, chat, **message)
    assert post(stack, update(message=said)).status_code == 200
    return said


def contact_of(stack, chat: int) -> Contact | None:
    with stack.sessions() as session:
        return session.scalars(
            select(Contact).where(Contact.channel == "telegram", Contact.external_id == str(chat))
        ).first()


def stored_of(stack, chat: int) -> int:
    query = select(func.count()).select_from(StoredInbound).join(Contact)
    with stack.sessions() as session:
        return session.scalar(query.where(Contact.external_id == str(chat)))


def words_of(message: dict) -> str:
    return message.get("text") or message.get("caption", "")


def wait_for_reply(bot_api, chat: int, count: int = 1) -> list[dict]:
    wait_until(lambda: len(bot_api.messages(chat)) >= count, 60, f"{count} replies")
    return bot_api.messages(chat)


def wait_for_words(bot_api, chat: int, words: str) -> dict:
    found = lambda: [m for m in bot_api.messages(chat) if words in words_of(m)]  # noqa: E731
    wait_until(lambda: bool(found()), 60, words)
    return found()[0]
