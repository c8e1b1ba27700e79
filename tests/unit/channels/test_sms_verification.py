"""Who may call the addresses of the SMS gateways."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes.sms_gateways import basic, sign_smsgate, sign_twilio
from tests.unit.channels.sms_samples import (
    GATEWAYS,
    NOW,
    PUBLIC_URL,
    gateway_at,
    request_of,
)
from webhook.channels.base import RawRequest, Rejected

SECRETS = ("callback-password", "kannel-secret", "signing-key", "twilio-token", "generic-secret")
FORM = b"From=%2B85510000001&Body=hello&MessageSid=SM1"


def refused(request: RawRequest, gateway: str) -> Rejected:
    with pytest.raises(Rejected) as refusal:
        gateway_at(gateway).verify(request)
    assert not any(secret in refusal.value.reason for secret in SECRETS)
    return refusal.value


@pytest.mark.parametrize("name", GATEWAYS)
def test_a_proved_request_is_let_in_and_one_without_proof_is_not(name):
    request = request_of(name, FORM)
    gateway_at(name).verify(request)
    bare = replace(request, headers={}, args={}, query="")
    assert refused(bare, name).status in (401, 403)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Bearer " + basic("nuntium", "callback-password").removeprefix("Basic "),
        basic("nuntium", "wrong"),
        basic("wrong", "callback-password"),
        basic("nuntium", "callback-password" + "x"),
        basic("", ""),
        "Basic \udcff",
    ],
)
def test_nuntium_logs_in(header):
    request = RawRequest("POST", {"authorization": header}, {}, FORM, "/webhooks/sms/nuntium")
    assert refused(request, "nuntium").status == 401


@pytest.mark.parametrize("secret", ["", "wrong", "kannel-secret ", "KANNEL-SECRET", "ខុស\udc80"])
def test_kannel_knows_the_secret_in_the_address(secret):
    request = RawRequest("GET", {}, {"secret": secret}, b"", "/webhooks/sms/kannel")
    assert refused(request, "kannel").status == 403


def smsgate_request(body: bytes, timestamp: int, key: str = "signing-key", **headers: str):
    signed = {k.lower(): v for k, v in sign_smsgate(body, key, timestamp).items()}
    return RawRequest("POST", {**signed, **headers}, {}, body, "/webhooks/sms/smsgate")


@pytest.mark.parametrize("age", [0, 299, 300, -300])
def test_the_phone_s_signature_is_good_for_five_minutes(age):
    gateway_at("smsgate").verify(smsgate_request(b"{}", NOW - age))


@pytest.mark.parametrize(
    "request_",
    [
        smsgate_request(b"{}", NOW - 301),
        smsgate_request(b"{}", NOW + 301),
        smsgate_request(b"{}", NOW, key="other"),
        replace(smsgate_request(b"{}", NOW), body=b"{} "),
        smsgate_request(b"{}", NOW, **{"x-timestamp": str(NOW - 1)}),
        smsgate_request(b"{}", NOW, **{"x-timestamp": ""}),
        smsgate_request(b"{}", NOW, **{"x-timestamp": "9" * 30}),
        smsgate_request(b"{}", NOW, **{"x-timestamp": f"{NOW}.0"}),
        smsgate_request(b"{}", NOW, **{"x-signature": ""}),
        smsgate_request(b"{}", NOW, **{"x-signature": "0" * 64}),
    ],
)
def test_a_stale_or_forged_signature_of_the_phone_is_refused(request_):
    assert refused(request_, "smsgate").status == 403


def twilio_request(address: str, **changes) -> RawRequest:
    fields = {"From": "+85510000001", "Body": "hello", "MessageSid": "SM1", "FromCity": ""}
    signature = sign_twilio(address, fields, "twilio-token")
    body = b"From=%2B85510000001&Body=hello&MessageSid=SM1&FromCity="
    request = RawRequest(
        "POST", {"x-twilio-signature": signature}, {}, body, "/webhooks/sms/twilio", ""
    )
    return replace(request, **changes)


def test_twilio_signs_the_public_address_with_or_without_a_port():
    gateway = gateway_at("twilio")
    gateway.verify(twilio_request(f"{PUBLIC_URL}/webhooks/sms/twilio"))
    gateway.verify(twilio_request(f"{PUBLIC_URL}:443/webhooks/sms/twilio"))
    gateway.verify(twilio_request(f"{PUBLIC_URL}/webhooks/sms/twilio?a=b", query="a=b"))


@pytest.mark.parametrize(
    "request_",
    [
        twilio_request("http://chrok.example.org/webhooks/sms/twilio"),
        twilio_request("https://elsewhere.example.org/webhooks/sms/twilio"),
        twilio_request(f"{PUBLIC_URL}/webhooks/sms/twilio", query="a=b"),
        twilio_request(f"{PUBLIC_URL}/webhooks/sms/twilio", body=FORM),
        twilio_request(f"{PUBLIC_URL}/webhooks/sms/twilio", headers={}),
        twilio_request(f"{PUBLIC_URL}/webhooks/sms/twilio", headers={"x-twilio-signature": "x"}),
        twilio_request(f"{PUBLIC_URL}/webhooks/sms/twilio", headers={"x-twilio-signature": "ខ"}),
    ],
)
def test_what_twilio_did_not_sign_is_refused(request_):
    assert refused(request_, "twilio").status == 403


@pytest.mark.parametrize("secret", ["", "wrong", "generic-secret\n", "ខុស\udc80"])
def test_an_aggregator_knows_the_shared_secret(secret):
    request = RawRequest("POST", {"x-chrok-secret": secret}, {}, FORM, "/webhooks/sms/generic")
    assert refused(request, "generic").status == 403


@pytest.mark.parametrize("name", ["smsgate", "twilio"])
def test_gateways_that_post_get_no_answer_to_a_get(name):
    with pytest.raises(Rejected) as refusal:
        gateway_at(name).handshake(RawRequest("GET", {}, {}, b""))
    assert refusal.value.status == 404
