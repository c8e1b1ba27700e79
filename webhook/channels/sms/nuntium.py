"""Nuntium, InSTEDD's gateway.

Source: https://github.com/instedd/nuntium (wiki and app/controllers): an application with the
interface "HTTP POST callback" gets messages as forms and delivery acks at the same or another
address, both behind Basic authentication. Whatever stands in the answer is sent as a reply.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from urllib.parse import quote

from bot.messages import DeliveryReport, InboundMessage
from bot.sms_settings import NuntiumSettings
from webhook.channels.base import Accepted, ParseResult, RawRequest, Rejected, Sent
from webhook.channels.sms import reading
from webhook.channels.sms.client import GatewayClient, refusal
from webhook.channels.values import Ignored

NAME = "nuntium"
_UNAUTHORISED = 401
_OK = range(200, 300)
_SCHEME = "sms://"
# A channel without receipts of its own never gets beyond "delivered" (to the operator).
_DELIVERED = ("delivered", "confirmed")


class NuntiumGateway:
    """One application of a Nuntium account."""

    accepted = Accepted()

    def __init__(self, settings: NuntiumSettings) -> None:
        self._settings = settings
        account, application = settings.account, settings.application
        self._address = (
            f"{settings.api_url.rstrip('/')}/{quote(account, safe='')}"
            f"/{quote(application, safe='')}/send_ao"
        )
        self._client = GatewayClient(f"{account}/{application}", settings.password)

    def handshake(self, request: RawRequest) -> None:
        """Nuntium calls back with GET too, if the application is set up so."""

    def verify(self, request: RawRequest) -> None:
        """Check the Basic authentication; both halves are always compared."""
        user, password = _login(request.headers.get("authorization", ""))
        expected = f"{self._settings.callback_user}:{self._settings.callback_password}"
        try:
            reading.check_secret(f"{user}:{password}", expected, "Basic authentication")
        except Rejected as rejection:
            raise Rejected(_UNAUTHORISED, rejection.reason) from None

    def parse(self, request: RawRequest) -> ParseResult:
        """A message, or a delivery ack."""
        fields = dict(request.args) if request.method == "GET" else reading.form(request.body)
        return reading.result_of(lambda: _read(fields))

    def send_text(self, number: str, text: str, reference: str) -> Sent:
        """Hand over one message; Nuntium answers 200 as soon as it has stored it."""
        # Ours, so that an ack that overtakes the answer still finds its message.
        guid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{reference} {number} {text}"))
        fields = {"to": f"{_SCHEME}{number.lstrip('+')}", "body": text, "guid": guid}
        if self._settings.sender:
            fields["from"] = f"{_SCHEME}{self._settings.sender}"
        answer = self._client.call("POST", self._address, data=fields)
        if answer.status_code not in _OK:
            raise refusal(answer)
        return Sent(answer.headers.get("X-Nuntium-Guid", "") or guid)


def _read(fields: dict[str, str]) -> InboundMessage | DeliveryReport:
    state = fields.get("state", "")
    if state and "body" not in fields:
        if state not in (*_DELIVERED, "failed"):
            raise Ignored("a delivery ack that is not final")
        return reading.report(fields.get("guid", ""), delivered=state in _DELIVERED, code=state)
    return reading.message(
        NAME,
        sender=fields.get("from", ""),
        # The subject of a short message is empty; of other protocols it belongs to the words.
        text="\n".join(filter(None, (fields.get("subject", ""), fields.get("body", "")))),
        event_id=fields.get("guid", ""),
        time=fields.get("timestamp"),
    )


def _login(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode("utf-8", errors="replace")
    except (binascii.Error, ValueError):
        return "", ""
    user, _, password = decoded.partition(":")
    return user, password
