"""The gateways of SMS under attack: forms, queries and JSON, each with its own proof."""

from __future__ import annotations

import json
import time
from urllib.parse import parse_qsl, quote, quote_from_bytes

from tests.fakes.sms_gateways import basic, sign_smsgate, sign_twilio
from tests.stack import SMS
from tests.unit.channels.hostile_request import Hostile, Prepared

PUBLIC_URL = "https://chrok.example.org"
NUMBER = "+85510000001"
_ENVIRONMENT = {"PUBLIC_URL": PUBLIC_URL, **SMS}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _form(**fields: str) -> bytes:
    """A form; what is no character goes out as the bytes it would be."""
    pairs = (
        f"{name}={quote_from_bytes(value.encode(errors='surrogatepass'), safe='')}"
        for name, value in fields.items()
    )
    return "&".join(pairs).encode()


def _secrets(secret: str) -> list[str]:
    return ["", secret[:-1], secret + "0", secret.upper(), "guessed", "x" * 10_000]


def _with_login(body: bytes, authorization: str) -> Prepared:
    return Prepared(body, {**_FORM, "Authorization": authorization})


NUNTIUM = Hostile(
    name="sms/nuntium",
    environment=_ENVIRONMENT,
    prove=lambda body: _with_login(body, basic("nuntium", "callback-password")),
    forge=lambda body: [
        Prepared(body, _FORM),
        *(_with_login(body, basic("nuntium", wrong)) for wrong in _secrets("callback-password")),
        *(_with_login(body, odd) for odd in ("Basic", "Basic !!!", "Basic =", "Bearer x")),
        _with_login(body, basic("", "callback-password")),
    ],
    text=lambda event_id, text: _form(
        **{"from": f"sms://{NUMBER[1:]}", "to": "sms://1234", "guid": event_id, "body": text}
    ),
    unknown=(b"state=dreaming&guid=1", b"state=queued&guid=1", b"body=a&from=sms%3A%2F%2F1"),
    proves_the_body=False,
)


def _in_the_address(body: bytes, secret: str | None) -> Prepared:
    query = quote(body, safe="=&%+")
    return Prepared(
        query=query if secret is None else f"secret={quote(secret)}&{query}", method="GET"
    )


KANNEL = Hostile(
    name="sms/kannel",
    environment=_ENVIRONMENT,
    prove=lambda body: _in_the_address(body, "kannel-secret"),
    forge=lambda body: [
        _in_the_address(body, secret) for secret in (None, *_secrets("kannel-secret"))
    ],
    text=lambda event_id, text: _form(
        **{"from": NUMBER, "to": "1234", "id": event_id, "coding": "0", "charset": "UTF-8"},
        text=text,
    ),
    unknown=(b"dlr=99&reference=1", b"from=CELLCARD&text=a&id=1", b"coding=7&charset=none"),
    proves_the_body=False,
    has_a_body=False,
)


def _signed_by_phone(body: bytes, key: str = "signing-key", late: int = 0) -> Prepared:
    return Prepared(body, sign_smsgate(body, key, int(time.time()) - late))


def _smsgate_event(event_id: str, text: str, event: str = "sms:received") -> bytes:
    content = {
        "event": event,
        "id": event_id,
        "deviceId": "phone",
        "payload": {"messageId": event_id, "message": text, "phoneNumber": NUMBER},
    }
    return json.dumps(content).encode()


SMSGATE = Hostile(
    name="sms/smsgate",
    environment=_ENVIRONMENT,
    prove=_signed_by_phone,
    forge=lambda body: [
        Prepared(body),
        *(_signed_by_phone(body, wrong) for wrong in ("guessed", "signing-key ", "Signing-key")),
        *(_signed_by_phone(body, late=seconds) for seconds in (-3600, 3600, 86400)),
        Prepared(body, {"X-Signature": "0" * 64, "X-Timestamp": str(int(time.time()))}),
        Prepared(body, {**_signed_by_phone(body).headers, "X-Timestamp": "now"}),
        Prepared(body, {**_signed_by_phone(body).headers, "X-Timestamp": "9" * 5000}),
    ],
    text=_smsgate_event,
    unknown=(_smsgate_event("1", "a", "sms:future"), _smsgate_event("1", "a", "system:ping")),
)


def _signed_by_twilio(body: bytes, token: str = "twilio-token", address: str = "") -> Prepared:
    fields = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    signed = address or f"{PUBLIC_URL}/webhooks/sms/twilio"
    return Prepared(body, {**_FORM, "X-Twilio-Signature": sign_twilio(signed, fields, token)})


TWILIO = Hostile(
    name="sms/twilio",
    environment=_ENVIRONMENT,
    prove=_signed_by_twilio,
    forge=lambda body: [
        Prepared(body, _FORM),
        _signed_by_twilio(body, "guessed"),
        _signed_by_twilio(body, address="https://elsewhere.example.org/webhooks/sms/twilio"),
        *(
            Prepared(body, {**_FORM, "X-Twilio-Signature": odd})
            for odd in ("", "=", "x" * 10_000, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        ),
    ],
    text=lambda event_id, text: _form(
        From=NUMBER, To="+15005550006", Body=text, MessageSid=event_id, SmsStatus="received"
    ),
    unknown=(b"MessageStatus=dreaming&MessageSid=1", b"From=whatsapp%3A1&Body=a&MessageSid=1"),
)
GENERIC = Hostile(
    name="sms/generic",
    environment=_ENVIRONMENT,
    prove=lambda body: Prepared(body, {"X-Chrok-Secret": "generic-secret"}),
    forge=lambda body: [
        Prepared(body),
        *(Prepared(body, {"X-Chrok-Secret": wrong}) for wrong in _secrets("generic-secret")),
    ],
    text=lambda event_id, text: json.dumps({"from": NUMBER, "text": text, "id": event_id}).encode(),
    unknown=(b'{"future": 1}', b'{"status": "dreaming", "id": "1"}', b'{"from": "x", "text": "a"}'),
    proves_the_body=False,
)
GATEWAYS = [NUNTIUM, KANNEL, SMSGATE, TWILIO, GENERIC]
