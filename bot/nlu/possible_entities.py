"""Which entities a message can hold, by what it means and what its parts mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# What an entity can only mean in messages of these intents: the price of gold is no aspect of a
# service, a Khmer dish is no language, and a hundred metres are no end of a phone number.
_ONLY_IN = {
    "aspect": frozenset({"ask_service"}),
    "language": frozenset({"change_language"}),
    "rating": frozenset({"inform", "give_feedback"}),
    "phone_digits": frozenset({"inform", "track_ticket", "talk_to_officer", "forget_me"}),
}
_NOTHING_OF_OURS = "out_of_scope"
BARE_ANSWER = "inform"
# Of these entities, whose values are a closed list, often no word names the value.
OF_WHOLE_MESSAGES = ("aspect", "rating")
# Of these a message holds one at most.
SINGLE = frozenset({"rating"})
# The conductor believes no part of a message that is less sure.
_SURE_ENOUGH = 0.55


def intents_with(name: str) -> frozenset[str]:
    """The intents of messages that can hold such an entity, if they are not all."""
    return _ONLY_IN[name]


@dataclass(frozen=True)
class Intents:
    """The intent of a message, and its clauses with `intent`, `confidence`, `start` and `end`."""

    whole: str
    clauses: Sequence[dict[str, Any]] = ()

    @property
    def names(self) -> frozenset[str]:
        """What the whole means and what those clauses mean that are sure enough."""
        return frozenset({self.whole, *(str(clause["intent"]) for clause in self.sure_clauses)})

    def may_hold(self, name: str) -> bool:
        """Whether an entity of this name can stand anywhere in the message."""
        only_in = _ONLY_IN.get(name)
        return only_in is None or not only_in.isdisjoint(self.names)

    def allow(self, entity: dict[str, Any]) -> bool:
        """Whether the message, or the clause in which the entity stands, can hold it."""
        if self.names == {_NOTHING_OF_OURS}:
            return False
        only_in = _ONLY_IN.get(entity["entity"])
        if only_in is None or self.whole in only_in:
            return True
        return any(
            clause["intent"] in only_in and clause["start"] <= entity["start"] < clause["end"]
            for clause in self.sure_clauses
        )

    @property
    def sure_clauses(self) -> list[dict[str, Any]]:
        """Those that may count beside the whole.

        What looks like a bare answer is none when there is more in the message.
        """
        return [
            clause
            for clause in self.clauses
            if clause["confidence"] >= _SURE_ENOUGH and clause["intent"] != BARE_ANSWER
        ]
