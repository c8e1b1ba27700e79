"""What each gateway's captured requests mean."""

from __future__ import annotations

import contextlib
import json
import string
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.messages import DeliveryReport, Kind
from tests.unit.channels.sms_samples import (
    CITIZEN,
    GATEWAYS,
    PAYLOADS,
    gateway_at,
    received,
    received_file,
    request_of,
)
from webhook.channels.base import ParseResult, RawRequest, Rejected

KHMER = "តម្លៃប៉ុន្មាន?"
ENGLISH = "How much is a driving test? 50% + more"
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)

MESSAGES = [
    ("nuntium", "message_km.form", KHMER, "nuntium:f0f1e2d3-0000-4000-8000-000000000001"),
    ("nuntium", "message_en.form", ENGLISH, "nuntium:f0f1e2d3-0000-4000-8000-000000000002"),
    ("kannel", "message_km.query", KHMER, "kannel:c0ffee00-0000-4000-8000-000000000001"),
    ("kannel", "message_km_recoded.query", KHMER, "kannel:c0ffee00-0000-4000-8000-000000000002"),
    ("kannel", "message_km_no_charset.query", KHMER, "kannel:c0ffee00-0000-4000-8000-000000000003"),
    ("kannel", "message_en.query", ENGLISH, "kannel:c0ffee00-0000-4000-8000-000000000004"),
    ("kannel", "message_latin.query", "café", "kannel:c0ffee00-0000-4000-8000-000000000005"),
    ("kannel", "message_en_ucs2.query", "Hello", "kannel:c0ffee00-0000-4000-8000-000000000006"),
    ("smsgate", "received_km.json", KHMER, "smsgate:Ey6ECgOkVVFjz3CL48B8C"),
    ("smsgate", "received_older_app.json", ENGLISH, "smsgate:Ey6ECgOkVVFjz3CL48B8D"),
    ("twilio", "message_km.form", KHMER, "twilio:SM00000000000000000000000000000001"),
    ("twilio", "message_en.form", ENGLISH, "twilio:SM00000000000000000000000000000002"),
    ("generic", "message_km.json", KHMER, "generic:in-1"),
    ("generic", "message_en.form", ENGLISH, "generic:in-2"),
]


@pytest.mark.parametrize(("gateway", "file", "text", "event_id"), MESSAGES)
def test_a_message_is_read(gateway, file, text, event_id):
    result = received_file(gateway, file)
    (message,) = result.messages
    assert result.ignored == []
    assert (message.channel, message.kind, message.text) == ("sms", Kind.TEXT, text)
    assert (message.sender_id, message.event_id) == (CITIZEN, event_id)
    assert message.details["gateway"] == gateway
    assert message.occurred_at.tzinfo is not None


@pytest.mark.parametrize(
    ("gateway", "file"),
    [
        ("kannel", "message_km.query"),
        ("smsgate", "received_km.json"),
        ("generic", "message_km.json"),
    ],
)
def test_the_time_is_the_gateway_s(gateway, file):
    assert received_file(gateway, file).messages[0].occurred_at == NINE


@pytest.mark.parametrize(
    ("gateway", "file", "message_id", "delivered", "code"),
    [
        *(
            ("nuntium", f"ack_{state}.form", "11111111-2222-5333-8444-555555555555", ok, code)
            for state, ok, code in (
                ("confirmed", True, ""),
                ("delivered", True, ""),
                ("failed", False, "failed"),
            )
        ),
        ("kannel", "report_delivered.query", "chrok-7-0", True, ""),
        ("kannel", "report_failed.query", "chrok-7-0", False, "dlr_2"),
        ("kannel", "report_refused.query", "chrok-7-0", False, "dlr_16"),
        ("smsgate", "delivered.json", "9e107d9d-372b-5681-8d82-6a3542a419d6", True, ""),
        (
            "smsgate",
            "failed.json",
            "9e107d9d-372b-5681-8d82-6a3542a419d6",
            False,
            "RESULT_ERROR_NO_SERVICE",
        ),
        ("twilio", "status_delivered.form", "SM" + "1" * 32, True, ""),
        ("twilio", "status_undelivered.form", "SM" + "1" * 32, False, "30005"),
        ("twilio", "status_failed.form", "SM" + "1" * 32, False, "failed"),
        ("generic", "report_delivered.json", "agg-chrok-7-0", True, ""),
        ("generic", "report_failed.json", "agg-chrok-7-0", False, "EXPIRED"),
    ],
)
def test_a_final_report_is_read(gateway, file, message_id, delivered, code):
    result = received_file(gateway, file)
    assert result == ParseResult(reports=[DeliveryReport("sms", (message_id,), delivered, code)])


@pytest.mark.parametrize(
    ("gateway", "file", "reason"),
    [
        ("nuntium", "short_code.form", "the sender is no phone number"),
        ("nuntium", "empty.form", "a message without words"),
        ("nuntium", "ack_queued.form", "a delivery ack that is not final"),
        ("kannel", "alphanumeric_sender.query", "the sender is no phone number"),
        ("kannel", "report_queued.query", "a delivery report that is not final"),
        ("kannel", "report_accepted.query", "a delivery report that is not final"),
        ("kannel", "report_nonsense.query", "a delivery report that is not final"),
        ("smsgate", "received_from_a_name.json", "the sender is no phone number"),
        ("smsgate", "sent.json", "an event that is no message"),
        ("smsgate", "ping.json", "an event that is no message"),
        ("twilio", "whatsapp.form", "the sender is no phone number"),
        ("twilio", "status_sent.form", "a status that is not final"),
        ("generic", "report_sent.json", "a status that is not final"),
        ("generic", "malformed.json", "the body is not JSON"),
    ],
)
def test_the_rest_is_ignored_with_a_reason(gateway, file, reason):
    assert received_file(gateway, file) == ParseResult(ignored=[reason])


