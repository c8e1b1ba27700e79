"""What every gateway's requests have in common: a sender, words, an id, a time."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from bot.messages import DeliveryReport, InboundMessage, Kind
from bot.text.phone_numbers import phone_number
from webhook.channels.base import ParseResult, RawRequest, Rejected
from webhook.channels.sms.keywords import keyword
from webhook.channels.values import Ignored, holdable

CHANNEL = "sms"
FORBIDDEN = 403

_ID = re.compile(r"[!-~]{1,200}")
_LATEST_SECONDS = 253_402_300_799  # the end of the year 9999
_SMALLEST_MILLISECONDS = 100_000_000_000
_MOST_FIELDS = 200


def result_of(read: Callable[[], InboundMessage | DeliveryReport]) -> ParseResult:
    """What was read as a result; what was not understood is ignored with its reason."""
    try:
        found = read()
    except Ignored as reason:
        return ParseResult(ignored=[str(reason)])
    if isinstance(found, DeliveryReport):
        return ParseResult(reports=[found])
    return ParseResult(messages=[found])


def message(
    gateway: str,
    *,
    sender: str,
    text: str,
    event_id: str = "",
    time: object = None,
    asked_for: Kind | None = None,
    has_pictures: bool = False,
) -> InboundMessage:
    """A citizen's short message, its keyword recognised; raises `Ignored`.

    `asked_for` is what the gateway itself took the message for; `has_pictures` makes one without
    words an attachment, which is answered too. Without `event_id` one is composed
    of sender, time and words; without a time either, every request is a message of its own.
    """
    number = phone_number(sender)
    if number is None:
        raise Ignored("the sender is no phone number")
    words = holdable(text)
    if not words.strip() and not has_pictures:
        raise Ignored("a message without words")
    found = keyword(words)
    kind = asked_for or (found.kind if found else Kind.TEXT)
    details: dict[str, Any] = {"gateway": gateway}
    if not words.strip():
        kind, details["attachments"] = Kind.ATTACHMENT, ["mms"]
    if found is not None and kind is found.kind:
        # Whoever sends an English keyword may only repeat what a Khmer notice told them.
        details["language" if found.language == "km" else "language_if_unknown"] = found.language
    return InboundMessage(
        channel=CHANNEL,
        event_id=f"{gateway}:{_id(event_id, number, time, words)}",
        sender_id=number,
        kind=kind,
        occurred_at=moment(time),
        text=words,
        details=details,
    )


def report(message_id: str, *, delivered: bool, code: str = "") -> DeliveryReport:
    """A delivery report; raises `Ignored` where it names no message."""
    named = holdable(message_id).strip()
    if not named:
        raise Ignored("a delivery report without a message id")
    plain = re.sub(r"[^\w.:-]", "_", code, flags=re.ASCII)[:40]
    return DeliveryReport(
        CHANNEL, (named[:255],), delivered, "" if delivered else plain or "unknown"
    )


def moment(value: object) -> datetime:
    """A time as gateways write it (ISO 8601, seconds or milliseconds since 1970); else now."""
    text = str(value).strip() if isinstance(value, str | int | float) else ""
    if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,6})?", text):
        seconds = float(text)
        seconds = seconds / 1000 if seconds >= _SMALLEST_MILLISECONDS else seconds
        if 0 < seconds <= _LATEST_SECONDS:
            return datetime.fromtimestamp(seconds, UTC)
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.now(UTC)


def form(body: bytes) -> dict[str, str]:
    """The fields of a form; of a repeated one the last. Raises `Rejected` for a flood of them."""
    try:
        pairs = parse_qsl(
            body.decode("utf-8", errors="replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise Rejected(400, "more fields than any gateway sends") from None
    return dict(pairs)


def json_object(body: bytes) -> Mapping[str, Any]:
    """The body as a JSON object; raises `Ignored`."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Ignored("the body is not JSON") from None
    if not isinstance(content, dict):
        raise Ignored("the body is no JSON object")
    return content


def text_of(value: object) -> str:
    """A field's text; a number is one too, anything else is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def check_secret(given: str, expected: str, name: str) -> None:
    """Compare in constant time; raises `Rejected`."""
    if not hmac.compare_digest(given.encode(errors="replace"), expected.encode()):
        raise Rejected(FORBIDDEN, f"wrong {name}")


def no_handshake(request: RawRequest) -> None:
    """For gateways that call with POST alone."""
    raise Rejected(404, "this gateway calls with POST")


def _id(event_id: str, number: str, time: object, words: str) -> str:
    given = event_id.strip()
    if _ID.fullmatch(given):
        return given
    if not given and time in (None, ""):
        return uuid.uuid4().hex
    named = json.dumps([given] if given else [number, str(time), words])
    return "sha256-" + hashlib.sha256(named.encode(errors="replace")).hexdigest()
