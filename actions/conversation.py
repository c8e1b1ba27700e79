"""Between Rasa's tracker and dispatcher and our own terms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.messages import Reply
from bot.services.dialogue import Context, Heard, Turn
from bot.services.service_card import ASPECTS
from bot.text.digits import Language

_BUTTON_ENTITIES = (
    *("service_id", "tiers", "sector_id", "place_code", "page"),
    *("form_topic", "step", "choice"),
)


def language_of(tracker: Tracker) -> Language:
    """The language to answer in."""
    return "en" if tracker.get_slot("language") == "en" else "km"


def heard(tracker: Tracker) -> Heard:
    """What the engine understood of the latest message; a button's payload has no text."""
    message: dict[str, Any] = tracker.latest_message or {}
    entities: list[dict[str, Any]] = message.get("entities") or []
    text = str(message.get("text") or "")
    whole = _heard(
        tracker, "" if text.startswith("/") else text, message.get("intent") or {}, entities
    )
    parts = tuple(
        _heard(
            tracker,
            text[clause["start"] : clause["end"]].strip(),
            {"name": clause["intent"], "confidence": clause["confidence"]},
            [entity for entity in entities if _lies_in(entity, clause)],
        )
        for clause in message.get("clauses") or ()
    )
    return replace(whole, parts=parts)


def _heard(
    tracker: Tracker, text: str, intent: dict[str, Any], entities: list[dict[str, Any]]
) -> Heard:
    values: dict[str, tuple[str, ...]] = {}
    for entity in entities:
        values[entity["entity"]] = (*values.get(entity["entity"], ()), str(entity["value"]))
    named = values.get("aspect", ())
    return Heard(
        text=text,
        language=language_of(tracker),
        intent=str(intent.get("name") or ""),
        aspects=tuple(aspect for aspect in ASPECTS if aspect in named),
        place=next(iter(values.get("place", ())), ""),
        chosen={
            str(entity["entity"]): str(entity["value"])
            for entity in entities
            if entity["entity"] in _BUTTON_ENTITIES
        },
        entities=values,
        conversation_id=str(tracker.sender_id),
        confidence=float(intent.get("confidence") or 0.0),
    )


def _lies_in(entity: dict[str, Any], clause: dict[str, Any]) -> bool:
    return bool(clause["start"] <= int(entity.get("start") or 0) < clause["end"])


def context(tracker: Tracker) -> Context:
    """What the conversation is about."""
    return Context.from_slots(tracker.current_slot_values())


def say(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Utter a reply; what Rasa has no field for travels in its custom part."""
    buttons = [
        {"title": button.title, "payload": button.payload, "url": button.url}
        for button in reply.buttons
    ]
    dispatcher.utter_message(text=reply.text, buttons=buttons or None)
    # The picture as well: Rasa would send it as a message of its own behind the text.
    custom: dict[str, Any] = {
        name: value
        for name in ("short_text", "image_url", "link_url")
        if (value := getattr(reply, name))
    }
    if not reply.understood:
        custom["understood"] = False
    if custom:
        dispatcher.utter_message(json_message=custom)


def finish(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType]:
    """Utter a turn's replies and remember its context."""
    for reply in turn.replies:
        say(dispatcher, replace(reply, understood=turn.understood))
    slots = turn.context.to_slots()
    if turn.language:
        slots["language"] = turn.language
    known = tracker.current_slot_values()
    return [SlotSet(name, value) for name, value in slots.items() if known.get(name) != value]
