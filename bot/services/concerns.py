"""Complaints that are more than bad service: bribery, safety, discrimination."""

from __future__ import annotations

from typing import Literal, cast

import regex

from bot.services.feedback_words import patterns
from bot.text.normalise import normalise

Concern = Literal["bribery", "safety", "discrimination"]

_GRAVEST_FIRST: tuple[Concern, ...] = ("safety", "bribery", "discrimination")
# "They did not ask for money": said of what did not happen.
_DENIED = regex.compile(
    r"(?:\b(?:no|not|never|without|nobody|none|didn't|don't|doesn't|wasn't|isn't|ot|min)\b"
    r"(?:\s+\w+){0,3}\s*|(?:មិន(?:បាន|ដែល|មាន|មែន)?|អត់(?:មាន|ដែល|បាន)?|គ្មាន|ឥត)"
    r"(?:អ្នកណា|នរណា|ការ|អំពើ|គេ|ដែល)*\s*)$"
)


def concern_in(text: str) -> Concern | None:
    """The gravest concern that a text names, or None.

    Recognised are Khmer, English and romanised words. What is denied ("nobody asked for a bribe")
    is no concern.
    """
    given = normalise(text).lower()
    for concern in _GRAVEST_FIRST:
        for match in patterns("concerns")[cast(str, concern)].finditer(given):
            if not _DENIED.search(given[: match.start()]):
                return concern
    return None
