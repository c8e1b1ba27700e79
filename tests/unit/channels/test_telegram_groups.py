"""Telegram: what the bot hears in groups of officials, and how these move."""

from __future__ import annotations

import json

import pytest

from bot.messages import Kind
from tests.fakes.bot_api import BotApi
from tests.fakes.provider import Drop
from tests.unit.channels.telegram_samples import (
    GROUP,
    OFFICIAL,
    PAYLOADS,
    TOKEN,
    channel_at,
    message_body,
    one_message,
    received,
    update_body,
)
from webhook.channels.base import ParseResult


def test_a_button_in_a_group_belongs_to_the_group():
    message = one_message("callback_query_group")
    assert message.sender_id == GROUP
    assert message.details["from_id"] == OFFICIAL
    assert message.details["chat_type"] == "supergroup"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("group_mention", "how much is a passport"),
        ("group_reply", "It is repaired since Monday."),
        ("group_anonymous", "It is repaired."),
        ("group_command", "help"),
        ("group_join", "/join K7QM-2RXA"),
        ("group_join_addressed", "/join K7QM-2RXA"),
        ("group_topic", "help"),
    ],
)
def test_in_a_group_the_bot_hears_what_is_meant_for_it(name, text):
    message = one_message(name)
    assert (message.kind, message.text) == (Kind.TEXT, text)
    assert message.sender_id == GROUP
    assert message.details["chat_type"] == "supergroup"
    if name != "group_anonymous":
        assert message.details["from_id"] == OFFICIAL
    else:
        assert "from_id" not in message.details


def test_a_reply_in_a_group_names_the_message_that_it_replies_to():
    assert one_message("group_reply").details["reply_to_message_id"] == "40"
    assert "reply_to_message_id" not in one_message("group_topic").details


def group_text(text: str, **message) -> ParseResult:
    chat = {"id": int(GROUP), "type": "group"}
    return received(message_body(text=text, chat=chat, **message))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@chroktestbot តម្លៃប៉ុន្មាន", "តម្លៃប៉ុន្មាន"),
        ("how much, @ChrokTestBot?", "how much, ?"),
        ("@ChrokTestBot: two\nlines", "two\nlines"),
        ("@ChrokTestBot", "សួស្តី"),
        ("/menu", "ម៉ឺនុយ"),
        ("/join", "/join"),
        ("/anything@ChrokTestBot now", "/anything now"),
    ],
)
def test_words_to_the_bot_lose_its_name(text, said):
    assert group_text(text).messages[0].text == said


@pytest.mark.parametrize(
    "text",
    [
        "ChrokTestBot is slow",
        "write to @ChrokTestBot2",
        "mail x@ChrokTestBot",
        "@AnotherBot hello",
        "/weather",
        "/menu@AnotherBot",
        "5/help",
    ],
)
def test_talk_about_other_things_is_none_of_the_bot_s_business(text):
    assert group_text(text).messages == []


def test_an_edit_in_a_group_is_heard_only_where_it_is_meant_for_the_bot():
    content = json.loads((PAYLOADS / "group_talk.json").read_bytes())
    assert received(update_body(edited_message=content["message"])).messages == []
    content = json.loads((PAYLOADS / "group_mention.json").read_bytes())
    (edit,) = received(update_body(edited_message=content["message"])).messages
    assert (edit.kind, edit.text) == (Kind.EDIT, "how much is a passport")


def test_a_photo_that_replies_to_the_bot_in_a_group_is_an_attachment():
    message = json.loads((PAYLOADS / "group_reply.json").read_bytes())["message"]
    del message["text"]
    (heard,) = received(update_body(message={**message, "photo": [{}]})).messages
    assert heard.kind is Kind.ATTACHMENT


def test_the_bot_s_name_is_asked_from_telegram_once_and_only_when_needed():
    with BotApi(TOKEN) as bot_api:
        channel = channel_at(bot_api.address, username="")
        received((PAYLOADS / "text_km.json").read_bytes(), channel)
        received((PAYLOADS / "group_talk.json").read_bytes(), channel)
        assert bot_api.requests == []
        mention = (PAYLOADS / "group_mention.json").read_bytes()
        for _ in range(3):
            assert received(mention, channel).messages[0].text == "how much is a passport"
        assert len(bot_api.calls("getMe")) == len(bot_api.requests) == 1


def test_without_its_name_the_bot_still_hears_replies_and_asks_not_at_every_message():
    with BotApi(TOKEN) as bot_api:
        bot_api.will(Drop())
        channel = channel_at(bot_api.address, username="")
        mention = (PAYLOADS / "group_mention.json").read_bytes()
        assert [received(mention, channel).messages for _ in range(3)] == [[]] * 3
        assert len(bot_api.requests) == 1
        assert received((PAYLOADS / "group_reply.json").read_bytes(), channel).messages


@pytest.mark.parametrize("name", ["migrate_to", "migrate_from"])
def test_a_group_that_became_a_supergroup_keeps_its_conversation(name):
    message = one_message(name)
    assert message.kind is Kind.MIGRATED
    assert message.sender_id == "-4700000001"
    assert message.details == {"new_id": GROUP}


def test_a_migration_that_is_told_in_both_chats_counts_once():
    assert one_message("migrate_to").event_id == one_message("migrate_from").event_id
