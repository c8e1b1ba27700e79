"""Entities that have a shape: ticket codes, years, the digits of a phone number."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.components import RuleComponent
from bot.nlu.overlaps import overlap
from bot.nlu.phone_digits import find_phone_digits
from bot.text.digits import to_meant_digits

# A ticket code has 12 digits, in any grouping: district (4), year and month (4), form (4).
_TICKET_CODE = re.compile(
    # The three digits of a phone may follow it in the same message.
    r"(?<!\d)\d(?:[ \-./\u200b]?\d){11}(?:(?![ \-./]?\d)|(?=[ \-./]\d{3}(?![ \-./]?\d)))"
)
# What was meant for one: a few digits too many or too few, and no amount grouped by thousands.
_ALMOST_A_CODE = re.compile(
    r"(?<!\d)(?!\d{1,3}(?:[ .]\d{3})+(?!\d))\d(?:[ \-./\u200b]?\d){8,12}(?![ \-./]?\d)"
)
_YEAR = re.compile(r"(?<!\d)(?:2\u200b?0\u200b?[0-4]|2\u200b?5\u200b?[5-9])\u200b?\d(?!\d)")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PatternExtractor(RuleComponent):
    """Finds `ticket_code`, `year` and `phone_digits` in either digit set.

    A code of 9 to 13 digits is found too: whoever mistypes one is told so, not misunderstood.
    Values are Latin digits without separators; spans are those of the raw message. A year is
    Gregorian (2000–2049) or of the Buddhist era (2550–2599) and given as written.
    """

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to each message; what the tagger found at the same place gives way."""
        for message in messages:
            found = find_patterns(message.get(TEXT) or "")
            if not found:
                continue
            for entity in found:
                entity["extractor"] = type(self).__name__
            others = [
                entity
                for entity in message.get(ENTITIES, [])
                if not any(overlap(entity, pattern) for pattern in found)
            ]
            message.set(ENTITIES, others + found, add_to_output=True)
        return messages


def find_patterns(text: str) -> list[dict[str, Any]]:
    """The entities of a text, without overlaps; a ticket code wins over a year inside it."""
    latin = rest = to_meant_digits(text)
    spans: list[tuple[str, tuple[int, int]]] = []
    for name, find in _KINDS:
        if name == "ticket_code" and spans and spans[0][0] == name:
            continue  # what is left over is no second try
        found = find(rest)
        spans += [(name, span) for span in found]
        rest = _blanked(rest, found)
    return [
        {"entity": name, "value": re.sub(r"\D", "", latin[start:end]), "start": start, "end": end}
        for name, (start, end) in spans
    ]


def _spans(pattern: re.Pattern[str]) -> Callable[[str], list[tuple[int, int]]]:
    return lambda text: [match.span() for match in pattern.finditer(text)]


# In this order: each is looked for in what those before it left.
_KINDS = (
    ("ticket_code", _spans(_TICKET_CODE)),
    ("phone_digits", find_phone_digits),
    ("ticket_code", _spans(_ALMOST_A_CODE)),
    ("year", _spans(_YEAR)),
)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
