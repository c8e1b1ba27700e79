"""Short messages on their way to each gateway, as exact bytes."""

from __future__ import annotations

import json
import logging

import pytest

from bot.rendering import Part
from tests.fakes.provider import AcceptThenTimeout, Answer, Drop
from tests.fakes.sms_gateways import (
    Aggregator,
    Kannel,
    Nuntium,
    SmsGate,
    SmsGatewayFake,
    Twilio,
)
from tests.unit.channels.sms_samples import CITIZEN, ENVIRONMENT, GATEWAYS, gateway_at
from webhook.channels.base import SendError
from webhook.channels.sms.channel import SmsChannel

KHMER = "តម្លៃ ៥០០០ រៀល + ពន្ធ"
PART = Part(KHMER, reference="chrok-7-0")
SID = "AC" + "0" * 32


def fake_of(name: str) -> SmsGatewayFake:
    return {
        "nuntium": lambda: Nuntium("province", "chrok", "nuntium-password"),
        "kannel": lambda: Kannel("chrok", "kannel-password"),
        "smsgate": lambda: SmsGate("PHONE1", "phone-password"),
        "twilio": lambda: Twilio(SID, "twilio-token"),
        "generic": lambda: Aggregator("Bearer generic-token"),
    }[name]()


def send(name: str, fake: SmsGatewayFake, part: Part = PART, number: str = CITIZEN, **changes: str):
    return SmsChannel(gateway_at(name, fake.address, **changes)).send(number, part)


@pytest.mark.parametrize("name", GATEWAYS)
@pytest.mark.parametrize("text", [KHMER, "Fee: 5,000 riel [€] & more + tax\n2. Next", "👍 ok"])
def test_the_words_reach_the_citizen_unchanged(name, text):
    with fake_of(name) as fake:
        sent = send(name, fake, Part(text, reference="chrok-7-0"))
        assert fake.texts(CITIZEN) == [text]
    assert sent.provider_message_id


def test_nuntium_gets_a_form():
    with fake_of("nuntium") as fake:
        sent = send("nuntium", fake, SMS_NUNTIUM_SENDER="1234")
        (request,) = fake.requests
    assert (request.method, request.path) == ("POST", "/province/chrok/send_ao")
    assert request.body == (
        b"to=sms%3A%2F%2F85510000001&body=%E1%9E%8F%E1%9E%98%E1%9F%92%E1%9E%9B%E1%9F%83+"
        b"%E1%9F%A5%E1%9F%A0%E1%9F%A0%E1%9F%A0+%E1%9E%9A%E1%9F%80%E1%9E%9B+%2B+"
        b"%E1%9E%96%E1%9E%93%E1%9F%92%E1%9E%92&guid="
        + sent.provider_message_id.encode()
        + b"&from=sms%3A%2F%2F1234"
    )


def test_kannel_gets_khmer_as_utf_16_big_endian():
    with fake_of("kannel") as fake:
        sent = send("kannel", fake, Part("ថ្លៃ A", reference="chrok-7-0"))
        (request,) = fake.requests
        (report_url,) = fake.report_urls
    assert request.method == "GET"
    assert request.path == (
        "/cgi-bin/sendsms?username=chrok&password=kannel-password&to=%2B85510000001&coding=2"
        "&charset=UTF-16BE&text=%17%90%17%D2%17%9B%17%C3%00%20%00A&dlr-mask=19"
        "&dlr-url=https%3A%2F%2Fchrok.example.org%2Fwebhooks%2Fsms%2Fkannel%3Fsecret%3Dkannel-secret"
        "%26reference%3Dchrok-7-0%26status%3D%25d&from=1234"
    )
    assert report_url == (
        "https://chrok.example.org/webhooks/sms/kannel"
        "?secret=kannel-secret&reference=chrok-7-0&status=%d"
    )
    assert sent.provider_message_id == "chrok-7-0"


def test_kannel_gets_what_gsm_7_can_hold_in_gsm_7():
    with fake_of("kannel") as fake:
        send("kannel", fake, Part("Fee & tax", reference="chrok-7-0"))
        assert "&coding=0&charset=UTF-8&text=Fee%20%26%20tax&" in fake.requests[0].path


