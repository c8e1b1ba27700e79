"""Telegram: what goes out, and what its errors lead to."""

from __future__ import annotations

import logging
import traceback

import pytest

from bot.messages import Button, Reply
from bot.rendering import Part, render
from tests.fakes.bot_api import (
    BLOCKED,
    UNKNOWN_CHAT,
    migrated,
    telegram_error,
    too_many_requests,
)
from tests.fakes.provider import AcceptThenTimeout, Answer, Drop
from tests.unit.channels.telegram_samples import CITIZEN, GROUP, OFFLINE, TOKEN, channel_at
from webhook.channels import telegram_api
from webhook.channels.base import SendError
from webhook.channels.telegram import TelegramChannel
from webhook.channels.telegram_api import action_for
from webhook.channels.telegram_payloads import keyboard_of

PRIVATE = int(CITIZEN)


@pytest.fixture
def channel(bot_api):
    return channel_at(bot_api.address)


def send(channel: TelegramChannel, reply: Reply, recipient: str = CITIZEN) -> list[str]:
    return [
        channel.send(recipient, part).provider_message_id
        for part in render(reply, channel.capabilities)
    ]


def test_a_text_goes_out_in_exactly_these_bytes(bot_api, channel):
    (message_id,) = send(channel, Reply("សួស្តី <b>*1*</b>"))
    (request,) = bot_api.requests
    assert request.method == "POST"
    assert request.path == f"/bot{TOKEN}/sendMessage"
    assert request.headers["content-type"] == "application/json"
    assert request.body == (
        b'{"chat_id": 7000000000000001, "text": "\\u179f\\u17bd\\u179f\\u17d2\\u178f\\u17b8'
        b' <b>*1*</b>", "link_preview_options": {"is_disabled": true}}'
    )
    assert message_id == "1"


def test_a_group_is_sent_to_by_its_long_negative_id(bot_api, channel):
    send(channel, Reply("hello"), GROUP)
    assert bot_api.messages(int(GROUP))[0]["chat_id"] == -1007300000000001


def test_a_source_is_previewed_and_other_addresses_are_not(bot_api, channel):
    send(channel, Reply("See https://e.org/a", link_url="https://e.org/b"))
    send(channel, Reply("See https://e.org/a"))
    previews = [message["link_preview_options"] for message in bot_api.messages(PRIVATE)]
    assert previews == [{"url": "https://e.org/b"}, {"is_disabled": True}]


def test_buttons_go_out_as_an_inline_keyboard(bot_api, channel):
    offered = (
        Button("តម្លៃ", "Zk3v9Qw1xY7bT2mN"),
        Button("ឯកសារ", "Pq8sL0dR5uJ6hC1e"),
        Button("Map", url="https://e.org"),
    )
    send(channel, Reply("ជ្រើសរើស", buttons=offered))
    (message,) = bot_api.messages(PRIVATE)
    assert message["reply_markup"] == {
        "inline_keyboard": [
            [
                {"text": "តម្លៃ", "callback_data": "Zk3v9Qw1xY7bT2mN"},
                {"text": "ឯកសារ", "callback_data": "Pq8sL0dR5uJ6hC1e"},
                {"text": "Map", "url": "https://e.org"},
            ]
        ]
    }


@pytest.mark.parametrize(
    ("titles", "rows"),
    [
        (["Yes", "No"], [["Yes", "No"]]),
        (["បាទ/ចាស", "ទេ"], [["បាទ/ចាស", "ទេ"]]),
        (["All services", "Find an office"], [["All services"], ["Find an office"]]),
        (["A", "B", "C", "D", "E"], [["A", "B", "C", "D"], ["E"]]),
        (
            ["Motorbike registration", "Yes", "No"],
            [["Motorbike registration"], ["Yes", "No"]],
        ),
    ],
)
def test_rows_of_buttons_fit_a_phone(titles, rows):
    keyboard = keyboard_of(tuple(Button(title, "t") for title in titles))
    assert [[button["text"] for button in row] for row in keyboard] == rows


def test_an_image_goes_out_by_its_address_with_caption_and_buttons(bot_api, channel):
    more = (Button("More", "t1"),)
    send(channel, Reply("A chart", buttons=more, image_url="https://e.org/chart.png"))
    assert bot_api.calls("sendPhoto") == bot_api.messages(PRIVATE)
    assert bot_api.messages(PRIVATE) == [
        {
            "chat_id": PRIVATE,
            "photo": "https://e.org/chart.png",
            "caption": "A chart",
            "reply_markup": {"inline_keyboard": [[{"text": "More", "callback_data": "t1"}]]},
        }
    ]


def test_a_long_text_follows_its_image(bot_api, channel):
    send(channel, Reply("ក" * 1025, image_url="https://e.org/chart.png"))
    image, text = bot_api.messages(PRIVATE)
    assert image == {"chat_id": PRIVATE, "photo": "https://e.org/chart.png"}
    assert len(text["text"]) == 1025


def test_an_image_that_telegram_cannot_fetch_goes_out_as_its_address(bot_api, channel):
    bot_api.will(telegram_error(400, "Bad Request: failed to get HTTP URL content"))
    channel.send(CITIZEN, Part("A caption", image_url="https://e.org/chart.png"))
    (message,) = bot_api.messages(PRIVATE)
    assert message["text"] == "A caption\nhttps://e.org/chart.png"


def test_a_very_long_reply_with_many_long_buttons_keeps_the_real_limits(bot_api, channel):
    offered = tuple(Button(f"អាជ្ញាប័ណ្ណអាជីវកម្មលក់ទំនិញលេខ {n}", f"t{n}") for n in range(70))
    send(channel, Reply("ច្រកចេញចូលតែមួយ។ " * 600, buttons=offered))
    messages = bot_api.messages(PRIVATE)
    pressed = [
        button["callback_data"]
        for message in messages
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
    ]
    assert pressed == [f"t{n}" for n in range(70)]
    assert "".join(message["text"] for message in messages).count("ច្រកចេញចូលតែមួយ។") == 600


