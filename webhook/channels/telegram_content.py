"""What a message of Telegram holds: words, a place, or something that cannot be read.

Source: https://core.telegram.org/bots/api#message
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.messages import Kind
from webhook.channels.values import Ignored, Values, coordinates, mapping, text_of

# Telegram's names and ours; of an animation Telegram also tells a document.
_ATTACHMENTS = {
    "photo": "image",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "voice": "audio",
    "audio": "audio",
    "document": "file",
    "sticker": "sticker",
    "contact": "contact",
}
_ENVELOPE = frozenset(
    {
        *("message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat"),
        *("sender_boost_count", "sender_business_bot", "sender_tag", "date", "edit_date", "chat"),
        *("business_connection_id", "forward_origin", "is_topic_message", "is_automatic_forward"),
        *("reply_to_message", "external_reply", "quote", "reply_to_story", "via_bot"),
        *("reply_to_checklist_task_id", "has_protected_content", "is_from_offline"),
        *("is_paid_post", "media_group_id", "author_signature", "paid_star_count", "entities"),
        *("link_preview_options", "effect_id", "suggested_post_info", "caption_entities"),
        *("show_caption_above_media", "has_media_spoiler", "reply_markup"),
    }
)
# What Telegram itself writes into a chat when something about it changes.
_SERVICE = (
    *("new_chat_members", "new_chat_member", "new_chat_participant", "left_chat_member"),
    *("left_chat_participant", "new_chat_title", "new_chat_photo", "delete_chat_photo"),
    *("group_chat_created", "supergroup_chat_created", "channel_chat_created", "pinned_message"),
    *("message_auto_delete_timer_changed", "proximity_alert_triggered", "boost_added"),
    *("chat_background_set", "forum_topic_created", "forum_topic_edited", "forum_topic_closed"),
    *("forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden"),
    *("video_chat_scheduled", "video_chat_started", "video_chat_ended", "write_access_allowed"),
    *("video_chat_participants_invited", "connected_website", "users_shared", "chat_shared"),
    *("giveaway_created", "giveaway_completed", "successful_payment", "refunded_payment"),
    *("gift", "unique_gift", "paid_message_price_changed", "direct_message_price_changed"),
    *("checklist_tasks_done", "checklist_tasks_added", "chat_owner_left", "chat_owner_changed"),
)


@dataclass(frozen=True)
class Content:
    """The words of a message, else its kind; `album` is what several pictures have in common."""

    text: str = ""
    kind: Kind = Kind.TEXT
    details: Mapping[str, Any] = field(default_factory=dict)
    album: str = ""


def content_of(message: Values) -> Content:
    """What the message holds; raises `Ignored` where a chat's change is told or nothing is."""
    if any(name in message for name in _SERVICE):
        raise Ignored("a service message")
    text = text_of(message.get("text") or message.get("caption")).strip()
    found = {ours for name, ours in _ATTACHMENTS.items() if name in message}
    if "animation" in message:
        found.discard("file")
    details = {"attachments": sorted(found)} if found else {}
    if text:
        return Content(text, Kind.TEXT, details)
    place = _place(message)
    if place is not None:
        return Content("", Kind.LOCATION, place)
    number = _own_number(message)
    if number:
        return Content(number, Kind.TEXT, details)
    if not message.keys() - _ENVELOPE - {"text", "caption"}:
        raise Ignored("a message without content")
    album = text_of(message.get("media_group_id"))
    return Content("", Kind.ATTACHMENT, details or {"attachments": ["unknown"]}, album[:64])


def _own_number(message: Values) -> str:
    """The sender's own phone number where they shared it, as if they had typed it."""
    contact, sender = mapping(message.get("contact")), mapping(message.get("from"))
    if contact.get("user_id") is None or contact.get("user_id") != sender.get("id"):
        return ""
    return text_of(contact.get("phone_number")).strip()


def _place(message: Values) -> dict[str, float] | None:
    place = mapping(message.get("location") or mapping(message.get("venue")).get("location"))
    return coordinates(place.get("latitude"), place.get("longitude"))
