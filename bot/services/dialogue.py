"""What a dialogue of services carries from one turn to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.messages import Button, Reply
from bot.text.digits import Language
from bot.wording import Wording

# A choice is of at most five buttons; where there are more, the fifth shows the next ones.
MOST_CHOICES = 5

Awaiting = Literal["", "service", "tier", "place", "confirmation"]


@dataclass(frozen=True)
class Context:
    """What the conversation is about: service, tiers that are left, place, and our question."""

    service_id: str = ""
    tiers: tuple[int, ...] = ()
    place_code: str = ""
    awaiting: Awaiting = ""

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Context:
        """The context that `to_slots` wrote."""
        return cls(
            service_id=slots.get("service_id") or "",
            tiers=read_positions(slots.get("tiers")),
            place_code=slots.get("place_code") or "",
            awaiting=slots.get("awaiting") or "",
        )

    def to_slots(self) -> dict[str, str | None]:
        """Slot values; an empty one is None, as Rasa has it."""
        return {
            "service_id": self.service_id or None,
            "tiers": write_positions(self.tiers) or None,
            "place_code": self.place_code or None,
            "awaiting": self.awaiting or None,
        }

    def after(self, **changes: Any) -> Context:
        """The context with some changes and no open question, unless one is among the changes."""
        return replace(self, **{"awaiting": "", **changes})


@dataclass(frozen=True)
class Heard:
    """What the engine understood of one message."""

    text: str
    language: Language
    intent: str = ""
    aspects: tuple[str, ...] = ()
    place: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """The answer and the context it leaves."""

    replies: tuple[Reply, ...]
    context: Context


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
    return tuple(int(part) for part in (value or "").split(",") if part.strip().isdigit())


def write_positions(positions: Sequence[int]) -> str:
    """Positions as "1,2"."""
    return ",".join(str(position) for position in positions)