def test_the_phone_gets_json_with_an_id_of_ours():
    with fake_of("smsgate") as fake:
        sent = send("smsgate", fake, SMS_SMSGATE_DEVICE_ID="device-1")
        (request,) = fake.requests
    assert (request.method, request.path) == ("POST", "/3rdparty/v1/message")
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {
        "id": sent.provider_message_id,
        "textMessage": {"text": KHMER},
        "phoneNumbers": [CITIZEN],
        "withDeliveryReport": True,
        "deviceId": "device-1",
    }


def test_a_repeated_try_is_no_second_message_on_the_phone():
    with fake_of("smsgate") as fake:
        first, second = send("smsgate", fake), send("smsgate", fake)
        other = send("smsgate", fake, Part(KHMER, reference="chrok-8-0"))
        assert fake.texts(CITIZEN) == [KHMER, KHMER]
    assert first == second != other


def test_twilio_gets_a_form_with_the_address_for_its_reports():
    with fake_of("twilio") as fake:
        sent = send("twilio", fake, Part("Fee & tax"))
        (request,) = fake.requests
    assert (request.method, request.path) == (
        "POST",
        f"/2010-04-01/Accounts/{SID}/Messages.json",
    )
    assert request.body == (
        b"To=%2B85510000001&From=%2B15005550006&Body=Fee+%26+tax"
        b"&StatusCallback=https%3A%2F%2Fchrok.example.org%2Fwebhooks%2Fsms%2Ftwilio"
    )
    assert sent.provider_message_id.startswith("SM")


def test_twilio_s_messaging_service_may_send():
    with fake_of("twilio") as fake:
        send("twilio", fake, SMS_TWILIO_SENDER="MG" + "0" * 32)
        assert b"MessagingServiceSid=MG000" in fake.requests[0].body


@pytest.mark.parametrize(
    ("changes", "path", "body"),
    [
        (
            {},
            "/send",
            b'{"to": "+85510000001", "text": "Fee & tax", "id": "chrok-7-0"}',
        ),
        (
            {"SMS_GENERIC_FORMAT": "form", "SMS_GENERIC_SENDER": "1234"},
            "/send",
            b"to=%2B85510000001&text=Fee+%26+tax&id=chrok-7-0&from=1234",
        ),
        (
            {"SMS_GENERIC_METHOD": "GET"},
            "/send?to=%2B85510000001&text=Fee+%26+tax&id=chrok-7-0",
            b"",
        ),
        (
            {"SMS_GENERIC_METHOD": "GET", "path": "/v1/{to}?to={to}&text={text}&n={reference}"},
            "/v1/%2B85510000001?to=%2B85510000001&text=Fee%20%26%20tax&n=chrok-7-0",
            b"",
        ),
    ],
)
def test_an_aggregator_gets_what_its_settings_describe(changes, path, body):
    with fake_of("generic") as fake:
        address = fake.address + changes.get("path", "/send")
        others = {name: value for name, value in changes.items() if name != "path"}
        gateway = gateway_at("generic", address, **others)
        sent = SmsChannel(gateway).send(CITIZEN, Part("Fee & tax", reference="chrok-7-0"))
        (request,) = fake.requests
        assert fake.texts(CITIZEN) == ["Fee & tax"]
    assert (request.path, request.body) == (path, body)
    assert sent.provider_message_id.startswith("agg-")


def test_fields_within_fields_are_filled():
    with fake_of("generic") as fake:
        fake.will(Answer(200, {"data": {"id": "x-1"}}))
        gateway = gateway_at(
            "generic",
            fake.address,
            SMS_GENERIC_TO_FIELD="data.to",
            SMS_GENERIC_TEXT_FIELD="data.text",
            SMS_GENERIC_ID_FIELD="data.id",
        )
        sent = SmsChannel(gateway).send(CITIZEN, Part("hi", reference="chrok-7-0"))
        assert fake.requests[0].json() == {"data": {"to": CITIZEN, "text": "hi", "id": "chrok-7-0"}}
    assert sent.provider_message_id == "x-1"


STATUSES = [
    (400, "dead_letter"),
    (401, "pause_channel"),
    (403, "pause_channel"),
    (404, "dead_letter"),
    (302, "pause_channel"),
    (408, "retry"),
    (429, "retry"),
    (500, "retry"),
    (503, "retry"),
]


