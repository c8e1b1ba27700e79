"""Messenger: what citizens send."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from bot.messages import InboundMessage, Kind
from tests.unit.channels.messenger_samples import (
    CITIZEN,
    NOON,
    PAYLOADS,
    event_body,
    one_message,
    received,
    received_file,
)
from tests.unit.channels.odd_payloads import odd_payloads
from webhook.channels.base import ParseResult


def test_a_khmer_text():
    assert one_message("text_km") == InboundMessage(
        channel="messenger",
        event_id="m_Inv3nted-text-km-0001",
        sender_id=CITIZEN,
        kind=Kind.TEXT,
        occurred_at=NOON,
        text="តើធ្វើអត្តសញ្ញាណប័ណ្ណត្រូវការអ្វីខ្លះ?",
    )


def test_a_quick_reply_brings_the_token_and_the_title():
    message = one_message("quick_reply")
    assert message.kind is Kind.BUTTON
    assert message.button_token == "Zk3v9Qw1xY7bT2mN"
    assert message.text == "១. អាជ្ញាប័ណ្ណអាជីវ…"
    assert message.event_id == "m_Inv3nted-quick-reply-0001"


def test_a_postback_brings_the_token_and_the_title():
    message = one_message("postback")
    assert (message.kind, message.button_token) == (Kind.BUTTON, "Pq8sL0dR5uJ6hC1e")
    assert message.text == "បាទ/ចាស"


def test_a_postback_has_the_same_id_when_it_is_delivered_again():
    assert one_message("postback").event_id == one_message("postback").event_id


def test_postbacks_that_differ_have_different_ids():
    pressed = {"title": "Yes", "payload": "one"}
    bodies = [
        event_body(postback=pressed),
        event_body(postback={**pressed, "payload": "two"}),
        event_body(postback=pressed, timestamp=1795425600001),
        event_body(postback=pressed, sender={"id": "7000000000000002"}),
    ]
    ids = {received(body).messages[0].event_id for body in bodies}
    assert len(ids) == len(bodies)


def test_what_messenger_itself_cannot_show_is_an_attachment():
    message = one_message("unsupported")
    assert (message.kind, message.text, message.details) == (Kind.ATTACHMENT, "", {})


@pytest.mark.parametrize(
    ("name", "opened_by"),
    [("get_started", "get_started"), ("referral", "referral"), ("optin_plugin", "optin")],
)
def test_whoever_opens_the_conversation_is_greeted(name, opened_by):
    message = one_message(name)
    assert (message.kind, message.text) == (Kind.TEXT, "សួស្តី")
    assert message.button_token == ""
    assert message.details == {"opened_by": opened_by, "reference": "poster-hall-1102"}


def test_every_message_of_every_entry_is_read_in_order():
    result = received_file("batch")
    assert [message.event_id for message in result.messages] == [
        f"m_Inv3nted-batch-000{number}" for number in range(1, 7)
    ]
    assert len({message.sender_id for message in result.messages}) == 3
    assert result.ignored == []


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("sticker_old", ["sticker"]),
        ("sticker_new", ["sticker"]),
        ("sticker_transition", ["sticker"]),
        ("attachment_image", ["image"]),
        ("audio", ["audio"]),
    ],
)
def test_attachments_are_named_by_their_kind(name, kinds):
    message = one_message(name)
    assert (message.kind, message.text) == (Kind.ATTACHMENT, "")
    assert message.details == {"attachments": kinds}


def test_a_text_with_a_link_preview_is_a_text():
    message = one_message("shared_link")
    assert message.kind is Kind.TEXT
    assert message.text.startswith("មើលនេះ")


def test_a_location():
    message = one_message("location")
    assert message.kind is Kind.LOCATION
    assert message.details["latitude"] == 11.5564
    assert message.details["longitude"] == 104.9282


@pytest.mark.parametrize("name", ["text_km", "timestamp_seconds"])
def test_times_come_in_milliseconds_or_seconds(name):
    assert one_message(name).occurred_at == NOON


@pytest.mark.parametrize(
    "timestamp", [None, "soon", -1, pytest.param(10**400, id="huge"), float("inf"), [[]]]
)
def test_without_a_usable_time_the_entry_s_counts(timestamp):
    (message,) = received(
        event_body(message={"mid": "m_1", "text": "a"}, timestamp=timestamp)
    ).messages
    assert message.occurred_at == datetime.fromtimestamp(1795425600.312, UTC)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("echo_own", "an echo of ours"),
        ("read", "read"),
        ("reaction", "reaction"),
        ("standby_read", "standby"),
        ("changes", "changes"),
        ("request_by_other_app", "another app asks for the conversation"),
        ("policy_enforcement", "policy_enforcement"),
        ("unknown_event", "unknown event"),
        ("malformed", "the body is not JSON"),
    ],
)
def test_what_is_no_citizen_s_message_is_ignored_with_a_reason(name, reason):
    assert received_file(name) == ParseResult([], [reason])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the body is not JSON"),
        (b"\xff\xfe", "the body is not JSON"),
        (b"[" * 200_000, "the body is not JSON"),
        (b"9" * 5000, "the body is not JSON"),
        (b"[]", "not an event of a Page"),
        (b'{"object":"instagram","entry":[]}', "not an event of a Page"),
        (b'{"object":"page"}', "no entry"),
        (b'{"object":"page","entry":[{"id":"1"}]}', "an entry without messaging"),
        (event_body(message={"text": "no mid"}), "a message without mid"),
        (event_body(message={"mid": "m_1"}), "a message without content"),
        (event_body(message={"mid": "m_1", "text": " "}), "a message without content"),
        (event_body(message={"mid": "m_1", "text": "a"}, sender={}), "no sender"),
        (event_body(message={"mid": "m_1", "text": "a"}, sender={"id": "x" * 256}), "no sender"),
        (
            event_body(message={"mid": "m_1", "text": "a"}, sender={"id": "1"}),
            "sent by the Page itself",
        ),
        (event_body(postback={}), "a postback without payload and title"),
        (event_body(delivery={"watermark": 1}), "a delivery without mids"),
        (event_body(delivery={"mids": [7, "", None]}), "a delivery without mids"),
        (event_body(message_edit={"mid": "m_1", "text": " "}), "an edit without mid or text"),
        (event_body(message_edit={"text": "a"}), "an edit without mid or text"),
        (event_body(message={"is_echo": True}, recipient={"id": "7"}), "an echo without mid"),
        (event_body(message={"mid": "m_1", "is_echo": True}), "sent to the Page itself"),
        (event_body(message={"mid": "m_1", "is_echo": True}, recipient=None), "no recipient"),
        (event_body(pass_thread_control={}, sender={}), "no sender"),
        (event_body(optin={"user_ref": "a"}, sender={}), "no sender"),
    ],
)
def test_what_cannot_be_understood_is_ignored_with_a_reason(body, reason):
    assert received(body) == ParseResult([], [reason])


def test_one_odd_event_does_not_take_the_others_with_it():
    content = json.loads((PAYLOADS / "batch.json").read_bytes())
    content["entry"][0]["messaging"][1] = {"message": 7}
    content["entry"].insert(1, "odd")
    result = received(json.dumps(content).encode())
    assert len(result.messages) == 5
    assert len(result.ignored) == 2


def test_a_payload_that_is_no_token_of_ours_leaves_the_title_as_text():
    pressed = {"title": "Menu", "payload": "x" * 65}
    (message,) = received(event_body(postback=pressed)).messages
    assert (message.kind, message.text, message.button_token) == (Kind.TEXT, "Menu", "")


def test_what_a_database_cannot_hold_is_taken_out():
    body = event_body(message={"mid": "m_\x00" + "x" * 300, "text": "a\x00b\ud800"})
    (message,) = received(body).messages
    assert message.text == "ab\ufffd"
    assert message.event_id.startswith("mid:")
    assert len(message.event_id) < 255


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(91, 0), (0, -181), (float("nan"), 0), (10**400, 0), (True, 0), ("1", 0)],
)
def test_impossible_coordinates_are_no_location(latitude, longitude):
    place = {"type": "location", "payload": {"coordinates": {"lat": latitude, "long": longitude}}}
    (message,) = received(event_body(message={"mid": "m_1", "attachments": [place]})).messages
    assert message.kind is Kind.ATTACHMENT
    assert message.details == {"attachments": ["location"]}


@settings(max_examples=400, deadline=None)
@given(odd_payloads(PAYLOADS))
def test_signed_bytes_never_lead_to_an_exception(body):
    result = received(body)
    assert result.messages or result.ignored or result.reports
    for report in result.reports:
        assert all(0 < len(mid) <= 255 for mid in report.provider_message_ids)
    for message in result.messages:
        assert 0 < len(message.event_id) <= 255
        assert 0 < len(message.sender_id) <= 255
        assert len(message.button_token) <= 64
        assert message.occurred_at.tzinfo is UTC
        stored = json.dumps([message.text, dict(message.details)], allow_nan=False)
        assert "\\u0000" not in stored
        message.text.encode()
