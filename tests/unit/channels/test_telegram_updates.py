"""Telegram: what citizens and officials send."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import TURNS, InboundMessage, Kind
from tests.fakes.bot_api import BotApi
from tests.fakes.provider import Drop
from tests.unit.channels.telegram_samples import (
    BOT,
    CITIZEN,
    GROUP,
    NOON,
    OFFICIAL,
    PAYLOADS,
    SECRET,
    TOKEN,
    channel_at,
    message_body,
    one_message,
    received,
    received_file,
    update_body,
)
from webhook.channels.base import ParseResult
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
        ("start", "សួស្តី", {"opened_by": "start"}),
        ("start_payload", "hello", {"opened_by": "start", "reference": "poster-hall-1102"}),
        ("help", "help", {}),
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


def test_a_button_in_a_group_belongs_to_the_group():
    message = one_message("callback_query_group")
    assert message.sender_id == GROUP
    assert message.details["from_id"] == OFFICIAL
    assert message.details["chat_type"] == "supergroup"


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


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("group_talk", "not said to the bot"),
        ("group_reply_to_person", "not said to the bot"),
        ("group_command_of_another", "a command for another bot"),
        ("group_members", "a service message"),
        ("group_channel_forward", "forwarded from a channel"),
        ("group_other_bot", "sent by a bot"),
        ("edited_live_location", "an edit without text"),
        ("channel_post", "unknown update"),
        ("unknown_update", "unknown update"),
        ("malformed", "the body is not JSON"),
    ],
)
def test_what_is_not_for_the_bot_is_ignored_with_a_reason(name, reason):
    assert received_file(name) == ParseResult([], [reason])


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


@pytest.mark.parametrize(
    "date", [None, "soon", -1, 0, True, pytest.param(10**400, id="huge"), 10**15, [[]]]
)
def test_without_a_usable_time_now_counts(date):
    begin = datetime.now(UTC)
    (message,) = received(message_body(text="a", date=date)).messages
    assert begin <= message.occurred_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the body is not JSON"),
        (b"\xff\xfe", "the body is not JSON"),
        (b"[" * 200_000, "the body is not JSON"),
        (b"9" * 5000, "the body is not JSON"),
        (b"[]", "not an update"),
        (b'{"message":{}}', "not an update"),
        (b'{"update_id":true,"message":{}}', "not an update"),
        (update_body(), "unknown update"),
        (update_body(message=7), "no chat"),
        (message_body(text="a", chat={"id": "7", "type": "private"}), "no chat"),
        (message_body(text="a", chat={"id": 2**63, "type": "private"}), "no chat"),
        (message_body(text="a", chat={"id": 7, "type": "channel"}), "not a chat with people"),
        (message_body(text="a", message_id=None), "a message without message_id"),
        (message_body(), "a message without content"),
        (message_body(text=" \x00"), "a message without content"),
        (message_body(pinned_message={}), "a service message"),
        (update_body(callback_query={"from": {"id": 7}}), "a callback query without id"),
        (update_body(callback_query={"id": "7"}), "no sender"),
    ],
)
def test_what_cannot_be_understood_is_ignored_with_a_reason(body, reason):
    assert received(body) == ParseResult([], [reason])


def test_what_a_database_cannot_hold_is_taken_out():
    (message,) = received(message_body(text="a\x00b\ud800")).messages
    assert message.text == "ab\ufffd"


def test_ids_are_text_and_longer_than_32_bits():
    assert int(one_message("group_reply").sender_id) < -(2**31)
    assert isinstance(one_message("text_km").sender_id, str)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(91, 0), (0, -181), (float("nan"), 0), (10**400, 0), (True, 0), ("1", 0)],
)
def test_impossible_coordinates_are_no_location(latitude, longitude):
    place = {"latitude": latitude, "longitude": longitude}
    (message,) = received(message_body(location=place)).messages
    assert (message.kind, message.details["attachments"]) == (Kind.ATTACHMENT, ["unknown"])


ODD_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
CAPTURED = [
    json.loads(path.read_bytes())
    for path in sorted(PAYLOADS.glob("*.json"))
    if path.stem != "malformed"
]


def paths_in(value, path=()):
    yield path
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, child in children:
        yield from paths_in(child, (*path, key))


@st.composite
def mutated_payloads(draw):
    """A captured payload in which some values are replaced or removed."""
    content = {"": json.loads(json.dumps(draw(st.sampled_from(CAPTURED))))}
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from([path for path in paths_in(content) if path]))
        holder = content
        for key in path:
            holder = holder[key]
        if isinstance(holder, dict) and draw(st.booleans()) and last != "":
            del holder[last]
        else:
            holder[last] = draw(ODD_VALUES)
    return json.dumps(content[""]).encode()


@settings(max_examples=500, deadline=None)
@given(st.one_of(mutated_payloads(), st.binary(max_size=200)))
def test_bytes_with_our_secret_never_lead_to_an_exception(body):
    result = received(body)
    assert result.messages or result.ignored
    for message in result.messages:
        assert 0 < len(message.event_id) <= 255
        assert 0 < len(message.sender_id) <= 255
        assert len(message.button_token) <= 64
        assert message.occurred_at.tzinfo is UTC
        assert message.text.strip() or message.kind not in (Kind.TEXT, Kind.EDIT)
        stored = json.dumps(
            [message.event_id, message.text, dict(message.details)], allow_nan=False
        )
        assert "\\u0000" not in stored
        stored.encode()
        message.text.encode()