@pytest.mark.parametrize("name", GATEWAYS)
@pytest.mark.parametrize(("status", "action"), STATUSES)
def test_what_follows_from_an_http_status(name, status, action):
    with fake_of(name) as fake:
        fake.will(Answer(status, b""))
        with pytest.raises(SendError) as error:
            send(name, fake)
    assert (error.value.action, error.value.code) == (action, f"http_{status}")


@pytest.mark.parametrize(
    ("status", "code", "action"),
    [
        (400, 21610, "stop_contact"),
        (400, 21211, "stop_contact"),
        (400, 21614, "stop_contact"),
        (400, 21408, "dead_letter"),
        (400, 21617, "dead_letter"),
        (400, 21606, "pause_channel"),
        (401, 20003, "pause_channel"),
        (429, 20429, "retry"),
        (429, 21611, "retry"),
        (400, 99999, "dead_letter"),
    ],
)
def test_what_follows_from_a_code_of_twilio(status, code, action):
    with fake_of("twilio") as fake:
        fake.will(Twilio.error(status, code))
        with pytest.raises(SendError) as error:
            send("twilio", fake)
    assert (error.value.action, error.value.code) == (action, str(code))


def test_who_stopped_twilio_is_not_tried_again():
    with fake_of("twilio") as fake:
        fake.opted_out.add(CITIZEN)
        with pytest.raises(SendError) as error:
            send("twilio", fake)
    assert error.value.action == "stop_contact"


@pytest.mark.parametrize(
    ("body", "action"),
    [
        (b"0: Accepted for delivery", None),
        (b"3: Queued for later delivery", None),
        (b"4: Cannot route", "retry"),
        (b"", "retry"),
        (b"<html>", "retry"),
    ],
)
def test_kannel_says_in_words_what_it_did(body, action):
    with fake_of("kannel") as fake:
        fake.will(Answer(202, body))
        if action is None:
            assert send("kannel", fake).provider_message_id == "chrok-7-0"
        else:
            with pytest.raises(SendError) as error:
                send("kannel", fake)
            assert error.value.action == action


@pytest.mark.parametrize("name", GATEWAYS)
def test_a_rate_limit_s_pause_is_obeyed(name):
    with fake_of(name) as fake:
        fake.will(Answer(429, b"", {"Retry-After": "77"}))
        with pytest.raises(SendError) as error:
            send(name, fake)
        assert error.value.retry_after == 77
        fake.will(Answer(429, b"", {"Retry-After": "soon"}))
        with pytest.raises(SendError) as error:
            send(name, fake)
    assert error.value.retry_after == 30


@pytest.mark.parametrize("name", GATEWAYS)
def test_a_broken_connection_is_tried_again(name):
    with fake_of(name) as fake:
        fake.will(Drop())
        with pytest.raises(SendError) as error:
            send(name, fake)
        assert (error.value.action, error.value.code) == ("retry", "connection")
        assert send(name, fake).provider_message_id
    with pytest.raises(SendError) as error:
        send(name, fake)
    assert error.value.action == "retry"


def test_a_gateway_that_never_answers_is_tried_again(monkeypatch):
    monkeypatch.setattr("webhook.channels.sms.client._TIMEOUT", (1, 0.2))
    with fake_of("smsgate") as fake:
        fake.will(AcceptThenTimeout())
        with pytest.raises(SendError) as error:
            send("smsgate", fake)
        assert (error.value.action, error.value.code) == ("retry", "timeout")
        send("smsgate", fake)
        assert fake.texts(CITIZEN) == [KHMER]


@pytest.mark.parametrize("name", ["nuntium", "smsgate", "twilio", "generic"])
def test_an_answer_that_cannot_be_read_was_sent_all_the_same(name):
    with fake_of(name) as fake:
        fake.will(Answer(201, b"\xff<html>"))
        send(name, fake)


@pytest.mark.parametrize("name", GATEWAYS)
def test_no_secret_is_in_an_error_or_a_log(name, caplog):
    caplog.set_level(logging.INFO)
    with fake_of(name) as fake:
        fake.will(Drop())
        with pytest.raises(SendError) as error:
            send(name, fake)
    told = f"{error.value!r} {error.value.__cause__!r} {caplog.text}"
    for setting, value in ENVIRONMENT.items():
        if setting.endswith(("PASSWORD", "SECRET", "TOKEN", "KEY", "AUTHORIZATION")):
            assert value not in told
    assert CITIZEN.lstrip("+") not in told
