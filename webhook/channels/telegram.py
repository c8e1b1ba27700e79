"""Telegram (Bot API 10.3).

Rules: https://core.telegram.org/bots/api
"""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Mapping
from dataclasses import replace

from bot.logs.loggers import get_logger
from bot.messages import Capabilities
from bot.rendering import Part
from webhook.channels.base import Accepted, ParseResult, Rates, RawRequest, Rejected, Sent
from webhook.channels.telegram_api import BotApi, BotApiError
from webhook.channels.telegram_payloads import call_of, chat_id_of
from webhook.channels.telegram_updates import CHANNEL, read_update
from webhook.channels.telegram_values import Bot, is_group_id
from webhook.channels.values import mapping, text_of

log = get_logger(__name__)

_FORBIDDEN = 403
_NOT_FOUND = 404
# So long a bot whose name could not be found out is heard in groups by replies and commands only.
_NAME_PAUSE = 60.0


class TelegramChannel:
    """A bot's conversations, in private and in groups of officials."""

    name = CHANNEL
    capabilities = Capabilities(
        text_characters=4096,
        button_title_characters=40,
        # Telegram takes a hundred; more than this nobody scrolls through.
        template_buttons=30,
        text_with_buttons_characters=4096,
        images=True,
        caption_characters=1024,
    )
    rates = Rates(per_second=30, recipient_seconds=1.0, group_per_minute=20, is_group=is_group_id)
    accepted = Accepted()

    def __init__(self, token: str, secret_token: str, api_url: str, username: str = "") -> None:
        self._secret_token = secret_token.encode()
        self._api = BotApi(api_url, token)
        bot_id = token.partition(":")[0]
        self._name = _BotName(self._api, username)
        self._bot = Bot(bot_id if bot_id.isdecimal() else "", self._name.get)

    def handshake(self, request: RawRequest) -> str:
        """Telegram checks no address; whoever calls by GET is somebody else."""
        raise Rejected(_NOT_FOUND, "Telegram calls by POST only")

    def verify(self, request: RawRequest) -> None:
        """Check `X-Telegram-Bot-Api-Secret-Token`, which `setWebhook` made Telegram send."""
        token = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(token.encode(errors="replace"), self._secret_token):
            raise Rejected(_FORBIDDEN, "no or wrong X-Telegram-Bot-Api-Secret-Token")

    def parse(self, request: RawRequest) -> ParseResult:
        """The request's update; never raises, since the sender is known."""
        return read_update(request.body, self._bot)

    def send(self, recipient_id: str, part: Part) -> Sent:
        """Send one part; an image that Telegram cannot fetch goes out as its address."""
        try:
            return self._send(recipient_id, part)
        except BotApiError as error:
            if not part.image_url or error.action != "dead_letter":
                raise
        text = "\n".join(filter(None, (part.text, part.image_url)))
        return self._send(recipient_id, replace(part, text=text, image_url=""))

    def show_typing(self, recipient_id: str) -> None:
        """Show for five seconds that the bot writes."""
        content = {"chat_id": chat_id_of(recipient_id), "action": "typing"}
        self._api.try_call("sendChatAction", content)

    def acknowledge(self, details: Mapping[str, object]) -> None:
        """End the waiting sign on a pressed button."""
        query_id = details.get("callback_query_id")
        if query_id:
            self._api.try_call("answerCallbackQuery", {"callback_query_id": query_id})

    def _send(self, recipient_id: str, part: Part) -> Sent:
        try:
            result = self._api.call(*call_of(recipient_id, part))
        except BotApiError as error:
            if error.description:
                log.warning("telegram_refused", code=error.code, description=error.description)
            raise
        return Sent(str(mapping(result).get("message_id", "")))


class _BotName:
    """The bot's username: as set, else asked from Telegram when a group first names somebody."""

    def __init__(self, api: BotApi, username: str) -> None:
        self._api = api
        self._username = username
        self._lock = threading.Lock()
        self._ask_again_at = 0.0

    def get(self) -> str:
        """The name without `@`; empty while Telegram does not tell it."""
        with self._lock:
            if not self._username and time.monotonic() >= self._ask_again_at:
                self._username = text_of(mapping(self._api.try_call("getMe")).get("username"))
                self._ask_again_at = time.monotonic() + _NAME_PAUSE
            return self._username
