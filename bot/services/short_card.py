"""What an SMS says of a service: fee, days and where, then the documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.rendering.choices import is_khmer
from bot.text.clusters import truncate

# Longer than this, a name leaves too little of three messages for the answer.
_LONGEST_TITLE = {True: 44, False: 100}
# So much stands below the name in three messages, beside two or three choices.
_LONGEST_BODY = {True: 112, False: 300}


class Say(Protocol):
    """Says a response of the domain in the citizen's language."""

    def __call__(self, name: str, **values: object) -> str:
        """The response with its placeholders filled."""


def short_lines(
    say: Say, fees: Sequence[str], durations: Sequence[str], level: str, documents: Sequence[str]
) -> list[str]:
    """The lines below the service's name. What is unknown is asked for where the service is."""
    office = say(f"utter_short_level_{level}")
    if fees and durations:
        where = say("utter_short_where", office=office)
    elif fees:
        where = say("utter_short_ask_duration", office=office)
    elif durations:
        where = say("utter_short_ask_fee", office=office)
    else:
        where = say("utter_short_ask_fee_and_duration", office=office)
    return [*fees, *durations, where, *documents]


def first_fitting(variants: Sequence[list[str]]) -> list[str]:
    """The fullest variant that three messages can hold; the last and barest if none does."""
    for lines in variants:
        body = "\n".join(lines)
        if len(body) <= _LONGEST_BODY[is_khmer(body)]:
            return lines
    return variants[-1]


def short_title(name: str, facets: Sequence[str]) -> str:
    """The name with what the citizen chose; the finer choices only where there is room."""
    limit = _LONGEST_TITLE[is_khmer(name)]
    kept = list(facets)
    while len(kept) > 1 and len(", ".join([name, *kept])) > limit:
        kept.pop()
    return truncate(", ".join([name, *kept]), limit)
