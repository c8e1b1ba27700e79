"""A small topic with a form, as any topic would write it; and a conversation around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

from bot.db.models.base import now
from bot.messages import Button, Reply
from bot.services.conversation import Conversation, Topic, form_topic
from bot.services.dialogue import Context, Form, Heard, Turn, form_payload
from bot.services.spoken import speaker
from bot.wording import wording

WORDS = wording()
MENU = WORDS.text("utter_menu", "en")
CANCELLED = WORDS.text("utter_cancelled", "en")
SIZES = ("small", "large")


class ParcelForm:
    """Asks for a size, then for a colour."""

    topic = "parcel"

    def begin(self, heard: Heard, context: Context) -> Turn:
        form = Form(self.topic, "size", datetime.now(timezone.utc))
        asked = context.after(form=form)
        return Turn((self.ask(asked, heard.language),), asked)

    def fill(self, heard: Heard, context: Context) -> Turn | None:
        form = context.form
        said = heard.chosen.get("choice") or heard.text.lower().strip()
        step = heard.chosen.get("step") or (
            "size" if heard.corrects and said in SIZES else form.step
        )
        if step == "size":
            if said not in SIZES:
                return None
            return self._next(context, heard, size=said)
        if heard.intent not in ("inform", "out_of_scope", "nlu_fallback"):
            return None
        if any(character.isdigit() for character in said):
            return Turn((Reply("a colour has no digits"),), context, understood=False)
        reply = Reply(f"sent: {form.fields['size']} {said}")
        return Turn((reply,), context.after(form=None))

    def ask(self, context: Context, language: str) -> Reply:
        if context.form.step == "size":
            buttons = tuple(Button(size, form_payload(self.topic, "size", size)) for size in SIZES)
            return Reply(f"which size? ({language})", buttons=buttons)
        return Reply(f"which colour? ({language})")

    def _next(self, context: Context, heard: Heard, **fields: str) -> Turn:
        form = replace(context.form, step="colour", fields={**context.form.fields, **fields})
        asked = context.after(form=form)
        return Turn((self.ask(asked, heard.language),), asked)


def _not_understood(heard: Heard, context: Context) -> Turn:
    return Turn((Reply("what?"),), context.after(), understood=False)


def _cancel(heard: Heard, context: Context) -> Turn:
    return Turn((Reply("left"),), context.after(form=None))


def _place(heard: Heard, context: Context) -> Turn:
    return Turn((Reply(f"place: {heard.text}"),), context.after(place_code=heard.first("place")))


def _language(heard: Heard, context: Context) -> Turn:
    return Turn((Reply("language changed"),), context, language="en")


def _parcel(heard: Heard, context: Context) -> Turn:
    return Turn((Reply(f"parcel {heard.text}"),), context.after())


def new_conversation(clock=now) -> Conversation:
    def say(text: str):
        return lambda heard, context: Turn((Reply(text),), context.after())

    return Conversation(
        WORDS,
        [
            Topic({"ask_service": say("30,000 riel")}),
            Topic({"find_office": _place}, entities=frozenset({"place"}), bare=_place),
            Topic(
                {"ask_budget": say("budget")},
                entities=frozenset({"place", "year"}),
                bare=say("budget again"),
            ),
            Topic({"greet": speaker(WORDS, "utter_greet")}),
            Topic({"change_language": _language}),
            Topic({"inform": say("inform"), "deny": _cancel, "affirm": say("yes what?")}),
            Topic({"out_of_scope": _not_understood, "nlu_fallback": _not_understood}),
            Topic({}, bare=_parcel, recognises=lambda heard: heard.text.startswith("P-")),
            form_topic(ParcelForm(), "give_feedback", ["rating"]),
        ],
        clock=clock,
    )


def said(text: str, intent: str = "inform", language: str = "en", **entities: str) -> Heard:
    return Heard(
        text,
        language,
        intent,
        entities={entity: (value,) for entity, value in entities.items()},
        place=entities.get("place", ""),
    )


def pressed(intent: str = "inform", **chosen: str) -> Heard:
    return Heard("", "en", intent, chosen=chosen)


def talk(conversation: Conversation, *messages: Heard, context: Context | None = None):
    """The last turn of some messages, and everything said in it."""
    turn = Turn((Reply(""),), context or Context())
    for heard in messages:
        turn = conversation.take(heard, turn.context)
    return turn, " | ".join(reply.text for reply in turn.replies)
