"""Twilio Programmable Messaging.

Source: https://www.twilio.com/docs/messaging (guides/webhook-request, api/message-resource,
guides/track-outbound-message-status), https://www.twilio.com/docs/api/errors.
"""

from __future__ import annotations

from urllib.parse import quote

from twilio.request_validator import RequestValidator, get_signature_algorithm

from bot.messages import DeliveryReport, InboundMessage, Kind
from bot.sms_settings import TwilioSettings
from webhook.channels.answers import json_object
from webhook.channels.base import (
    Accepted,
    ParseResult,
    RawRequest,
    Rejected,
    SendAction,
    Sent,
)
from webhook.channels.sms import reading
from webhook.channels.sms.client import GatewayClient, refusal
from webhook.channels.values import Ignored

NAME = "twilio"
_CREATED = 201
_OPTED = {"STOP": Kind.OPT_OUT, "START": Kind.OPT_IN, "HELP": Kind.HELP}
_DELIVERED = ("delivered", "read")
_FAILED = ("failed", "undelivered")

# Twilio's codes; what is not here follows from the HTTP status.
_ACTIONS: dict[str, SendAction] = {
    "20003": "pause_channel",  # wrong account or token
    "20005": "pause_channel",  # account not active
    "20429": "retry",
    "21211": "stop_contact",  # not a number
    "21217": "stop_contact",
    "21408": "dead_letter",  # the account may not send to that country
    "21610": "stop_contact",  # the citizen sent STOP to Twilio
    "21611": "retry",  # the sender's queue is full
    "21612": "dead_letter",  # cannot be reached from this sender
    "21614": "stop_contact",  # not a mobile number
    "21635": "stop_contact",  # a landline
    "21212": "pause_channel",  # wrong sender
    "21603": "pause_channel",
    "21606": "pause_channel",
    "21659": "pause_channel",
    "21703": "pause_channel",  # a Messaging Service without senders
    "30001": "retry",
    "30002": "pause_channel",  # account suspended
}


class TwilioGateway:
    """One account of Twilio."""

    accepted = Accepted("<Response/>", "text/xml")

    def __init__(self, settings: TwilioSettings, public_url: str, callback_url: str) -> None:
        self._settings = settings
        self._public_url = public_url.rstrip("/")
        self._callback_url = callback_url
        self._validator = RequestValidator(settings.auth_token)
        account = quote(settings.account_sid, safe="")
        self._address = (
            f"{settings.api_url.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"
        )
        self._client = GatewayClient(settings.account_sid, settings.auth_token)

    def handshake(self, request: RawRequest) -> None:
        """Twilio calls with POST, as docs/sms.md says to set it up."""
        reading.no_handshake(request)

    def verify(self, request: RawRequest) -> None:
        """Check `X-Twilio-Signature` over the address as Twilio knows it, and the fields."""
        signature = request.headers.get("x-twilio-signature", "")
        if not signature:
            raise Rejected(reading.FORBIDDEN, "no X-Twilio-Signature")
        address = f"{self._public_url}{request.path}"
        if request.query:
            address += f"?{request.query}"
        algorithm = get_signature_algorithm(
            request.headers.get("x-twilio-webhooks-signature-settings")
        )
        if not self._validator.validate(address, reading.form(request.body), signature, algorithm):
            raise Rejected(reading.FORBIDDEN, "wrong X-Twilio-Signature")

    def parse(self, request: RawRequest) -> ParseResult:
        """A message, or what became of one of ours."""
        fields = reading.form(request.body)
        return reading.result_of(lambda: _read(fields))

    def send_text(self, number: str, text: str, reference: str) -> Sent:
        """Hand over one message."""
        by = "MessagingServiceSid" if self._settings.sender.startswith("MG") else "From"
        fields = {
            "To": number,
            by: self._settings.sender,
            "Body": text,
            "StatusCallback": self._callback_url,
        }
        answer = self._client.call("POST", self._address, data=fields)
        values = json_object(answer)
        if answer.status_code != _CREATED:
            raise refusal(answer, reading.text_of(values.get("code")), _ACTIONS)
        return Sent(reading.text_of(values.get("sid")))


def _read(fields: dict[str, str]) -> InboundMessage | DeliveryReport:
    status = fields.get("MessageStatus", "")
    if status and status != "received":
        if status not in (*_DELIVERED, *_FAILED):
            raise Ignored("a status that is not final")
        return reading.report(
            fields.get("MessageSid", ""),
            delivered=status in _DELIVERED,
            code=fields.get("ErrorCode", "") or status,
        )
    return reading.message(
        NAME,
        sender=fields.get("From", ""),
        text=fields.get("Body", ""),
        event_id=fields.get("MessageSid", ""),
        asked_for=_OPTED.get(fields.get("OptOutType", "")),
        has_pictures=fields.get("NumMedia", "0") not in ("", "0"),
    )
