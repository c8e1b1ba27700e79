"""Messenger: what is no turn of the conversation, but takes effect."""

from __future__ import annotations

import json

import pytest

from bot.messages import DeliveryReport, InboundMessage, Kind
from tests.unit.channels.messenger_samples import (
    CITIZEN,
    NOON,
    PAYLOADS,
    SECRET,
    TOKEN,
    VERIFY,
    event_body,
    one_message,
    received,
    received_file,
    request_of,
)
from webhook.channels.messenger import MessengerChannel

OUR_APP = "900800700600500"
KNOWS_ITS_APP = MessengerChannel(TOKEN, SECRET, VERIFY, "http://127.0.0.1:9", app_id=OUR_APP)


@pytest.mark.parametrize(
    ("name", "mid"),
    [("delivery", "m_Inv3nted-sent-0001"), ("standby_delivery", "m_Inv3nted-sent-0002")],
)
def test_a_delivery_reports_the_messages_that_arrived(name, mid):
    result = received_file(name)
    assert result.reports == [DeliveryReport("messenger", (mid,), delivered=True)]
    assert (result.messages, result.ignored) == ([], [])


def test_a_delivery_of_very_many_messages_is_reported_in_portions():
    mids = [f"m_{number}" for number in range(1201)]
    reports = received(event_body(delivery={"mids": mids})).reports
    assert [len(report.provider_message_ids) for report in reports] == [500, 500, 201]
    assert [mid for report in reports for mid in report.provider_message_ids] == mids


def test_an_edit_names_the_message_that_it_corrects():
    original, edit = one_message("text_km"), one_message("edit")
    assert edit.kind is Kind.EDIT
    assert edit.details == {"edited_event_id": original.event_id}
    assert edit.text == "តើធ្វើលិខិតឆ្លងដែនត្រូវការអ្វីខ្លះ?"
    assert edit.event_id not in ("", original.event_id)


def test_an_edit_finds_a_message_whose_id_had_to_be_shortened():
    mid = "m_" + "x" * 400
    (message,) = received(event_body(message={"mid": mid, "text": "a"})).messages
    (edit,) = received(event_body(message_edit={"mid": mid, "text": "b", "num_edit": 1})).messages
    assert edit.details["edited_event_id"] == message.event_id


def test_each_edit_of_a_message_counts_once():
    def event_id(number, text):
        edit = {"mid": "m_1", "text": text, "num_edit": number}
        (message,) = received(event_body(message_edit=edit)).messages
        return message.event_id

    assert event_id(1, "a") == event_id(1, "a")
    assert len({event_id(1, "a"), event_id(2, "b"), event_id(3, "a")}) == 3


def test_a_colleague_s_answer_takes_the_conversation_of_the_citizen_over():
    assert one_message("echo") == InboundMessage(
        channel="messenger",
        event_id="m_Inv3nted-echo-0001",
        sender_id=CITIZEN,
        kind=Kind.PERSON_ANSWERED,
        occurred_at=NOON,
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("standby", Kind.PERSON_ANSWERED),
        ("standby_echo", Kind.PERSON_ANSWERED),
        ("standby_postback", Kind.PERSON_ANSWERED),
        ("take_from_us", Kind.PERSON_ANSWERED),
        ("pass_to_inbox", Kind.PERSON_ANSWERED),
        ("request_by_inbox", Kind.PERSON_ANSWERED),
        ("pass_to_us", Kind.PERSON_LEFT),
        ("pass_to_nobody", Kind.PERSON_LEFT),
    ],
)
@pytest.mark.parametrize("channel", [None, KNOWS_ITS_APP], ids=["app unknown", "app known"])
def test_who_owns_the_conversation(name, kind, channel):
    body = (PAYLOADS / f"{name}.json").read_bytes()
    result = channel.parse(request_of(body)) if channel else received(body)
    (message,) = result.messages
    assert (message.kind, message.sender_id, message.text) == (kind, CITIZEN, "")
    assert not message.details


@pytest.mark.parametrize(
    ("name", "control", "kind"),
    [
        ("pass_thread_control", {"new_owner_app_id": 123450000000000}, Kind.PERSON_ANSWERED),
        ("take_thread_control", {"new_owner_app_id": 123450000000000}, Kind.PERSON_ANSWERED),
        ("take_thread_control", {"new_owner_app_id": int(OUR_APP)}, Kind.PERSON_LEFT),
        ("take_thread_control", {"new_owner_app_id": OUR_APP}, Kind.PERSON_LEFT),
        ("pass_thread_control", {"new_owner_app_id": [OUR_APP]}, Kind.PERSON_LEFT),
        ("pass_thread_control", {"new_owner_app_id": 10**40}, Kind.PERSON_LEFT),
        ("pass_thread_control", {"new_owner_app_id": True}, Kind.PERSON_LEFT),
    ],
    ids=str,
)
def test_an_app_s_id_is_read_as_text_and_as_number(name, control, kind):
    (message,) = KNOWS_ITS_APP.parse(request_of(event_body(**{name: control}))).messages
    assert message.kind is kind


def test_an_echo_of_our_own_app_needs_no_metadata():
    own = {"mid": "m_1", "is_echo": True, "app_id": int(OUR_APP)}
    body = event_body(message=own, sender={"id": "1"}, recipient={"id": CITIZEN})
    assert KNOWS_ITS_APP.parse(request_of(body)).ignored == ["an echo of ours"]
    assert len(received(body).messages) == 1


@pytest.mark.parametrize("metadata", ["", "Chrok", "chrok ", ["chrok"], None])
def test_only_our_exact_metadata_are_ours(metadata):
    echo = {"mid": "m_1", "is_echo": True, "metadata": metadata}
    body = event_body(message=echo, sender={"id": "1"}, recipient={"id": CITIZEN})
    assert [message.kind for message in received(body).messages] == [Kind.PERSON_ANSWERED]


@pytest.mark.parametrize(
    ("name", "kind"), [("optin_notices", Kind.OPT_IN), ("optin_stopped", Kind.OPT_OUT)]
)
def test_notices_are_agreed_to_and_stopped_in_messenger_s_own_dialog(name, kind):
    message = one_message(name)
    assert (message.kind, message.text) == (kind, "")
    assert message.event_id == one_message(name).event_id


def test_one_request_may_hold_every_sort_of_event():
    names = ["text_km", "delivery", "echo", "echo_own", "edit", "standby", "changes"]
    entries = [json.loads((PAYLOADS / f"{name}.json").read_bytes())["entry"][0] for name in names]
    result = received(json.dumps({"object": "page", "entry": entries}).encode())
    assert [message.kind for message in result.messages] == [
        *(Kind.TEXT, Kind.PERSON_ANSWERED, Kind.EDIT, Kind.PERSON_ANSWERED),
    ]
    assert len(result.reports) == 1
    assert result.ignored == ["an echo of ours", "changes"]
