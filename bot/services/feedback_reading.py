"""What a citizen's own words say about an office: the unit, the rating, what was liked or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from bot.db.models.feedback import RATINGS
from bot.services.concerns import concern_in
from bot.services.feedback_words import found, words
from bot.text.digits import to_latin_digits
from bot.text.normalise import normalise
from bot.text.segment import segment

# The district's office is what most people mean, so it is shown first.
UNITS_SHOWN = ("district_owso", "district_hall", "province_owsu")
# Who was threatened is not also asked what they did not like.
_ASPECT_OF_CONCERN = {
    "bribery": "price",
    "safety": "behaviour",
    "discrimination": "behaviour",
}
_NUMBER = regex.compile(r"\d+")
_TICKET = regex.compile(r"(?<!\d)\d{4}[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_ONLY_NUMBERS = regex.compile(r"[\d\s,.;+&)។-]+")


_NOTHING_WORDS = (
    "គ្មាន(?:ទេ|អ្វីទេ|អីទេ)?|អត់(?:មាន|ទេ|មានទេ)?|ទេ|មិនមាន(?:ទេ)?|រំលង|ហើយ|រួចហើយ|ចប់|អស់ហើយ|គ្មានទៀតទេ"
    "|no|none|nothing(?: else)?|skip|done|finished|that'?s all|ot mean|te"
)
# Only the words are normalised: \W in small letters would mean its opposite.
_NOTHING = regex.compile(rf"\W*(?:{normalise(_NOTHING_WORDS)})\W*")
_WORDS_OF_A_STATEMENT = 3


@dataclass(frozen=True)
class Said:
    """What a message says by itself; empty where it says nothing of it."""

    unit: str = ""
    rating: str = ""
    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    concern: str | None = None
    ticket_code: str = ""
    is_statement: bool = False


def read(text: str, rating: str = "") -> Said:
    """Read a message; `rating` is what the engine found in it, which wins over the words."""
    given = normalise(text).lower()
    concern = concern_in(text)
    liked, disliked = tuple(found("liked", given)), tuple(found("disliked", given))
    meant = _ASPECT_OF_CONCERN.get(concern or "", "")
    if meant and meant not in disliked:
        disliked = (meant, *disliked)
    return Said(
        unit=_first("units", given),
        rating=_rating(given, rating, concern, liked, disliked),
        liked=tuple(aspect for aspect in liked if aspect not in disliked),
        disliked=disliked,
        concern=concern,
        ticket_code=ticket_code(text),
        is_statement=bool(concern or liked or disliked)
        or _words_left(given) >= _WORDS_OF_A_STATEMENT,
    )


def ticket_code(text: str) -> str:
    """The ticket code (12 digits) in a text, or nothing."""
    found = _TICKET.search(to_latin_digits(text))
    return regex.sub(r"\D", "", found[0]) if found else ""


def unit_answer(text: str) -> str:
    """The unit that an answer to our question names, by word or number."""
    given = normalise(text).lower()
    return _numbered(text, UNITS_SHOWN) or _first("units", given) or _first("unit_answers", given)


def rating_answer(text: str, rating: str = "") -> str:
    """The rating that an answer names: by the engine's entity, a word, a face or 1 to 3."""
    found = rating if rating in RATINGS else ""
    return found or _numbered(text, RATINGS) or _first("ratings", normalise(text).lower())


def aspects_answer(text: str, offered: Sequence[str]) -> tuple[str, ...]:
    """The aspects that an answer names, by words or by their numbers among those offered."""
    latin = to_latin_digits(text)
    if _ONLY_NUMBERS.fullmatch(latin):
        numbers = [int(number) for number in _NUMBER.findall(latin)]
        if all(1 <= number <= len(offered) for number in numbers):
            return tuple(dict.fromkeys(offered[number - 1] for number in numbers))
        return ()
    return tuple(a for a in found("aspect_names", normalise(text).lower()) if a in offered)


def is_nothing(text: str) -> bool:
    """Whether an answer says "nothing", "skip" or "that is all"."""
    return bool(_NOTHING.fullmatch(normalise(text).lower()))


def _rating(
    given: str, rating: str, concern: str | None, liked: tuple[str, ...], disliked: tuple[str, ...]
) -> str:
    if rating in RATINGS:
        return rating
    if concern:
        return "dissatisfied"
    named = _first("ratings", given)
    if named:
        return named
    if disliked and not liked:
        return "dissatisfied"
    return "satisfied" if liked and not disliked else ""


def _numbered(text: str, offered: Sequence[str]) -> str:
    digits = to_latin_digits(text).strip(" .)។")
    if not (digits.isascii() and digits.isdigit() and 1 <= int(digits) <= len(offered)):
        return ""
    return offered[int(digits) - 1]


def _first(group: str, text: str) -> str:
    return next(iter(found(group, text)), "")


def _words_left(given: str) -> int:
    return sum(
        word.text not in words("opening") and regex.search(r"\p{L}", word.text) is not None
        for word in segment(given)
    )