def test_typing_is_shown(bot_api, channel):
    channel.show_typing(CITIZEN)
    assert bot_api.calls("sendChatAction") == [{"chat_id": PRIVATE, "action": "typing"}]


def test_a_pressed_button_is_acknowledged(bot_api, channel):
    channel.acknowledge({"callback_query_id": "4382bfdwdsb323b2d9", "chat_type": "private"})
    channel.acknowledge({"chat_type": "private"})
    assert bot_api.calls("answerCallbackQuery") == [{"callback_query_id": "4382bfdwdsb323b2d9"}]


def test_typing_and_acknowledging_that_fail_are_nobody_s_problem(bot_api, channel):
    OFFLINE.show_typing(CITIZEN)
    OFFLINE.acknowledge({"callback_query_id": "1"})
    channel.acknowledge({"callback_query_id": ["odd"]})
    assert bot_api.calls("answerCallbackQuery") == []


@pytest.mark.parametrize(
    ("status", "action"),
    [
        (302, "retry"),
        (400, "dead_letter"),
        (401, "pause_channel"),
        (403, "stop_contact"),
        (404, "pause_channel"),
        (409, "dead_letter"),
        (413, "dead_letter"),
        (429, "retry"),
        (500, "retry"),
        (502, "retry"),
    ],
)
def test_each_error_leads_to_its_action(status, action):
    assert action_for(status) == action


def failure(channel: TelegramChannel, recipient: str = CITIZEN) -> SendError:
    with pytest.raises(SendError) as error:
        channel.send(recipient, Part("a"))
    return error.value


@pytest.mark.parametrize(
    ("answer", "action", "code", "retry_after", "moved_to"),
    [
        (BLOCKED, "stop_contact", "403", None, ""),
        (
            telegram_error(403, "Forbidden: the group chat was deleted"),
            "stop_contact",
            "403",
            None,
            "",
        ),
        (UNKNOWN_CHAT, "dead_letter", "400", None, ""),
        (telegram_error(401, "Unauthorized"), "pause_channel", "401", None, ""),
        (telegram_error(404, "Not Found"), "pause_channel", "404", None, ""),
        (too_many_requests(7), "retry", "429", 7.0, ""),
        (telegram_error(429, "Too Many Requests"), "retry", "429", 5.0, ""),
        (Answer(429, b"<html>", {"Retry-After": "9"}), "retry", "http_429", 9.0, ""),
        (migrated(-1007300000000001), "retry", "400", None, "-1007300000000001"),
        (telegram_error(500, "Internal Server Error"), "retry", "500", None, ""),
        (Answer(502, b"<html>"), "retry", "http_502", None, ""),
        (Answer(400, {"ok": False, "parameters": 7}), "dead_letter", "400", None, ""),
        (Answer(200, {"ok": False, "error_code": 403}), "stop_contact", "403", None, ""),
        (Answer(302, None, {"Location": "http://127.0.0.1:9/"}), "retry", "http_302", None, ""),
    ],
)
def test_an_answer_of_the_provider_becomes_a_send_error(
    bot_api, channel, answer, action, code, retry_after, moved_to
):
    bot_api.will(answer)
    error = failure(channel)
    assert (error.action, error.code) == (action, code)
    assert (error.retry_after, error.moved_to) == (retry_after, moved_to)
    assert error.retryable == (action in ("retry", "pause_channel"))
    assert len(bot_api.requests) == 1
    assert bot_api.messages() == []


@pytest.mark.parametrize("answer", [Answer(200, b"<html>"), Answer(200, [1]), Answer(200, {})])
def test_a_200_that_cannot_be_read_counts_as_sent(bot_api, channel, answer):
    bot_api.will(answer)
    assert channel.send(CITIZEN, Part("a")).provider_message_id == ""


def test_a_provider_that_never_answers_is_a_retry(bot_api, channel, monkeypatch):
    monkeypatch.setattr(telegram_api, "_TIMEOUT", (1, 0.2))
    bot_api.will(AcceptThenTimeout())
    error = failure(channel)
    assert (error.action, error.code) == ("retry", "timeout")


def test_a_dropped_connection_is_a_retry(bot_api, channel):
    bot_api.will(Drop())
    assert failure(channel).action == "retry"
    assert channel.send(CITIZEN, Part("a")).provider_message_id == "1"


def test_an_unreachable_provider_is_a_retry():
    error = failure(OFFLINE)
    assert (error.action, error.code) == ("retry", "connection")


def test_a_wrong_token_pauses_the_channel_and_loses_no_message(bot_api):
    channel = TelegramChannel("7100000001:AAwrong", "s", bot_api.address)
    assert failure(channel).action == "pause_channel"
    assert bot_api.messages() == []


def test_the_token_stands_in_no_error_and_in_no_log(bot_api, channel, caplog):
    caplog.set_level(logging.DEBUG)
    channel.send(CITIZEN, Part("a"))
    channel.show_typing(CITIZEN)
    bot_api.will(telegram_error(401, "Unauthorized"))
    bot_api.will(Drop())
    errors = [failure(channel), failure(channel), failure(OFFLINE)]
    OFFLINE.show_typing(CITIZEN)
    assert "/bot***/sendMessage" in caplog.text
    seen = [caplog.text, *(line for error in errors for line in traceback.format_exception(error))]
    for error in errors:
        while error is not None:
            seen += [repr(error), str(vars(error))]
            error = error.__context__
    assert not any("AAinvented" in text for text in seen)
