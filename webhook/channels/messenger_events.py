"""A webhook request of Messenger as messages.

Whatever signed bytes hold, reading them never fails: what is not understood is ignored with a
reason, because a request answered with an error comes back for 36 hours and holds up others.
Source: https://developers.facebook.com/docs/messenger-platform/webhooks
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.messages import DeliveryReport, InboundMessage, Kind
from webhook.channels.base import ParseResult
from webhook.channels.messenger_handover import (
    THREAD_CONTROLS,
    read_echo,
    read_standby,
    read_thread_control,
)
from webhook.channels.messenger_menu import GET_STARTED, words_behind
from webhook.channels.messenger_values import (
    CHANNEL,
    composed_id,
    digest,
    message_id,
    moment_of,
    sender_of,
)
from webhook.channels.values import Ignored, Values, coordinates, items, mapping, text_of

# What a citizen is taken to say who opens the conversation without a word.
GREETING = "សួស្តី"

_BUTTON_TOKEN = re.compile(r"[!-~]{1,64}")
_LONGEST_REFERENCE = 250
# A statement of SQL has a limited number of values.
_REPORTED_AT_ONCE = 500
_STOPPED = "STOP NOTIFICATIONS"

_IGNORED_EVENTS = (
    *("read", "reaction", "account_linking", "app_roles", "feedback", "order", "game_play"),
    *("policy-enforcement", "policy_enforcement", "payment", "lead", "customer_information"),
)
_ATTACHMENT_TYPES = frozenset(
    (
        *("image", "video", "audio", "file", "sticker", "location", "fallback", "template"),
        *("share", "reel", "ig_reel", "post", "ig_post", "appointment_booking"),
    )
)


def read_events(body: bytes, app_id: str = "") -> ParseResult:
    """Every message in every entry of a request's body; `app_id` is our own app's, if known."""
    result = ParseResult()
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        result.ignored.append("the body is not JSON")
        return result
    if not isinstance(content, dict) or content.get("object") != "page":
        result.ignored.append("not an event of a Page")
        return result
    entries = items(content.get("entry"))
    if not entries:
        result.ignored.append("no entry")
    for entry in entries:
        _read_entry(mapping(entry), app_id, result)
    return result


def _read_entry(entry: Values, app_id: str, result: ParseResult) -> None:
    events, standby, changes = (
        items(entry.get(key)) for key in ("messaging", "standby", "changes")
    )
    result.ignored.extend(["changes"] * len(changes))
    if not (events or standby or changes):
        result.ignored.append("an entry without messaging")
    for is_ours, event in [*((True, event) for event in events), *((False, e) for e in standby)]:
        event = mapping(event)
        try:
            if "delivery" in event:
                result.reports.extend(_read_delivery(mapping(event["delivery"])))
            else:
                result.messages.append(_read_event(event, entry, app_id, is_ours))
        except Ignored as reason:
            result.ignored.append(str(reason))


def _read_event(event: Values, entry: Values, app_id: str, is_ours: bool) -> InboundMessage:
    if mapping(event.get("message")).get("is_echo"):
        return read_echo(event, entry, app_id)
    if any(name in event for name in THREAD_CONTROLS):
        return read_thread_control(event, entry, app_id)
    if not is_ours:
        if "message" in event or "postback" in event:
            return read_standby(event, entry)
        raise Ignored("standby")
    if "message" in event:
        return _read_message(event, mapping(event["message"]), entry)
    if "postback" in event:
        return _read_postback(event, mapping(event["postback"]), entry)
    if "referral" in event:
        return _greeting(event, entry, mapping(event["referral"]), "referral")
    if "message_edit" in event:
        return _read_edit(event, mapping(event["message_edit"]), entry)
    if "optin" in event:
        return _read_optin(event, mapping(event["optin"]), entry)
    raise Ignored(next((name for name in _IGNORED_EVENTS if name in event), "unknown event"))


def _read_delivery(delivery: Values) -> Iterator[DeliveryReport]:
    """The messages that arrived; its watermark says the same of earlier ones, but not which."""
    mids = [mid for mid in map(message_id, items(delivery.get("mids"))) if mid]
    if not mids:
        raise Ignored("a delivery without mids")
    for start in range(0, len(mids), _REPORTED_AT_ONCE):
        yield DeliveryReport(
            CHANNEL, tuple(mids[start : start + _REPORTED_AT_ONCE]), delivered=True
        )


def _read_message(event: Values, message: Values, entry: Values) -> InboundMessage:
    sender = sender_of(event, entry)
    mid = message_id(message.get("mid"))
    if not mid:
        raise Ignored("a message without mid")
    text = text_of(message.get("text"))
    attachments = [mapping(item) for item in items(message.get("attachments"))]
    token = _button_token(mapping(message.get("quick_reply")).get("payload"))
    if not (text.strip() or attachments or token or message.get("is_unsupported")):
        raise Ignored("a message without content")
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
        event_id=mid,
        sender_id=sender,
        kind=kind,
        occurred_at=moment_of(event, entry),
        text=text,
        button_token=token,
        details={**details, **(place or {})},
    )


def _read_postback(event: Values, postback: Values, entry: Values) -> InboundMessage:
    payload = text_of(postback.get("payload"))
    referral = mapping(postback.get("referral"))
    if payload == GET_STARTED:
        return _greeting(event, entry, referral, "get_started")
    chosen = words_behind(payload)
    title = chosen or text_of(postback.get("title"))
    token = "" if chosen else _button_token(payload)
    if not token and not title.strip():
        raise Ignored("a postback without payload and title")
    sender = sender_of(event, entry)
    return InboundMessage(
        channel=CHANNEL,
        event_id=composed_id("postback", sender, event, entry, payload + "\n" + title),
        sender_id=sender,
        kind=Kind.BUTTON if token else Kind.TEXT,
        occurred_at=moment_of(event, entry),
        text=title,
        button_token=token,
    )


def _read_edit(event: Values, edit: Values, entry: Values) -> InboundMessage:
    """A corrected message; a citizen can correct one up to five times."""
    sender = sender_of(event, entry)
    edited = message_id(edit.get("mid"))
    text = text_of(edit.get("text"))
    if not edited or not text.strip():
        raise Ignored("an edit without mid or text")
    return InboundMessage(
        channel=CHANNEL,
        event_id=f"edit:{digest(json.dumps([edited, edit.get('num_edit'), text]))}",
        sender_id=sender,
        kind=Kind.EDIT,
        occurred_at=moment_of(event, entry),
        text=text,
        details={"edited_event_id": edited},
    )


def _read_optin(event: Values, optin: Values, entry: Values) -> InboundMessage:
    """Notices agreed to or stopped in Messenger's own dialog, or the Send to Messenger plugin.

    Source: https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messaging_optins
    """
    if optin.get("type") != "notification_messages":
        return _greeting(event, entry, optin, "optin")
    sender = sender_of(event, entry)
    status = text_of(optin.get("notification_messages_status")).replace("_", " ")
    kind = Kind.OPT_OUT if status == _STOPPED else Kind.OPT_IN
    return InboundMessage(
        channel=CHANNEL,
        event_id=composed_id(kind.value, sender, event, entry, ""),
        sender_id=sender,
        kind=kind,
        occurred_at=moment_of(event, entry),
    )


def _greeting(event: Values, entry: Values, referral: Values, opened_by: str) -> InboundMessage:
    """Somebody opened the conversation: Get Started, an m.me link, a button on a web page."""
    sender = sender_of(event, entry)
    reference = text_of(referral.get("ref"))[:_LONGEST_REFERENCE]
    details = {"opened_by": opened_by}
    if reference:
        details["reference"] = reference
    return InboundMessage(
        channel=CHANNEL,
        event_id=composed_id(opened_by, sender, event, entry, reference),
        sender_id=sender,
        kind=Kind.TEXT,
        occurred_at=moment_of(event, entry),
        text=GREETING,
        details=details,
    )


def _button_token(payload: object) -> str:
    """The payload if it can be a token of ours."""
    return payload if isinstance(payload, str) and _BUTTON_TOKEN.fullmatch(payload) else ""


def _attachment_type(attachment: Values) -> str:
    """The attachment's type; a sticker is an image with a `sticker_id` in the older shape."""
    if mapping(attachment.get("payload")).get("sticker_id"):
        return "sticker"
    kind = attachment.get("type")
    return kind if isinstance(kind, str) and kind in _ATTACHMENT_TYPES else "unknown"


def _coordinates(attachment: Values) -> dict[str, float] | None:
    found = mapping(mapping(attachment.get("payload")).get("coordinates"))
    return coordinates(found.get("lat"), found.get("long"))
