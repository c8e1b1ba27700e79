"""When a person, or another app, talks with the citizen in the Page's name.

With Conversation Routing, the successor of the handover protocol, each conversation has one owner
among the Page's apps, or none while it is idle. Whoever is not the owner keeps quiet.
Sources: https://developers.facebook.com/docs/messenger-platform/conversation-routing and
https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/message-echoes
"""

from __future__ import annotations

from bot.messages import InboundMessage, Kind
from webhook.channels.messenger_values import (
    CHANNEL,
    app_id_of,
    composed_id,
    message_id,
    moment_of,
    recipient_of,
    sender_of,
)
from webhook.channels.values import Ignored, Values, mapping

# What every message of ours carries, so that its echo is known for ours.
METADATA = "chrok"
# The Page's own inbox, where colleagues write, is an app of Meta's with this id.
PAGE_INBOX = "263902037430900"
THREAD_CONTROLS = ("pass_thread_control", "take_thread_control", "request_thread_control")


def read_echo(event: Values, entry: Values, app_id: str) -> InboundMessage:
    """What the Page said: ours is left out, a colleague's takes the conversation over."""
    message = mapping(event.get("message"))
    if message.get("metadata") == METADATA or (
        app_id and app_id_of(message.get("app_id")) == app_id
    ):
        raise Ignored("an echo of ours")
    citizen = recipient_of(event, entry)
    event_id = message_id(message.get("mid"))
    if not event_id:
        raise Ignored("an echo without mid")
    return _taken(event, entry, citizen, event_id)


def read_standby(event: Values, entry: Values) -> InboundMessage:
    """What a citizen says while somebody else owns the conversation: not ours to answer or keep."""
    citizen = sender_of(event, entry)
    message = mapping(event.get("message")) or mapping(event.get("postback"))
    content = message_id(message.get("mid"))
    event_id = composed_id("standby", citizen, event, entry, content)
    return _taken(event, entry, citizen, event_id)


def read_thread_control(event: Values, entry: Values, app_id: str) -> InboundMessage:
    """A conversation that changes hands, or that a colleague asks for."""
    name = next(name for name in THREAD_CONTROLS if name in event)
    control = mapping(event[name])
    citizen = sender_of(event, entry)
    if name == "request_thread_control":
        owner = app_id_of(control.get("requested_owner_app_id"))
        if owner != PAGE_INBOX:
            raise Ignored("another app asks for the conversation")
        is_ours = False
    else:
        owner = app_id_of(control.get("new_owner_app_id"))
        is_ours = _is_ours(name, owner, app_id)
    event_id = composed_id(name, citizen, event, entry, owner)
    return InboundMessage(
        channel=CHANNEL,
        event_id=event_id,
        sender_id=citizen,
        kind=Kind.PERSON_LEFT if is_ours else Kind.PERSON_ANSWERED,
        occurred_at=moment_of(event, entry),
    )


def _is_ours(name: str, owner: str, app_id: str) -> bool:
    """Whether the assistant may speak again; an idle conversation is anybody's.

    Without our app's id it follows from who is told: passing is told to the new owner, taking to
    the one that loses the conversation.
    """
    if not owner:
        return True
    if app_id:
        return owner == app_id
    return owner != PAGE_INBOX and name == "pass_thread_control"


def _taken(event: Values, entry: Values, citizen: str, event_id: str) -> InboundMessage:
    return InboundMessage(
        channel=CHANNEL,
        event_id=event_id,
        sender_id=citizen,
        kind=Kind.PERSON_ANSWERED,
        occurred_at=moment_of(event, entry),
    )
