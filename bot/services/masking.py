"""Citizens' words without what would tell who they or other private people are."""

from __future__ import annotations

import regex

from bot.services.feedback_words import words
from bot.text.digits import to_latin_digits
from bot.text.segment import segment

MASK = "•••"

# An identity number has 9 digits (Khmer identity card, Sub-decree 60 ANK.BK of 12 June 2007 on the
# Khmer nationality identity card), phones 8 to 12, tickets 12; an amount of riel has
# separators every three digits, or a unit.
_LONG_NUMBER = regex.compile(r"(?<![\d.,])\+?\(?\d(?:[\s().-]?\d){7,}(?!\d)")
_AMOUNT = regex.compile(
    r"(?:\d{1,3}(?:[,. ]\d{3})+|\d+)(?=\s*(?:រៀល|៛|riels?\b|ដុល្លារ|dollars?\b|usd\b|\$))"
    r"|\d{1,3}(?:,\d{3})+",
    regex.IGNORECASE,
)
_DOCUMENT = regex.compile(r"\b[A-Z]{1,2}\s?\d{6,9}\b")
_PLATE = regex.compile(r"\b\d[A-Z]{1,2}[-\s]?\d{4}\b")
_EMAIL = regex.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_HANDLE = regex.compile(r"(?<![\w.])@\w{3,}")

# Words that announce a person's name.
_KHMER_TITLES = (
    *("ឈ្មោះ", "លោកស្រី", "លោក", "អ្នកស្រី", "កញ្ញា", "ឧកញ៉ា", "ពូ", "មីង", "បងប្រុស", "បងស្រី"),
    *("បង", "ប្អូន", "តា", "យាយ", "អ៊ំ", "នាង"),
)
_SURE_TITLES = ("ឈ្មោះ", "លោកស្រី", "អ្នកស្រី", "កញ្ញា")
_LATIN_NAME = regex.compile(
    r"\b(?:(?i:mr|mrs|ms|miss|dr|lok|lok srey|neak srey|bong|pu|ming|named|name is|called))"
    r"\.?\s+((?:\p{Lu}[\p{L}'-]+)(?:\s+\p{Lu}[\p{L}'-]+){0,2})"
)
_KHMER_WORD = regex.compile(r"[\u1780-\u17D3]+")
_LONGEST_NAME_IN_WORDS = 2


def mask(text: str) -> str:
    """The text with phone numbers, numbers of papers, addresses and people's names as `•••`.

    Names are found where something announces them (a title, "named"); a name that stands alone
    is an ordinary word in Khmer and stays. Amounts of money stay.
    """
    spans = _numbers(text) + _latin_names(text) + _khmer_names(text)
    for pattern in (_EMAIL, _HANDLE, _DOCUMENT, _PLATE):
        spans += [match.span() for match in pattern.finditer(text)]
    masked, end = [], 0
    for start, stop in sorted(spans):
        if stop <= end:
            continue
        masked.append(text[end : max(start, end)])
        if start >= end:
            masked.append(MASK)
        end = stop
    return "".join(masked) + text[end:]


def _numbers(text: str) -> list[tuple[int, int]]:
    latin = to_latin_digits(text)
    amounts = [match.span() for match in _AMOUNT.finditer(latin)]
    return [
        match.span()
        for match in _LONG_NUMBER.finditer(latin)
        if not any(start <= match.start() and match.end() <= stop for start, stop in amounts)
    ]


def _latin_names(text: str) -> list[tuple[int, int]]:
    return [match.span(1) for match in _LATIN_NAME.finditer(text)]


def _khmer_names(text: str) -> list[tuple[int, int]]:
    said = segment(text)
    spans = []
    for position, word in enumerate(said):
        title = next((t for t in _KHMER_TITLES if word.text == t), None)
        if title is None:
            continue
        name = said[position + 1 : position + 1 + _LONGEST_NAME_IN_WORDS]
        taken = []
        for part in name:
            if part.text in words("no_names") or not _KHMER_WORD.fullmatch(part.text):
                break
            taken.append(part)
        if not taken:
            continue
        # After ពូ or បង a name is written apart; run together it is most often a verb.
        if title not in _SURE_TITLES and title != "លោក" and taken[0].start == word.end:
            taken = taken[:1]
        spans.append((taken[0].start, taken[-1].end))
    return spans
