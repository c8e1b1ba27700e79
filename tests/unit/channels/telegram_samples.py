"""What the tests of Telegram share: invented credentials and payloads."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from bot.messages import InboundMessage
from tests.unit.channels.samples import only_message
from webhook.channels.base import ParseResult, RawRequest
from webhook.channels.telegram import TelegramChannel

BOT = "7100000001"
TOKEN = f"{BOT}:AAinvented-token_of-a-bot"
SECRET = "an-invented-secret_token"
USERNAME = "ChrokTestBot"
CITIZEN = "7000000000000001"
GROUP = "-1007300000000001"
OFFICIAL = "7000000000000009"
PAYLOADS = Path(__file__).parents[2] / "payloads/telegram"
NOON = datetime.fromtimestamp(1795425600, UTC)


def channel_at(address: str, username: str = USERNAME) -> TelegramChannel:
    return TelegramChannel(TOKEN, SECRET, address, username)


OFFLINE = channel_at("http://127.0.0.1:9")


def request_of(body: bytes, secret: str = SECRET) -> RawRequest:
    return RawRequest("POST", {"x-telegram-bot-api-secret-token": secret}, {}, body)


def received(body: bytes, channel: TelegramChannel = OFFLINE) -> ParseResult:
    """What a request with the secret leads to, as the webhook would treat it."""
    request = request_of(body)
    channel.verify(request)
    return channel.parse(request)


def received_file(name: str) -> ParseResult:
    return received((PAYLOADS / f"{name}.json").read_bytes())


def one_message(name: str) -> InboundMessage:
    return only_message(received_file(name), "telegram")


def update_body(update_id: int = 1, **update) -> bytes:
    return json.dumps({"update_id": update_id, **update}).encode()


def message_body(**message) -> bytes:
    """A citizen's message in a private chat, with these fields."""
    message = {
        "message_id": 1,
        "from": {"id": int(CITIZEN), "is_bot": False},
        "chat": {"id": int(CITIZEN), "type": "private"},
        "date": 1795425600,
    } | message
    return update_body(message=message)
