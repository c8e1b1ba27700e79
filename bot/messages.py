"""What travels between channels, the engine and the citizen, in no vendor's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any


class Kind(str, Enum):
    """What a citizen, or a provider in their name, sent.

    The first four are turns of the conversation. `EDIT` corrects the message whose event id stands
    in `details["edited_event_id"]`. `OPT_OUT`, `OPT_IN`, `HELP` and `MORE` are the keywords of SMS.
    `BLOCKED` and `UNBLOCKED`: the citizen closed or opened the channel. `MIGRATED`: the provider
    knows the conversation as `details["new_id"]` from now on. `PERSON_ANSWERED` and
    `PERSON_LEFT`: a colleague took the conversation over, or gave it back.
    """

    TEXT = "text"
    BUTTON = "button"
    ATTACHMENT = "attachment"
    LOCATION = "location"
    EDIT = "edit"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    MORE = "more"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MIGRATED = "migrated"
    PERSON_ANSWERED = "person_answered"
    PERSON_LEFT = "person_left"


TURNS = frozenset({Kind.TEXT, Kind.BUTTON, Kind.ATTACHMENT, Kind.LOCATION})


@dataclass(frozen=True)
class InboundMessage:
    """One message of a citizen as a channel received it.

    `event_id` is the provider's own id: the pair (channel, event_id) is stored once, whatever the
    provider repeats. `sender_id` is the channel's id of the citizen, as text. `button_token` is the
    opaque token of the button that was pressed. `occurred_at` is aware, in UTC. `details` hold what
    else the channel tells: `attachments`, `latitude` and `longitude`, `gateway`, `chat_type`,
    `from_id` (who wrote, in a group), `reply_to_message_id`, `callback_query_id`, `command` (tapped
    in a menu), `opened_by` and `reference` (of a link that opened the conversation).
    """

    channel: str
    event_id: str
    sender_id: str
    kind: Kind
    occurred_at: datetime
    text: str = ""
    button_token: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DeliveryReport:
    """What a provider tells of messages that it took: they arrived, or never will.

    `provider_message_ids` are those that sending returned; `code` is the provider's, empty for
    what arrived.
    """

    channel: str
    provider_message_ids: tuple[str, ...]
    delivered: bool
    code: str = ""


@dataclass(frozen=True)
class Button:
    """A choice offered to the citizen.

    `payload` is what the engine receives when it is pressed (`/inform{"service_id": …}`); on its
    way to a citizen it is replaced by an opaque token. A button with a `url` opens that page.
    """

    title: str
    payload: str = ""
    url: str = ""


@dataclass(frozen=True)
class Reply:
    """One answer to a citizen: text, a shorter text for SMS, buttons, an image, a link.

    `understood` is false where it says that the message was not; only the figures need it.
    """

    text: str
    short_text: str = ""
    buttons: tuple[Button, ...] = ()
    image_url: str = ""
    link_url: str = ""
    understood: bool = True

    def to_json(self) -> dict[str, Any]:
        """The reply as plain JSON values, as the outbox stores it."""
        return {
            "text": self.text,
            "short_text": self.short_text,
            "buttons": [vars(button) for button in self.buttons],
            "image_url": self.image_url,
            "link_url": self.link_url,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Reply:
        """The reply that `to_json` wrote."""
        return cls(
            text=value["text"],
            short_text=value.get("short_text", ""),
            buttons=tuple(Button(**button) for button in value.get("buttons", ())),
            image_url=value.get("image_url", ""),
            link_url=value.get("link_url", ""),
            understood=bool(value.get("understood", True)),
        )


@dataclass(frozen=True)
class Capabilities:
    """What a channel can carry, as numbers; nothing here names a vendor.

    `text_characters` and `button_title_characters` are limits in Unicode characters;
    `text_with_buttons_characters` is the limit of a text that carries `template_buttons` or fewer
    permanent buttons, `caption_characters` that of a text under an image; `quick_replies` is how
    many passing choices fit under one text. Zero means that the channel has no such thing. With
    `sms_parts` a reply is its short text in at most so many short messages (GSM-7 or UCS-2), its
    choices as numbers, and the rest on request.
    """

    text_characters: int
    button_title_characters: int = 0
    template_buttons: int = 0
    text_with_buttons_characters: int = 0
    quick_replies: int = 0
    images: bool = False
    caption_characters: int = 0
    links: bool = True
    sms_parts: int = 0
