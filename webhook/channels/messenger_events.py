"""A webhook request of Messenger as messages.

Whatever signed bytes hold, reading them never fails: what is not understood is ignored with a
reason, because a request answered with an error comes back for 36 hours and holds up others.
Source: https://developers.facebook.com/docs/messenger-platform/webhooks
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.messages import InboundMessage, Kind
from webhook.channels.base import ParseResult

CHANNEL = "messenger"
GET_STARTED = "GET_STARTED"
# What a citizen is taken to say who opens the conversation without a word.
GREETING = "សួស្តី"

Values = Mapping[str, Any]

_ID = re.compile(r"[!-~]{1,255}")
_BUTTON_TOKEN = re.compile(r"[!-~]{1,64}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LONGEST_REFERENCE = 250
# No time in milliseconds lies below this since 1973, none in seconds above it until the year 5138.
_SMALLEST_MILLISECONDS = 100_000_000_000
_LATEST_MILLISECONDS = 253_402_300_799_000  # the end of the year 9999

_IGNORED_EVENTS = [
    "delivery",
    "read",
    "reaction",
    "message_edit",
    "optin",
    "account_linking",
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
    "app_roles",
    "policy-enforcement",
    "policy_enforcement",
    "feedback",
    "order",
]
_ATTACHMENT_TYPES = [
    "image",
    "video",
    "audio",
    "file",
    "sticker",
    "location",
    "fallback",
    "template",
    "share",
    "reel",
    "ig_reel",
    "post",
    "ig_post",
    "appointment_booking",
]


class _Ignored(Exception):
    """An event that is left out, and why."""


def read_events(body: bytes) -> ParseResult:
    """Every message in every entry of a request's body."""
    result = ParseResult()
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        result.ignored.append("the body is not JSON")
        return result
    if not isinstance(content, dict) or content.get("object") != "page":
        result.ignored.append("not an event of a Page")
        return result
    entries = _list(content.get("entry"))
    if not entries:
        result.ignored.append("no entry")
    for entry in entries:
        _read_entry(_mapping(entry), result)
    return result


def _read_entry(entry: Values, result: ParseResult) -> None:
    events, standby, changes = (
        _list(entry.get(key)) for key in ("messaging", "standby", "changes")
    )
    result.ignored.extend(["standby"] * len(standby) + ["changes"] * len(changes))
    if not (events or standby or changes):
        result.ignored.append("an entry without messaging")
    for event in events:
        try:
            result.messages.append(_read_event(_mapping(event), entry))
        except _Ignored as reason:
            result.ignored.append(str(reason))


def _read_event(event: Values, entry: Values) -> InboundMessage:
    message = _mapping(event.get("message"))
    if message.get("is_echo"):
        raise _Ignored("echo")
    if "message" in event:
        return _read_message(event, message, entry)
    if "postback" in event:
        return _read_postback(event, _mapping(event["postback"]), entry)
    if "referral" in event:
        return _greeting(event, entry, _mapping(event["referral"]), "referral")
    known = next((name for name in _IGNORED_EVENTS if name in event), "unknown event")
    raise _Ignored(known)


def _read_message(event: Values, message: Values, entry: Values) -> InboundMessage:
    sender = _sender(event, entry)
    mid = message.get("mid")
    if not isinstance(mid, str) or not mid:
        raise _Ignored("a message without mid")
    text = _text(message.get("text"))
    attachments = [_mapping(item) for item in _list(message.get("attachments"))]
    token = _button_token(_mapping(message.get("quick_reply")).get("payload"))
    if not (text.strip() or attachments or token or message.get("is_unsupported")):
        raise _Ignored("a message without content")
    details: dict[str, Any] = {}
    if attachments:
        details["attachments"] = sorted({_attachment_type(item) for item in attachments})
    place = next(filter(None, map(_coordinates, attachments)), None)
    kind = Kind.TEXT if text.strip() else Kind.ATTACHMENT
    if token:
        kind = Kind.BUTTON
    elif place and not text.strip():
        kind = Kind.LOCATION
    return InboundMessage(
        channel=CHANNEL,
        event_id=mid if _ID.fullmatch(mid) else f"mid:{_hash(mid)}",
        sender_id=sender,
        kind=kind,
        occurred_at=_moment(event.get("timestamp"), entry),
        text=text,
        button_token=token,
        details={**details, **(place or {})},
    )


