"""Telegram: what citizens send."""

from __future__ import annotations

import json

import pytest

from bot.messages import TURNS, InboundMessage, Kind
from tests.unit.channels.telegram_samples import (
    BOT,
    CITIZEN,
    GROUP,
    NOON,
    PAYLOADS,
    SECRET,
    message_body,
    one_message,
    received,
    update_body,
)
from webhook.channels.telegram import TelegramChannel


def test_a_khmer_text():
    assert one_message("text_km") == InboundMessage(
        channel="telegram",
        event_id=f"message:{BOT}:{CITIZEN}:11",
        sender_id=CITIZEN,
        kind=Kind.TEXT,
        occurred_at=NOON,
        text="តើធ្វើអត្តសញ្ញាណប័ណ្ណត្រូវការអ្វីខ្លះ?",
        details={"chat_type": "private", "from_id": CITIZEN},
    )


def test_an_update_that_comes_again_has_the_same_event_id():
    first, again = one_message("text_km"), one_message("text_km")
    assert first.event_id == again.event_id


def test_different_messages_have_different_event_ids_whatever_their_update_is_called():
    chat = {"id": int(GROUP), "type": "supergroup"}
    bodies = [
        message_body(text="a"),
        message_body(text="a", message_id=2),
        message_body(text="/help", chat=chat),
    ]
    ids = {received(body).messages[0].event_id for body in bodies}
    assert len(ids) == len(bodies)


def test_another_bot_that_counts_from_one_again_loses_nothing():
    other = TelegramChannel("7100000002:AAanother", SECRET, "http://127.0.0.1:9")
    body = message_body(text="a")
    (message,) = received(body, other).messages
    assert message.event_id != received(body).messages[0].event_id


def test_an_edit_names_the_message_that_it_corrects():
    for original, edited in (("text_km", "edited_text"), ("photo_caption", "edited_caption")):
        edit = one_message(edited)
        assert edit.kind is Kind.EDIT
        assert edit.details["edited_event_id"] == one_message(original).event_id
        assert edit.event_id not in ("", one_message(original).event_id)
        assert edit.text.startswith(("តើធ្វើលិខិត", "នេះគ្រប់"))
        assert edit.occurred_at > NOON


def test_two_edits_of_a_message_are_two_events():
    message = json.loads((PAYLOADS / "edited_text.json").read_bytes())["edited_message"]
    ids = {
        received(update_body(number, edited_message=message)).messages[0].event_id
        for number in (1, 2)
    }
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("name", "text", "details"),
    [
        ("start", "សួស្តី", {"command": "start"}),
        ("start_payload", "hello", {"command": "start", "reference": "poster-hall-1102"}),
        ("help", "help", {"command": "help"}),
        ("unknown_command", "/restart", {}),
        ("text_reply", "បាទ", {"reply_to_message_id": "10"}),
        ("photo_caption", "នេះត្រឹមត្រូវទេ?", {"attachments": ["image"]}),
        ("contact_own", "+85500000001", {"attachments": ["contact"]}),
    ],
)
def test_what_a_citizen_says(name, text, details):
    message = one_message(name)
    assert (message.kind, message.text) == (Kind.TEXT, text)
    assert message.details == {"chat_type": "private", "from_id": CITIZEN, **details}


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("/menu", "km", "ម៉ឺនុយ"),
        ("/menu", "en-GB", "menu"),
        ("/help", None, "ជំនួយ"),
        ("/language", "km", "ប្ដូរភាសា"),
        ("/language", "en", "change language"),
        ("/stop", "km", "ឈប់ផ្ញើសារ"),
        ("/stop", "en", "stop messages"),
        ("/STOP", "en", "stop messages"),
        ("/stop@ChrokTestBot", "en", "stop messages"),
        ("/start", "vi", "សួស្តី"),
        ('/inform{"service_id":"x"}', "en", '/inform{"service_id":"x"}'),
        ("/help me please", "en", "help"),
        ("/join K7QM-2RXA", "en", "/join K7QM-2RXA"),
    ],
)
def test_a_command_is_put_into_a_citizen_s_words(text, language, said):
    sender = {"id": int(CITIZEN), "is_bot": False, "language_code": language}
    (message,) = received(message_body(text=text, **{"from": sender})).messages
    assert (message.kind, message.text) == (Kind.TEXT, said)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("photo", ["image"]),
        ("sticker", ["sticker"]),
        ("voice", ["audio"]),
        ("document", ["file"]),
        ("animation", ["video"]),
        ("contact_other", ["contact"]),
        ("unknown_content", ["unknown"]),
    ],
)
def test_attachments_are_named_by_their_kind(name, kinds):
    message = one_message(name)
    assert (message.kind, message.text) == (Kind.ATTACHMENT, "")
    assert message.details["attachments"] == kinds
    assert "AgAC" not in str(message.details)
    assert "+855" not in str(message.details)


