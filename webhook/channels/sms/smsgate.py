"""SMS Gateway for Android (sms-gate.app): somebody's phone with a local SIM card.

Source: https://docs.sms-gate.app (features/webhooks, features/sending-messages).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from bot.messages import DeliveryReport, InboundMessage
from bot.sms_settings import SmsGateSettings
from webhook.channels.answers import json_object
from webhook.channels.base import Accepted, ParseResult, RawRequest, Rejected, Sent
from webhook.channels.sms import reading
from webhook.channels.sms.client import GatewayClient, refusal
from webhook.channels.values import Ignored

NAME = "smsgate"
_SIGNATURE = re.compile(r"[0-9a-fA-F]{64}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
# How far the clocks of the phone and ours may be apart; older requests are refused.
_TOLERANCE = 300
_OK = range(200, 300)
_ALREADY_TAKEN = 409


class SmsGateGateway:
    """One account of the cloud server, or of a private one."""

    accepted = Accepted()

    def __init__(self, settings: SmsGateSettings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self._address = f"{settings.api_url.rstrip('/')}/3rdparty/v1/message"
        self._client = GatewayClient(settings.username, settings.password)

    def handshake(self, request: RawRequest) -> None:
        """The app calls with POST alone."""
        reading.no_handshake(request)

    def verify(self, request: RawRequest) -> None:
        """Check `X-Signature`: an HMAC of the raw body and `X-Timestamp`, at most 5 minutes old.

        A repeat within these minutes has the same id and is stored once.
        """
        timestamp = request.headers.get("x-timestamp", "")
        signature = request.headers.get("x-signature", "")
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            raise Rejected(reading.FORBIDDEN, "no well-formed X-Signature and X-Timestamp")
        key = self._settings.signing_key.encode()
        expected = hmac.new(key, request.body + timestamp.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature.lower(), expected):
            raise Rejected(reading.FORBIDDEN, "wrong X-Signature")
        if abs(self._clock() - int(timestamp)) > _TOLERANCE:
            raise Rejected(reading.FORBIDDEN, "a stale X-Timestamp")

    def parse(self, request: RawRequest) -> ParseResult:
        """A message, or what became of one of ours."""
        return reading.result_of(lambda: _read(request.body))

    def send_text(self, number: str, text: str, reference: str) -> Sent:
        """Hand over one message; the id is ours, so that a repeated try is no second message."""
        message_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{reference} {number} {text}"))
        content: dict[str, Any] = {
            "id": message_id,
            "textMessage": {"text": text},
            "phoneNumbers": [number],
            "withDeliveryReport": True,
        }
        if self._settings.device_id:
            content["deviceId"] = self._settings.device_id
        answer = self._client.call("POST", self._address, json=content)
        if answer.status_code == _ALREADY_TAKEN:
            return Sent(message_id)
        if answer.status_code not in _OK:
            raise refusal(answer)
        return Sent(reading.text_of(json_object(answer).get("id")) or message_id)


def _read(body: bytes) -> InboundMessage | DeliveryReport:
    content = reading.json_object(body)
    event = content.get("event")
    found = content.get("payload")
    payload: Mapping[str, Any] = found if isinstance(found, dict) else {}
    if event in ("sms:delivered", "sms:failed"):
        # Fires for each part of a long message; ours are of one part.
        return reading.report(
            reading.text_of(payload.get("messageId")),
            delivered=event == "sms:delivered",
            code=reading.text_of(payload.get("reason")),
        )
    if event not in ("sms:received", "mms:received"):
        raise Ignored("an event that is no message" if event else "no event")
    return reading.message(
        NAME,
        sender=reading.text_of(payload.get("sender") or payload.get("phoneNumber")),
        text=reading.text_of(payload.get("message") or payload.get("subject")),
        event_id=reading.text_of(content.get("id")),
        time=payload.get("receivedAt"),
        has_pictures=event == "mms:received",
    )
