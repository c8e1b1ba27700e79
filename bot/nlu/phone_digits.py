"""The digits of a phone number in a message: the whole number or how it ends."""

from __future__ import annotations

import re

from bot.text.digits import to_meant_digits

_INVISIBLE = "\u200b\u200c\u200d"
_APART = f"[ {_INVISIBLE}.-]?"
# 0, two digits of the operator, six or seven of the subscriber (ITU-T E.164 for +855).
_WHOLE = re.compile(rf"(?<!\d)(?:\+?855{_APART}|0)[1-9](?:{_APART}\d){{7,8}}(?!{_APART}\d)")
_ENDING = re.compile(rf"(?<![\d.,])\d(?:[{_INVISIBLE}]?\d){{2,3}}(?!\d|[.,]\d)")
_YEAR = re.compile(r"20[0-4]\d|25[5-9]\d")
_SPEAKS_OF_PHONES = re.compile(
    r"phone|\b(?:last|end(?:s|ed|ing)?|digits?|final)\b|\b(?:chong|krouy|kroy|tursap|tourosap|thorosap)\b"
    "|ទូរស័ព្ទ|ទូរសព្ទ|ខ្ទង់|លេខចុង|ចុងក្រោយ|ចុងលេខ|លេខខ្ញុំ",
    re.IGNORECASE,
)
# A number with one of these is a measure or an amount.
_UNIT_AFTER = re.compile(
    r"\s*(?:%|\$|m2|cc\b|m\b|km\b|kg\b|meters?|metres?|square|sq|dollars?|usd|riels?|people|rooms?|seats?|years?"
    r"|months?|days?|ម៉ែត្រ|ម៉ែត|ម\b|ដុល្លារ|ដុល្លា|រៀល|លាន|ម៉ឺន|ពាន់|គីឡូ|បន្ទប់|នាក់|ឆ្នាំ|ខែ|ថ្ងៃ|កៅអី|ក្បាល|តារាង|មែ)",
    re.IGNORECASE,
)
_MEASURES_BEFORE = re.compile(
    r"(?:\$|\b(?:more than|less than|above|below|under|over|about|moto)\s*"
    r"|(?:ជាង|លើស|ក្រោម|លើ|ប្រហែល|ម៉ូតូ|តម្លៃ)(?:ពី)?\s*)$",
    re.IGNORECASE,
)
_LONGEST_BARE = 14


def find_phone_digits(text: str) -> list[tuple[int, int]]:
    """Spans of phone digits in a message, in either digit set.

    Three or four digits count if the message speaks of a phone or says hardly anything else.
    """
    latin = to_meant_digits(text)
    whole = [match.span() for match in _WHOLE.finditer(latin)]
    if whole:
        return whole
    endings = [
        match
        for match in _ENDING.finditer(latin)
        if not _UNIT_AFTER.match(latin, match.end())
        and not _MEASURES_BEFORE.search(latin[: match.start()])
    ]
    speaks = _SPEAKS_OF_PHONES.search(latin)
    if len(endings) != 1 or not (speaks or _is_bare(latin, endings[0])):
        return []
    return [endings[0].span()]


def _is_bare(latin: str, digits: re.Match[str]) -> bool:
    """Whether hardly anything else is said: no year, no letters that belong to the number."""
    rest = latin[: digits.start()] + latin[digits.end() :]
    touching = latin[digits.end() : digits.end() + 1]
    return (
        len(rest.strip()) <= _LONGEST_BARE
        and not any(character.isdigit() for character in rest)
        and not _YEAR.fullmatch(re.sub(r"\D", "", digits.group()))
        and not (touching.isascii() and touching.isalpha())
    )