def test_the_pictures_of_an_album_are_answered_once():
    first, second = one_message("album_first"), one_message("album_second")
    assert first.event_id == second.event_id
    assert first.event_id != one_message("photo").event_id


@pytest.mark.parametrize(
    ("name", "latitude", "longitude"),
    [("location", 11.5564, 104.9282), ("venue", 13.6588, 102.5636)],
)
def test_a_location(name, latitude, longitude):
    message = one_message(name)
    assert (message.kind, message.text) == (Kind.LOCATION, "")
    assert (message.details["latitude"], message.details["longitude"]) == (latitude, longitude)


def test_a_pressed_button_brings_token_title_and_what_acknowledging_needs():
    message = one_message("callback_query")
    assert message.kind is Kind.BUTTON
    assert message.event_id == f"callback:{BOT}:4382bfdwdsb323b2d9"
    assert (message.button_token, message.text) == ("Pq8sL0dR5uJ6hC1e", "ឯកសារ")
    assert message.sender_id == CITIZEN
    assert message.details == {
        "callback_query_id": "4382bfdwdsb323b2d9",
        "chat_type": "private",
        "from_id": CITIZEN,
    }


@pytest.mark.parametrize("name", ["callback_query_without_message", "callback_query_old_message"])
def test_a_button_works_when_its_message_is_gone(name):
    message = one_message(name)
    assert (message.kind, message.sender_id) == (Kind.BUTTON, CITIZEN)
    assert (message.button_token, message.text) == ("Pq8sL0dR5uJ6hC1e", "")
    assert message.details["callback_query_id"]


@pytest.mark.parametrize("data", [None, "", "ខ្មែរ", "x" * 65, "a b", 7])
def test_every_pressed_button_can_be_acknowledged_whatever_it_carries(data):
    query = {"id": "4382", "from": {"id": int(CITIZEN)}, "data": data}
    (message,) = received(update_body(callback_query=query)).messages
    assert (message.kind, message.button_token) == (Kind.BUTTON, "")
    assert message.details["callback_query_id"] == "4382"


@pytest.mark.parametrize(
    ("name", "kind", "sender"),
    [
        ("blocked", Kind.BLOCKED, CITIZEN),
        ("unblocked", Kind.UNBLOCKED, CITIZEN),
        ("group_added", Kind.UNBLOCKED, GROUP),
        ("group_removed", Kind.BLOCKED, GROUP),
        ("group_restricted", Kind.BLOCKED, GROUP),
    ],
)
def test_who_opens_and_closes_the_channel(name, kind, sender):
    message = one_message(name)
    assert (message.kind, message.sender_id) == (kind, sender)
    assert message.kind not in TURNS


def test_ids_are_text_and_longer_than_32_bits():
    assert int(one_message("group_reply").sender_id) < -(2**31)
    assert isinstance(one_message("text_km").sender_id, str)
