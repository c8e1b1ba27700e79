"""Telegram's Bot API 10.3, as far as a bot of ours goes."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.provider import Answer, FakeProvider, RecordedRequest

UPDATE_TYPES = (
    *("message", "edited_message", "channel_post", "edited_channel_post", "callback_query"),
    *("my_chat_member", "chat_member", "inline_query", "chosen_inline_result", "poll"),
)
CHAT_ACTIONS = ("typing", "upload_photo", "find_location", "choose_sticker")
MESSAGES = ("sendMessage", "sendPhoto")
HOOK_PORTS = (443, 80, 88, 8443)


def telegram_error(status: int, description: str, **parameters: int) -> Answer:
    """An error as the Bot API words it."""
    content: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        content["parameters"] = parameters
    return Answer(status, content)


BLOCKED = telegram_error(403, "Forbidden: bot was blocked by the user")
UNKNOWN_CHAT = telegram_error(400, "Bad Request: chat not found")


def migrated(new_id: int) -> Answer:
    """What a group that became a supergroup answers under its old id."""
    return telegram_error(
        400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=new_id
    )


def too_many_requests(seconds: int) -> Answer:
    """What a bot hears that sends too fast."""
    return telegram_error(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


class Refused(Exception):
    """A parameter is not as the documentation wants it; answered as error 400."""


class BotApi(FakeProvider):
    """Accepts what the real API accepts and refuses what it refuses.

    A script holds for messages and settings: typing signs and answered buttons go on as usual.
    """

    def __init__(self, token: str, username: str = "ChrokTestBot") -> None:
        super().__init__()
        self.token = token
        self.username = username
        self.can_join_groups = True
        self._accepting = threading.Lock()
        self._accepted: list[tuple[str, dict[str, Any]]] = []
        self._chats: dict[int, Answer] = {}

    def reset(self) -> None:
        super().reset()
        self.can_join_groups = True
        with self._accepting:
            self._accepted.clear()
            self._chats.clear()

    def chat_answers(self, chat_id: int, answer: Answer) -> None:
        """Answer so, for ever, whatever is sent to this chat."""
        with self._accepting:
            self._chats[chat_id] = answer

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The contents of a method's accepted calls, in order."""
        with self._accepting:
            return [content for name, content in self._accepted if name == method]

    def messages(self, chat_id: int | None = None) -> list[dict[str, Any]]:
        """The texts and photos that reached chats (or one of them), in order."""
        with self._accepting:
            return [
                content
                for name, content in self._accepted
                if name in MESSAGES and chat_id in (None, int(content["chat_id"]))
            ]

    def is_scripted(self, request: RecordedRequest) -> bool:
        return not request.path.endswith(("/sendChatAction", "/answerCallbackQuery"))

    def respond(self, request: RecordedRequest) -> Answer:
        found = re.fullmatch(r"/bot([^/]*)/(\w+)", urlsplit(request.path).path)
        if found is None or ":" not in found[1]:
            return telegram_error(404, "Not Found")
        if found[1] != self.token:
            return telegram_error(401, "Unauthorized")
        if found[2] not in _METHODS:
            return telegram_error(404, "Not Found: method not found")
        try:
            content = json.loads(request.body or b"{}")
            _need(isinstance(content, dict), "object expected as JSON parameters")
            _METHODS[found[2]](content)
        except (ValueError, Refused) as refusal:
            return telegram_error(400, f"Bad Request: {refusal}")
        return self._accept(found[2], content)

    def _accept(self, method: str, content: dict[str, Any]) -> Answer:
        if "chat_id" in content:
            chat_id = int(content["chat_id"])
            with self._accepting:
                refusal = self._chats.get(chat_id)
            if refusal is not None:
                return refusal
        with self._accepting:
            self._accepted.append((method, content))
            number = len(self._accepted)
        if method == "getMe":
            return Answer(200, {"ok": True, "result": self._me()})
        if method in MESSAGES:
            chat = {"id": int(content["chat_id"]), "type": "private"}
            result = {"message_id": number, "date": 1795425600, "chat": chat}
            return Answer(200, {"ok": True, "result": result})
        return Answer(200, {"ok": True, "result": True})

    def _me(self) -> dict[str, Any]:
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Chrok",
            "username": self.username,
            "can_join_groups": self.can_join_groups,
            "can_read_all_group_messages": False,
        }


def _send_message(content: dict[str, Any]) -> None:
    _chat(content)
    _text(content.get("text"), "message text", 4096)
    preview = content.get("link_preview_options", {})
    _need(isinstance(preview, dict), "can't parse link preview options")
    if "url" in preview:
        _address(preview["url"])
    _keyboard(content)


