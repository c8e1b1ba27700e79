"""The fake of the Bot API refuses what the real one refuses, and misbehaves when told to."""

from __future__ import annotations

import pytest
import requests

from tests.fakes.bot_api import BLOCKED, BotApi, too_many_requests
from tests.fakes.provider import AcceptThenTimeout, Drop
from tests.unit.channels.telegram_samples import TOKEN


def post(bot_api: BotApi, method: str, content, token: str = TOKEN) -> requests.Response:
    return requests.post(f"{bot_api.address}/bot{token}/{method}", json=content, timeout=2)


def text(value: str = "a", **content) -> dict:
    return {"chat_id": 7001, "text": value, **content}


def keyboard(*rows: list[dict]) -> dict:
    return {"reply_markup": {"inline_keyboard": list(rows)}}


def button(**values) -> dict:
    return {"text": "a", "callback_data": "b", **values}


@pytest.mark.parametrize(
    ("method", "content"),
    [
        ("sendMessage", text("ក" * 4096)),
        ("sendMessage", text(chat_id="-1007300000000001")),
        ("sendMessage", text(**keyboard([button(callback_data="ក" * 21)]))),
        ("sendMessage", text(**keyboard(*[[button()] * 8] * 12, [button()] * 4))),
        ("sendMessage", text(**keyboard([{"text": "a", "url": "https://e.org"}]))),
        ("sendPhoto", {"chat_id": 7001, "photo": "https://e.org/i.png", "caption": "ក" * 1024}),
    ],
)
def test_what_keeps_the_limits_is_accepted(bot_api, method, content):
    answer = post(bot_api, method, content).json()
    assert answer["ok"] is True
    assert answer["result"]["message_id"] == 1
    assert bot_api.messages() == [content]
    assert bot_api.messages(7002) == []


@pytest.mark.parametrize(
    ("method", "content"),
    [
        ("sendMessage", {"text": "a"}),
        ("sendMessage", {"chat_id": 7001}),
        ("sendMessage", text(chat_id="citizen")),
        ("sendMessage", text(" ")),
        ("sendMessage", text("ក" * 4097)),
        ("sendMessage", text(**keyboard([button(callback_data="ក" * 22)]))),
        ("sendMessage", text(**keyboard([button(callback_data="")]))),
        ("sendMessage", text(**keyboard([{"text": "a"}]))),
        ("sendMessage", text(**keyboard([button(text="")]))),
        ("sendMessage", text(**keyboard([button()] * 9))),
        ("sendMessage", text(**keyboard(*[[button()] * 8] * 13))),
        ("sendMessage", text(**keyboard([{"text": "a", "url": "http://localhost/x"}]))),
        ("sendPhoto", {"chat_id": 7001}),
        ("sendPhoto", {"chat_id": 7001, "photo": "file:///etc/passwd"}),
        ("sendPhoto", {"chat_id": 7001, "photo": "https://e.org/i.png", "caption": "ក" * 1025}),
        ("sendChatAction", {"chat_id": 7001, "action": "thinking"}),
        ("answerCallbackQuery", {}),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "a" * 201}),
        ("setWebhook", {"url": "http://chrok.example.org/"}),
        ("setWebhook", {"url": "https://chrok.example.org:8080/"}),
        ("setWebhook", {"url": "https://chrok.example.org/", "secret_token": "a.b"}),
        ("setWebhook", {"url": "https://chrok.example.org/", "allowed_updates": ["messages"]}),
        ("setMyCommands", {"commands": [{"command": "Menu", "description": "a"}]}),
        ("setMyCommands", {"commands": [{"command": "menu", "description": ""}]}),
        ("setMyCommands", {"commands": [], "language_code": "khm"}),
        ("setMyDescription", {"description": "a" * 513}),
        ("setMyShortDescription", {"short_description": "a" * 121}),
    ],
)
def test_what_breaks_a_rule_is_a_bad_request(bot_api, method, content):
    answer = post(bot_api, method, content)
    assert answer.status_code == 400
    assert answer.json()["description"].startswith("Bad Request: ")
    assert bot_api.calls(method) == []


def test_a_wrong_token_is_unauthorised_and_none_is_not_found(bot_api):
    assert post(bot_api, "getMe", {}, "7100000001:AAwrong").status_code == 401
    assert post(bot_api, "getMe", {}, "nonsense").status_code == 404
    assert post(bot_api, "sendTelepathy", {}).status_code == 404
    assert post(bot_api, "getMe", {}).json()["result"]["username"] == "ChrokTestBot"


def test_a_chat_can_be_closed(bot_api):
    bot_api.chat_answers(7001, BLOCKED)
    assert post(bot_api, "sendMessage", text()).status_code == 403
    assert post(bot_api, "sendMessage", text(chat_id=7002)).status_code == 200


def test_a_script_holds_for_messages_and_not_for_typing(bot_api):
    bot_api.will(too_many_requests(3), times=2)
    typing = {"chat_id": 7001, "action": "typing"}
    statuses = [post(bot_api, "sendChatAction", typing).status_code]
    statuses += [post(bot_api, "sendMessage", text()).status_code for _ in range(3)]
    assert statuses == [200, 429, 429, 200]


def test_a_script_about_somebody_leaves_others_alone(bot_api):
    bot_api.will(too_many_requests(3), about="7002")
    statuses = [
        post(bot_api, "sendMessage", text(chat_id=chat)).status_code for chat in (7001, 7002, 7002)
    ]
    assert statuses == [200, 429, 200]


def test_a_message_may_be_taken_without_an_answer_or_not_at_all(bot_api):
    bot_api.will(AcceptThenTimeout())
    bot_api.will(Drop())
    with pytest.raises(requests.Timeout):
        requests.post(f"{bot_api.address}/bot{TOKEN}/sendMessage", json=text("1"), timeout=0.2)
    with pytest.raises(requests.ConnectionError):
        post(bot_api, "sendMessage", text("2"))
    assert [message["text"] for message in bot_api.messages(7001)] == ["1"]
