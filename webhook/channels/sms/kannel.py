"""Kannel, which most operators' SMPP links are run with.

Source: Kannel User Guide 1.4.5, chapters 6 (sms-service, delivery reports) and "Using the HTTP
interface to send SMS messages". Both directions are GET requests.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode

from bot.messages import DeliveryReport, InboundMessage
from bot.sms_settings import KannelSettings
from bot.text.sms_alphabet import Alphabet, alphabet_of
from webhook.channels.base import Accepted, ParseResult, RawRequest, Rejected, SendError, Sent
from webhook.channels.sms import reading
from webhook.channels.sms.client import GatewayClient, refusal
from webhook.channels.values import Ignored

NAME = "kannel"
_OK = range(200, 300)
# "0: Accepted for delivery", "3: Queued for later delivery".
_TAKEN = ("0", "3")
# Only what is final: delivered (1), not delivered (2), refused by the operator (16).
_REPORT_MASK = 1 + 2 + 16
_MOST_FIELDS = 50
_PRINTABLE = frozenset("\n\r\t\f")
_UTF_16_BE = "utf-16-be"


class KannelGateway:
    """One sendsms user of a Kannel gateway."""

    # An answer that is not empty is sent to the citizen as a reply.
    accepted = Accepted()

    def __init__(self, settings: KannelSettings, callback_url: str) -> None:
        self._settings = settings
        self._callback_url = callback_url
        self._address = f"{settings.api_url.rstrip('/')}/cgi-bin/sendsms"
        self._client = GatewayClient()

    def handshake(self, request: RawRequest) -> None:
        """Kannel delivers by GET."""

    def verify(self, request: RawRequest) -> None:
        """Check the secret in the address, the only thing that Kannel can carry."""
        reading.check_secret(request.args.get("secret", ""), self._settings.secret, "secret")

    def parse(self, request: RawRequest) -> ParseResult:
        """A message, or a delivery report."""
        fields = _fields(request.query)
        return reading.result_of(lambda: _read(fields))

    def send_text(self, number: str, text: str, reference: str) -> Sent:
        """Hand over one message: GSM-7 where that is enough, else UCS-2 as UTF-16BE."""
        is_gsm = alphabet_of(text) is Alphabet.GSM_7
        charset: Literal["UTF-8", "UTF-16BE"] = "UTF-8" if is_gsm else "UTF-16BE"
        fields: dict[str, str | bytes] = {
            "username": self._settings.username,
            "password": self._settings.password,
            "to": number,
            "coding": "0" if is_gsm else "2",
            "charset": charset,
            "text": text.encode(charset),
            "dlr-mask": str(_REPORT_MASK),
            "dlr-url": self._report_url(reference),
        }
        for name, value in (("from", self._settings.sender), ("smsc", self._settings.smsc)):
            if value:
                fields[name] = value
        # Kannel takes no forms; a space must be %20, since a plus is a plus in UTF-16.
        answer = self._client.call("GET", f"{self._address}?{urlencode(fields, quote_via=quote)}")
        if answer.status_code not in _OK:
            raise refusal(answer)
        code = answer.text.partition(":")[0].strip()
        if code not in _TAKEN:
            raise SendError("retry", f"kannel_{code[:20] or 'unreadable'}")
        return Sent(reference)

    def _report_url(self, reference: str) -> str:
        """Kannel puts the status in place of %d."""
        known = urlencode({"secret": self._settings.secret, "reference": reference})
        return f"{self._callback_url}?{known}&status=%d"


def _read(fields: dict[str, bytes]) -> InboundMessage | DeliveryReport:
    named = {name: value.decode("utf-8", errors="replace") for name, value in fields.items()}
    if "status" in named:
        return _report(named.get("reference", ""), named["status"])
    return reading.message(
        NAME,
        sender=named.get("from", ""),
        text=_decoded(fields.get("text", b""), named.get("charset", ""), named.get("coding", "")),
        event_id=named.get("id", ""),
        time=named.get("time"),
    )


def _report(reference: str, status: str) -> DeliveryReport:
    """The status is a bit mask; what is delivered or failed is final."""
    bits = int(status) if status.isascii() and status.isdigit() and len(status) < 6 else 0
    if not bits & _REPORT_MASK:
        raise Ignored("a delivery report that is not final")
    return reading.report(reference, delivered=bool(bits & 1), code=f"dlr_{bits}")


def _fields(query: str) -> dict[str, bytes]:
    """The fields as bytes: which charset they are in is told by another field."""
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, encoding="latin-1", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise Rejected(400, "more fields than Kannel sends") from None
    return {name: value.encode("latin-1", errors="replace") for name, value in pairs}


def _decoded(text: bytes, charset: str, coding: str) -> str:
    """The words. Kannel names the charset it got them in, also where it recoded them to UTF-8."""
    try:
        words = text.decode("utf-8")
    except UnicodeDecodeError:
        words = ""
    # UTF-16BE of any script that we know is either no UTF-8 or full of control characters.
    if words and all(letter >= " " or letter in _PRINTABLE for letter in words):
        return words
    if charset.upper().replace("_", "-") == "UTF-16BE" or coding == "2":
        return text[: len(text) // 2 * 2].decode(_UTF_16_BE, errors="replace")
    return text.decode("cp1252" if charset.lower() != "utf-8" else "utf-8", errors="replace")
