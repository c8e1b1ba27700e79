"""Which of the offered choices a typed answer means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from bot.text.digits import to_latin_digits
from bot.text.normalise import normalise

_NUMBER = re.compile(r"(?:number|no|n|option|choice|លេខ|ជម្រើស|lek)?\s*[.#:]?\s*(\d{1,2})\s*[.):។]?")
_NUMBER_BEFORE_TITLE = re.compile(r"(\d{1,2})\s*[.):។-]\s*(\D.*)")
_NUMBER_WORDS = (
    ("one", "first", "the first", "the first one", "មួយ", "ទីមួយ", "muoy", "muy", "ti muoy"),
    ("two", "second", "the second", "the second one", "ពីរ", "ទីពីរ", "pi", "pii", "ti pi"),
    ("three", "third", "the third", "the third one", "បី", "ទីបី", "bei", "bey", "ti bei"),
    ("four", "fourth", "the fourth", "the fourth one", "បួន", "ទីបួន", "buon", "boun"),
    ("five", "fifth", "the fifth", "the fifth one", "ប្រាំ", "ទីប្រាំ", "pram", "bram"),
)
_LAST = frozenset({"last", "thelast", "thelastone", "lastone", "ចុងក្រោយ", "ក្រោយគេ"})
_SHORTEST_PART = 3
_NOISE = re.compile(r"[^\w\u1780-\u17dd]|_")
# What parts a title into a name and its explanation, or into two words for the same ("បាទ/ចាស").
_PARTS = re.compile(r"\s*[/(–—:,)]\s*|\s+-\s+")


def choice_answered(text: str, titles: Sequence[str]) -> int | None:
    """The position of the title that a typed answer chooses, or None if it chooses none surely.

    A choice is made by its number in either digit set or as a word, by its title or one of the
    parts of it that no other has, by the beginning of its title, and with a typo in any of these.
    """
    words = to_latin_digits(normalise(text)).strip().lower()
    numbered = _number(words)
    if numbered is not None:
        return numbered - 1 if 1 <= numbered <= len(titles) else None
    listed = _NUMBER_BEFORE_TITLE.fullmatch(words)
    wanted = _plain(listed[2] if listed else words)
    if not wanted:
        return None
    names = [_names(title) for title in titles]
    for fits in (_is_name, _begins_name, _is_name_with_typo):
        found = [place for place, own in enumerate(names) if fits(wanted, own)]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return _number_word(wanted, len(titles))


def _number(words: str) -> int | None:
    found = _NUMBER.fullmatch(words)
    return int(found[1]) if found else None


def _number_word(wanted: str, count: int) -> int | None:
    if wanted in _LAST:
        return count - 1 if count else None
    for place, spellings in enumerate(_NUMBER_WORDS[:count]):
        if any(_plain(spelling) == wanted for spelling in spellings):
            return place
    return None


def _names(title: str) -> tuple[str, ...]:
    """What a title can be called: the whole, and its parts."""
    plain = to_latin_digits(normalise(title)).lower()
    parts = (plain, *_PARTS.split(plain))
    return tuple(dict.fromkeys(_plain(part) for part in parts if _plain(part)))


def _is_name(wanted: str, names: tuple[str, ...]) -> bool:
    return wanted in names


def _begins_name(wanted: str, names: tuple[str, ...]) -> bool:
    return len(wanted) >= _SHORTEST_PART and any(name.startswith(wanted) for name in names)


def _is_name_with_typo(wanted: str, names: tuple[str, ...]) -> bool:
    return any(OSA.distance(wanted, name) <= _typos(wanted, name) for name in names)


def _typos(wanted: str, name: str) -> int:
    """How many slips of the finger two words may be apart: none in a short one, two in a long."""
    shorter = min(len(wanted), len(name))
    return 0 if shorter < 4 else 1 if shorter < 8 else 2


def _plain(text: str) -> str:
    return _NOISE.sub("", text)