def _read_postback(event: Values, postback: Values, entry: Values) -> InboundMessage:
    payload = _text(postback.get("payload"))
    referral = _mapping(postback.get("referral"))
    if payload == GET_STARTED:
        return _greeting(event, entry, referral, "get_started")
    title = _text(postback.get("title"))
    token = _button_token(payload)
    if not token and not title.strip():
        raise _Ignored("a postback without payload and title")
    sender = _sender(event, entry)
    return InboundMessage(
        channel=CHANNEL,
        event_id=_composed_id("postback", sender, event, entry, payload + "\n" + title),
        sender_id=sender,
        kind=Kind.BUTTON if token else Kind.TEXT,
        occurred_at=_moment(event.get("timestamp"), entry),
        text=title,
        button_token=token,
    )


def _greeting(event: Values, entry: Values, referral: Values, opened_by: str) -> InboundMessage:
    """Somebody opened the conversation with the Get Started button or an m.me link."""
    sender = _sender(event, entry)
    reference = _text(referral.get("ref"))[:_LONGEST_REFERENCE]
    details = {"opened_by": opened_by}
    if reference:
        details["reference"] = reference
    return InboundMessage(
        channel=CHANNEL,
        event_id=_composed_id(opened_by, sender, event, entry, reference),
        sender_id=sender,
        kind=Kind.TEXT,
        occurred_at=_moment(event.get("timestamp"), entry),
        text=GREETING,
        details=details,
    )


def _sender(event: Values, entry: Values) -> str:
    sender = _mapping(event.get("sender")).get("id")
    if not isinstance(sender, str) or not _ID.fullmatch(sender):
        raise _Ignored("no sender")
    if sender == entry.get("id"):
        raise _Ignored("sent by the Page itself")
    return sender


def _composed_id(name: str, sender: str, event: Values, entry: Values, content: str) -> str:
    """An id for events without a mid: the same for every delivery of the same event."""
    times = (event.get("timestamp"), entry.get("time"))
    when = next((value for value in times if isinstance(value, int)), 0)
    return f"{name}:{_hash(json.dumps([sender, when, content]))}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _moment(timestamp: object, entry: Values) -> datetime:
    """The event's time, in milliseconds or seconds since 1970; the entry's or now without it."""
    for value in (timestamp, entry.get("time")):
        if isinstance(value, int) and 0 < value <= _LATEST_MILLISECONDS:
            seconds = value / 1000 if value >= _SMALLEST_MILLISECONDS else value
            return datetime.fromtimestamp(seconds, UTC)
    return datetime.now(UTC)


def _button_token(payload: object) -> str:
    """The payload if it can be a token of ours."""
    return payload if isinstance(payload, str) and _BUTTON_TOKEN.fullmatch(payload) else ""


def _attachment_type(attachment: Values) -> str:
    """The attachment's type; a sticker is an image with a `sticker_id` in the older shape."""
    if _mapping(attachment.get("payload")).get("sticker_id"):
        return "sticker"
    kind = attachment.get("type")
    return kind if isinstance(kind, str) and kind in _ATTACHMENT_TYPES else "unknown"


def _coordinates(attachment: Values) -> dict[str, float] | None:
    found = _mapping(_mapping(attachment.get("payload")).get("coordinates"))
    latitude, longitude = _degrees(found.get("lat"), 90), _degrees(found.get("long"), 180)
    if latitude is None or longitude is None:
        return None
    return {"latitude": latitude, "longitude": longitude}


def _degrees(value: object, most: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= most else None


def _text(value: object) -> str:
    """The text without NUL and lone surrogates, which a database cannot hold."""
    return _SURROGATE.sub("\ufffd", value).replace("\x00", "") if isinstance(value, str) else ""


def _mapping(value: object) -> Values:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