def test_every_captured_request_is_tested():
    tested = {(gateway, file) for gateway, file, *_ in MESSAGES}
    for mark in (
        test_a_final_report_is_read,
        test_the_rest_is_ignored_with_a_reason,
    ):
        tested |= {case[:2] for case in mark.pytestmark[0].args[1]}
    tested |= {
        ("nuntium", "stop.form"),
        ("twilio", "stop_taken_by_twilio.form"),
        ("generic", "nested.json"),
        ("twilio", "picture.form"),
        ("smsgate", "received_picture.json"),
    }
    assert tested == {(file.parent.name, file.name) for file in PAYLOADS.glob("*/*")}


def test_a_keyword_is_recognised_before_the_engine():
    (message,) = received_file("nuntium", "stop.form").messages
    assert message.kind is Kind.OPT_OUT
    assert message.details["language_if_unknown"] == "en"


def test_what_twilio_took_for_an_opt_out_is_one():
    (message,) = received_file("twilio", "stop_taken_by_twilio.form").messages
    assert message.kind is Kind.OPT_OUT


@pytest.mark.parametrize(
    ("gateway", "file"), [("twilio", "picture.form"), ("smsgate", "received_picture.json")]
)
def test_a_picture_is_an_attachment_that_can_be_answered(gateway, file):
    (message,) = received_file(gateway, file).messages
    assert (message.kind, message.text) == (Kind.ATTACHMENT, "")
    assert message.details["attachments"] == ["mms"]


def test_an_aggregator_s_field_names_are_settings():
    (message,) = received_file(
        "generic",
        "nested.json",
        SMS_GENERIC_FROM_FIELD="data.sms.msisdn",
        SMS_GENERIC_TEXT_FIELD="data.sms.content",
        SMS_GENERIC_ID_FIELD="uuid",
    ).messages
    assert (message.sender_id, message.text, message.event_id) == (CITIZEN, KHMER, "generic:in-3")


def test_an_aggregator_may_call_with_get():
    args = {"from": CITIZEN, "text": "hello", "id": "7", "secret": "generic-secret"}
    gateway = gateway_at("generic")
    request = RawRequest("GET", {}, args, b"", "/webhooks/sms/generic", "")
    assert gateway.handshake(request) is None
    gateway.verify(request)
    assert gateway.parse(request).messages[0].event_id == "generic:7"


def test_without_an_id_sender_time_and_words_tell_a_repeat_from_a_new_message():
    def event_id(body: bytes) -> str:
        return received("generic", body).messages[0].event_id

    first = b"from=010000001&text=2&time=1795425600"
    assert event_id(first) == event_id(first)
    assert event_id(first) != event_id(b"from=010000001&text=2&time=1795425661")
    # With neither, two answers "2" to two questions must both be heard.
    assert event_id(b"from=010000001&text=2") != event_id(b"from=010000001&text=2")


@pytest.mark.parametrize(
    ("gateway", "body", "content_type"),
    [
        ("nuntium", "", "text/plain; charset=utf-8"),
        ("kannel", "", "text/plain; charset=utf-8"),
        ("smsgate", "", "text/plain; charset=utf-8"),
        ("twilio", "<Response/>", "text/xml"),
        ("generic", "", "text/plain; charset=utf-8"),
    ],
)
def test_the_answer_says_nothing_that_would_be_sent_on(gateway, body, content_type):
    accepted = gateway_at(gateway).accepted
    assert (accepted.body, accepted.content_type) == (body, content_type)


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FIELDS = st.sampled_from(
    [
        *("from", "text", "id", "time", "status", "state", "guid", "body", "subject", "charset"),
        *("coding", "reference", "MessageSid", "From", "Body", "MessageStatus", "OptOutType"),
    ]
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from([CITIZEN, "STOP", "16", "delivered", "\x00", "9" * 40, "1e999", "-1", "NaN"]),
)


@UNHURRIED
@given(st.dictionaries(FIELDS, VALUES, max_size=8))
def test_no_odd_form_or_query_is_an_error(fields):
    content = urlencode(fields, errors="replace").encode()
    for name in GATEWAYS:
        check_holdable(gateway_at(name).parse(request_of(name, content)))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "event",
                    "id",
                    "payload",
                    "sender",
                    "message",
                    "messageId",
                    "from",
                    "text",
                    "status",
                ]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=12,
)


@UNHURRIED
@given(JSON)
def test_no_odd_json_is_an_error(content):
    body = json.dumps(content).encode()
    for name in ("smsgate", "generic"):
        check_holdable(gateway_at(name).parse(request_of(name, body, "application/json")))


@UNHURRIED
@given(st.binary(max_size=200))
def test_no_bytes_are_an_error(content):
    for name in GATEWAYS:
        gateway = gateway_at(name)
        if name == "kannel":
            query = content.decode("latin-1")
            request = RawRequest("GET", {}, {}, b"", f"/webhooks/sms/{name}", query)
        else:
            request = RawRequest("POST", {}, {}, content, f"/webhooks/sms/{name}", "")
        with contextlib.suppress(Rejected):
            check_holdable(gateway.parse(request))


def check_holdable(result: ParseResult) -> None:
    """No database refuses what was read."""
    for message in result.messages:
        for text in (message.text, message.event_id, message.sender_id):
            assert "\x00" not in text
            text.encode()
        assert len(message.event_id) <= 255
        assert message.sender_id.strip(string.digits) == "+"
    for report in result.reports:
        assert all(0 < len(name) <= 255 for name in report.provider_message_ids)
        assert len(report.code) <= 50
