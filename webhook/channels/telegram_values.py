"""How Telegram writes ids and times, read so that nothing odd gets any further."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from webhook.channels.values import Ignored, Values, mapping, text_of

_LARGEST_ID = 2**63
_LATEST_SECOND = 253_402_300_799  # the end of the year 9999
_CHAT_TYPES = ("private", "group", "supergroup")


@dataclass(frozen=True)
class Bot:
    """Who we are on Telegram.

    `id` is the number before the colon of the token. `username` gives the name without `@`, or
    nothing where it is not known; it may ask Telegram once, so it is called only where needed.
    """

    id: str
    username: Callable[[], str]

    def is_sender(self, user: Values) -> bool:
        """Whether the bot is this user."""
        if self.id:
            return str(integer(user.get("id"))) == self.id
        name = text_of(user.get("username")).lower()
        return bool(name) and name == self.username().lower()


def integer(value: object) -> int | None:
    """A number that can be an id: more than 32 bits, at most 64."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _LARGEST_ID:
        return None
    return value


def chat_of(values: Values) -> tuple[str, str]:
    """Id, as text, and type of the chat; raises `Ignored` for channels and where there is none."""
    chat = mapping(values.get("chat"))
    chat_id, chat_type = integer(chat.get("id")), chat.get("type")
    if chat_id is None:
        raise Ignored("no chat")
    if chat_type not in _CHAT_TYPES:
        raise Ignored("not a chat with people")
    return str(chat_id), str(chat_type)


def is_group_id(chat_id: str) -> bool:
    """Whether the chat is a group: Telegram numbers these below zero."""
    return chat_id.startswith("-")


def language_of(message: Values) -> str:
    """The language in which the sender sees the bot's menu: English or, for all others, Khmer."""
    code = text_of(mapping(message.get("from")).get("language_code")).lower()
    return "en" if code.split("-")[0] == "en" else "km"


def moment_of(values: Values, *names: str) -> datetime:
    """The first of these times, in seconds since 1970, that can be one; now without any."""
    for seconds in (integer(values.get(name)) for name in names):
        if seconds is not None and 0 < seconds <= _LATEST_SECOND:
            return datetime.fromtimestamp(seconds, UTC)
    return datetime.now(UTC)
