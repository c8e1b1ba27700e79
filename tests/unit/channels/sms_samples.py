"""What the tests of SMS share: invented credentials, numbers and requests."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl

from bot.settings import Settings, read_settings
from tests.fakes.sms_gateways import basic, sign_smsgate, sign_twilio
from tests.stack import SMS
from webhook.channels.base import ParseResult, RawRequest
from webhook.channels.sms.channel import SmsGateway
from webhook.channels.sms.gateways import build_gateways

PUBLIC_URL = "https://chrok.example.org"
CITIZEN = "+85510000001"
NOW = 1795425600
PAYLOADS = Path(__file__).parents[2] / "payloads/sms"
GATEWAYS = ("nuntium", "kannel", "smsgate", "twilio", "generic")

ENVIRONMENT = {"PUBLIC_URL": PUBLIC_URL, **SMS}


def settings_with(**changes: str) -> Settings:
    return read_settings({**ENVIRONMENT, **changes})


def gateway_at(name: str, address: str = "http://127.0.0.1:9", **changes: str) -> SmsGateway:
    """One gateway, its provider at an address; the clock of smsgate stands at `NOW`."""
    gateway = build_gateways(settings_with(**{f"SMS_{name.upper()}_API_URL": address}, **changes))[
        name
    ]
    if name == "smsgate":
        gateway._clock = lambda: NOW
    return gateway


def request_of(name: str, content: bytes, media_type: str = "") -> RawRequest:
    """The request that carries a payload file, proved as the provider proves it."""
    path = f"/webhooks/sms/{name}"
    if name == "kannel":
        query = f"secret=kannel-secret&{content.decode().strip()}"
        return RawRequest("GET", {}, dict(parse_qsl(query, errors="replace")), b"", path, query)
    headers = {}
    if name == "nuntium":
        headers["authorization"] = basic("nuntium", "callback-password")
    elif name == "smsgate":
        signed = sign_smsgate(content, "signing-key", NOW)
        headers.update({key.lower(): value for key, value in signed.items()})
    elif name == "twilio":
        fields = dict(parse_qsl(content.decode(errors="replace"), keep_blank_values=True))
        headers["x-twilio-signature"] = sign_twilio(PUBLIC_URL + path, fields, "twilio-token")
    else:
        headers["x-chrok-secret"] = "generic-secret"
    headers["content-type"] = media_type
    return RawRequest("POST", headers, {}, content, path, "")


def received(name: str, content: bytes, media_type: str = "", **changes: str) -> ParseResult:
    """What a proved request leads to, as the webhook would treat it."""
    request = request_of(name, content, media_type)
    gateway = gateway_at(name, **changes)
    gateway.verify(request)
    return gateway.parse(request)


def received_file(name: str, file: str, **changes: str) -> ParseResult:
    content = (PAYLOADS / name / file).read_bytes()
    if not file.endswith(".json"):
        content = content.strip()
    media_type = "application/json" if file.endswith(".json") else ""
    return received(name, content, media_type, **changes)
