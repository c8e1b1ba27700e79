"""What a dialogue carries from one turn to the next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.messages import Button, Reply
from bot.text.digits import Language
from bot.wording import Wording

# A choice is of at most five buttons; where there are more, the fifth shows the next ones.
MOST_CHOICES = 5

Awaiting = Literal["", "service", "tier", "place", "confirmation", "resumption", "follow"]


@dataclass(frozen=True)
class Form:
    """A form that the citizen is filling in, one question after the other.

    `topic` names the dialogue that owns it (`feedback`, `ticket`…), `step` the question that is
    open, `fields` what was answered so far, `asked_at` (aware, UTC) when the question was asked.
    """

    topic: str
    step: str
    asked_at: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """The form as the slot `form` holds it."""
        return json.dumps(
            {
                "topic": self.topic,
                "step": self.step,
                "asked_at": self.asked_at.isoformat(),
                "fields": dict(self.fields),
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, value: str) -> Form:
        """The form that `to_json` wrote."""
        content = json.loads(value)
        return cls(
            topic=content["topic"],
            step=content["step"],
            asked_at=datetime.fromisoformat(content["asked_at"]),
            fields=content["fields"],
        )


@dataclass(frozen=True)
class Context:
    """What the conversation is about: service, tiers that are left, place, ticket, our question.

    `awaiting` is a passing question; `form` stays open while other questions are answered.
    `misunderstood` counts the messages in a row that were not understood. `topic` is the intent
    that was answered last: what a bare "and in Poipet?" or a correction belongs to. `earlier` holds
    what "back" goes back to, as JSON (bot/services/earlier_steps.py).
    """

    service_id: str = ""
    tiers: tuple[int, ...] = ()
    place_code: str = ""
    ticket_code: str = ""
    year: str = ""
    awaiting: Awaiting = ""
    form: Form | None = None
    misunderstood: int = 0
    topic: str = ""
    earlier: str = ""

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Context:
        """The context that `to_slots` wrote."""
        return cls(
            service_id=slots.get("service_id") or "",
            tiers=read_positions(slots.get("tiers")),
            place_code=slots.get("place_code") or "",
            ticket_code=slots.get("known_ticket_code") or "",
            year=slots.get("known_year") or "",
            awaiting=slots.get("awaiting") or "",
            form=Form.from_json(slots["form"]) if slots.get("form") else None,
            misunderstood=int(slots.get("misunderstood") or 0),
            topic=slots.get("topic") or "",
            earlier=slots.get("earlier") or "",
        )

    def to_slots(self) -> dict[str, str | None]:
        """Slot values; an empty one is None, as Rasa has it."""
        return {
            "service_id": self.service_id or None,
            "tiers": write_positions(self.tiers) or None,
            "place_code": self.place_code or None,
            "known_ticket_code": self.ticket_code or None,
            "known_year": self.year or None,
            "awaiting": self.awaiting or None,
            "form": self.form.to_json() if self.form else None,
            "misunderstood": str(self.misunderstood) if self.misunderstood else None,
            "topic": self.topic or None,
            "earlier": self.earlier or None,
        }

    def after(self, **changes: Any) -> Context:
        """The context with some changes and no open question, unless one is among the changes."""
        return replace(self, **{"awaiting": "", **changes})


@dataclass(frozen=True)
class Heard:
    """What the engine understood of one message.

    `entities` are all the values by entity, in the order of the message; `aspects` and `place` are
    taken from them. `chosen` is what stands behind a pressed button. `conversation_id` is what
    the contact is known by. `confidence` (0 to 1) is how sure the engine is of `intent`; a dialogue
    that takes free text leaves a message that is surely a question to the question's own topic.
    `corrects` says that the message takes back what was said before: of "no, Poipet", `text` is
    only "Poipet". `parts` are the clauses of a message that may say several things at once.
    """

    text: str
    language: Language
    intent: str = ""
    aspects: tuple[str, ...] = ()
    place: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    conversation_id: str = ""
    confidence: float = 1.0
    corrects: bool = False
    parts: tuple[Heard, ...] = ()

    def first(self, entity: str) -> str:
        """The first value of an entity, or nothing."""
        return next(iter(self.entities.get(entity, ())), "")


@dataclass(frozen=True)
class Turn:
    """The answer and the context it leaves.

    `understood` is False where the citizen has to say it again: after two such turns in a row the
    conductor offers the menu and a person instead of a third try. `language` is set where the turn
    changed the language of the conversation.
    """

    replies: tuple[Reply, ...]
    context: Context
    understood: bool = True
    language: Language | None = None


class FormDialogue(Protocol):
    """A topic whose questions are asked one after the other and survive an interruption."""

    topic: str

    def begin(self, heard: Heard, context: Context) -> Turn:
        """The first turn, for the topic's own intent: take what was said, ask what is missing.

        Also called while its form is open, when the citizen says the intent again.
        """

    def fill(self, heard: Heard, context: Context) -> Turn | None:
        """Take the message as the answer to `context.form.step`; None if it answers something else.

        A button of the form carries `form_topic`, `step` and `choice` (see `form_payload`): a press
        on an older question's button corrects that answer.
        """

    def ask(self, context: Context, language: Language) -> Reply:
        """The open question once more, after an interruption."""


def form_payload(topic: str, step: str, choice: str) -> str:
    """The payload of a button that answers a form's question."""
    return "/inform" + json.dumps(
        {"form_topic": topic, "step": step, "choice": choice}, ensure_ascii=False
    )


def choice(
    wording: Wording,
    language: Language,
    text: str,
    buttons: Sequence[Button],
    more_payload: str = "",
    page: int = 1,
) -> Reply:
    """A question with one page of its choices; `more_payload` opens the next page.

    `{page}` in `more_payload` is replaced by the next page's number.
    """
    if len(buttons) <= MOST_CHOICES:
        return Reply(text, buttons=tuple(buttons))
    size = MOST_CHOICES - 1
    start = (page - 1) * size
    shown = list(buttons[start : start + size])
    if not shown:
        start, page, shown = 0, 1, list(buttons[:size])
    following = page + 1 if start + size < len(buttons) else 1
    more = wording.text("utter_button_more", language)
    shown.append(Button(more, more_payload.replace("{page}", str(following))))
    return Reply(text, buttons=tuple(shown))


def read_positions(value: str | None) -> tuple[int, ...]:
    """Positions out of "1,2"; anything else in it is left out."""
    return tuple(int(part) for part in (value or "").split(",") if part.strip().isdecimal())


def write_positions(positions: Sequence[int]) -> str:
    """Positions as "1,2"."""
    return ",".join(str(position) for position in positions)
