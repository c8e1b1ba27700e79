"""Messenger: who may call us, and when the channel is on."""

from __future__ import annotations

import json

import pytest

from bot.settings import Settings
from tests.fakes.graph_api import sign
from tests.unit.channels.messenger_samples import (
    OFFLINE,
    PAYLOADS,
    SECRET,
    TOKEN,
    VERIFY,
    request_of,
)
from webhook.channels.base import RawRequest, Rejected
from webhook.channels.registry import build_channels


def test_the_handshake_echoes_the_challenge():
    args = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
    assert OFFLINE.handshake(RawRequest("GET", {}, args, b"")) == "1158201444"


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"hub.mode": "subscribe", "hub.challenge": "1"},
        {"hub.mode": "subscribe", "hub.verify_token": "wrong", "hub.challenge": "1"},
        {"hub.mode": "subscribe", "hub.verify_token": "ខុស\udc80", "hub.challenge": "1"},
        {"hub.mode": "unsubscribe", "hub.verify_token": VERIFY, "hub.challenge": "1"},
    ],
)
def test_the_handshake_refuses_whoever_does_not_know_the_verify_token(args):
    with pytest.raises(Rejected) as refusal:
        OFFLINE.handshake(RawRequest("GET", {}, args, b""))
    assert refusal.value.status == 403
    assert VERIFY not in refusal.value.reason


GOOD = sign(b"{}", SECRET)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        GOOD.removeprefix("sha256="),
        GOOD.replace("sha256", "sha1"),
        GOOD.upper(),
        "sha256=" + GOOD.removeprefix("sha256=").upper(),
        GOOD + "0",
        GOOD[:-1],
        GOOD + "\n",
        " " + GOOD,
        "sha256=" + "០" * 64,
        "sha256=" + "0" * 64,
        sign(b"{}", "another-secret"),
        sign(b"{} ", SECRET),
    ],
)
def test_only_the_exact_signature_of_the_raw_bytes_is_accepted(signature):
    OFFLINE.verify(request_of(b"{}", GOOD))
    with pytest.raises(Rejected) as refusal:
        OFFLINE.verify(request_of(b"{}", signature))
    assert refusal.value.status == 403
    assert GOOD.removeprefix("sha256=") not in refusal.value.reason


def test_a_request_without_a_signature_is_rejected():
    with pytest.raises(Rejected):
        OFFLINE.verify(RawRequest("POST", {}, {}, b"{}"))


def test_the_signature_is_over_the_bytes_and_not_over_reserialised_json():
    body = (PAYLOADS / "text_km.json").read_bytes()
    same_values = json.dumps(json.loads(body), ensure_ascii=False).encode()
    with pytest.raises(Rejected):
        OFFLINE.verify(request_of(same_values, sign(body, SECRET)))


def test_a_channel_without_credentials_is_absent():
    assert set(build_channels(Settings())) == {"web"}


def test_messenger_is_there_with_its_credentials():
    channels = build_channels(
        Settings(
            messenger_page_token=TOKEN, messenger_app_secret=SECRET, messenger_verify_token=VERIFY
        )
    )
    assert set(channels) == {"web", "messenger"}
    assert channels["messenger"].name == "messenger"