def _send_photo(content: dict[str, Any]) -> None:
    _chat(content)
    _address(content.get("photo"), "wrong file identifier/HTTP URL specified")
    if "caption" in content:
        caption = content["caption"]
        _need(isinstance(caption, str) and len(caption) <= 1024, "message caption is too long")
    _keyboard(content)


def _send_chat_action(content: dict[str, Any]) -> None:
    _chat(content)
    _need(content.get("action") in CHAT_ACTIONS, "wrong parameter action in request")


def _answer_callback_query(content: dict[str, Any]) -> None:
    query_id = content.get("callback_query_id")
    _need(isinstance(query_id, str) and query_id != "", "query ID is invalid")
    _need(len(content.get("text", "")) <= 200, "MESSAGE_TOO_LONG")


def _set_webhook(content: dict[str, Any]) -> None:
    url = urlsplit(str(content.get("url", "")))
    _need(url.scheme == "https", "bad webhook: An HTTPS URL must be provided for webhook")
    _need((url.port or 443) in HOOK_PORTS, "bad webhook: Webhook can be set up only on ports …")
    _need("." in (url.hostname or ""), "bad webhook: Failed to resolve host")
    secret = content.get("secret_token", "")
    _need(
        re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret),
        "secret token contains unallowed characters",
    )
    updates = content.get("allowed_updates", [])
    _need(isinstance(updates, list) and set(updates) <= set(UPDATE_TYPES), "unknown update type")


def _set_my_commands(content: dict[str, Any]) -> None:
    commands = content.get("commands")
    _need(isinstance(commands, list) and len(commands) <= 100, "can't parse BotCommands")
    for command in commands:
        name, description = command.get("command"), command.get("description")
        _need(re.fullmatch(r"[a-z0-9_]{1,32}", str(name)), "BOT_COMMAND_INVALID")
        _need(
            isinstance(description, str) and 1 <= len(description) <= 256,
            "BOT_COMMAND_DESCRIPTION_INVALID",
        )
    _language(content)


def _set_my_description(content: dict[str, Any]) -> None:
    _need(len(content.get("description", "")) <= 512, "description is too long")
    _language(content)


def _set_my_short_description(content: dict[str, Any]) -> None:
    _need(len(content.get("short_description", "")) <= 120, "short description is too long")
    _language(content)


_METHODS: dict[str, Callable[[dict[str, Any]], None]] = {
    "getMe": lambda content: None,
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "sendChatAction": _send_chat_action,
    "answerCallbackQuery": _answer_callback_query,
    "setWebhook": _set_webhook,
    "setMyCommands": _set_my_commands,
    "setMyDescription": _set_my_description,
    "setMyShortDescription": _set_my_short_description,
}


def _chat(content: dict[str, Any]) -> None:
    chat_id = content.get("chat_id")
    _need(chat_id not in (None, ""), "chat_id is empty")
    _need(re.fullmatch(r"-?[1-9][0-9]{0,15}", str(chat_id)), "chat not found")


def _keyboard(content: dict[str, Any]) -> None:
    if "reply_markup" not in content:
        return
    rows = content["reply_markup"].get("inline_keyboard")
    _need(isinstance(rows, list), "object expected as reply markup")
    _need(
        sum(map(len, rows)) <= 100 and all(len(row) <= 8 for row in rows), "REPLY_MARKUP_TOO_LONG"
    )
    for button in (button for row in rows for button in row):
        _text(button.get("text"), "inline keyboard button text", 4096)
        kinds = [kind for kind in ("url", "callback_data") if kind in button]
        _need(len(kinds) == 1, "Text buttons are unallowed in the inline keyboard")
        if "url" in button:
            _address(button["url"], "inline keyboard button URL is invalid: Wrong HTTP URL")
        else:
            size = len(button["callback_data"].encode())
            _need(1 <= size <= 64, "BUTTON_DATA_INVALID")


def _language(content: dict[str, Any]) -> None:
    code = content.get("language_code", "")
    _need(re.fullmatch(r"|[a-z]{2}", code), "invalid language code specified")


def _text(value: Any, name: str, limit: int) -> None:
    _need(isinstance(value, str) and value.strip() != "", f"{name} is empty")
    _need(len(value) <= limit, f"{name.removesuffix(' text')} is too long")


def _address(value: Any, refusal: str = "wrong URL specified") -> None:
    parts = urlsplit(value) if isinstance(value, str) else None
    _need(
        parts is not None and parts.scheme in ("http", "https") and "." in (parts.hostname or ""),
        refusal,
    )


def _need(condition: Any, message: str) -> None:
    if not condition:
        raise Refused(message)
