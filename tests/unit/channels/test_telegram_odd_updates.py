"""Telegram: what is not for the bot, and what nobody should send."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from bot.messages import Kind
from tests.unit.channels.odd_payloads import odd_payloads
from tests.unit.channels.telegram_samples import (
    PAYLOADS,
    message_body,
    received,
    received_file,
    update_body,
)
from webhook.channels.base import ParseResult


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


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(91, 0), (0, -181), (float("nan"), 0), (10**400, 0), (True, 0), ("1", 0)],
)
def test_impossible_coordinates_are_no_location(latitude, longitude):
    place = {"latitude": latitude, "longitude": longitude}
    (message,) = received(message_body(location=place)).messages
    assert (message.kind, message.details["attachments"]) == (Kind.ATTACHMENT, ["unknown"])


@settings(max_examples=500, deadline=None)
@given(odd_payloads(PAYLOADS))
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
