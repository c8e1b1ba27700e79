"""What stands around a name in a text: which level it says, whether it is named as a place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.services.place_candidates import Candidate
from bot.services.place_spelling import (
    CODE_WORDS,
    KHMER_FILLERS,
    KHMER_LETTER,
    KHMER_LEVEL_WORDS,
    KHMER_WORDS_BEFORE_A_PLACE,
    LATIN_FILLERS,
    LATIN_LEVEL_WORDS,
    LATIN_WORDS_BEFORE_A_PLACE,
)
from bot.text.normalise import normalise

_ENGLISH_LEVEL_WORDS = frozenset(
    {"province", "capital", "district", "municipality", "city", "town", "commune", "village"}
    | {"prov", "dist"}
)
_LATIN_WORD = re.compile(r"[^\W\d_]+")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[\s:-]*$")
_WORD_AFTER = re.compile(r"^[\s.-]*([^\W\d_]+)")
# "Mean Chey khan": romanised Khmer words follow a name only where nothing follows them.
_LAST_WORD_AFTER = re.compile(r"^[\s.-]*([^\W\d_]+)\s*(?:$|[^\w\s])")
_SEPARATORS = re.compile(r"[\s\W_]+")
_LEVELS = {normalise(word): level for word, level in KHMER_LEVEL_WORDS.items()}
_BEFORE = tuple(normalise(word) for word in KHMER_WORDS_BEFORE_A_PLACE)
_KHMER_NOISE = sorted((normalise(w) for w in (*KHMER_FILLERS, *_LEVELS)), key=len, reverse=True)
# One or several at a time, longest first, as they may stand beside a name.
_KHMER_NOISE_PATTERN = re.compile("|".join(map(re.escape, _KHMER_NOISE)))
KHMER_LEVEL_WORD = re.compile("|".join(sorted(map(re.escape, _LEVELS), key=len, reverse=True)))


def level_said(text: str, start: int, end: int) -> str | None:
    """The level that the words beside the span say: the Khmer or English word for its kind."""
    before, after = text[:start].rstrip(), text[end:]
    for word, level in _LEVELS.items():
        if before.endswith(word):
            return level
    following = _WORD_AFTER.match(after)
    next_word = following[1].lower() if following else ""
    last_word = _last_latin_word(before)
    if last_word == "of":
        last_word = _last_latin_word(before[: before.lower().rindex("of")].rstrip())
    if last_word in LATIN_LEVEL_WORDS and last_word not in _ENGLISH_LEVEL_WORDS:
        return LATIN_LEVEL_WORDS[last_word]
    if next_word in _ENGLISH_LEVEL_WORDS:
        return LATIN_LEVEL_WORDS[next_word]
    closing = _LAST_WORD_AFTER.match(after)
    if closing and last_word not in LATIN_LEVEL_WORDS:
        return LATIN_LEVEL_WORDS.get(closing[1].lower())
    if last_word in _ENGLISH_LEVEL_WORDS and not _may_follow_a_level_word(before, last_word):
        return None
    return LATIN_LEVEL_WORDS.get(last_word)


def level_of_khmer_word(word: str) -> str:
    """The level that a match of `KHMER_LEVEL_WORD` says."""
    return _LEVELS[word]


def is_announced(text: str, start: int, end: int) -> bool:
    """Whether a word such as "in" stands before the span and the name ends where a word ends."""
    before, after = text[:start].rstrip(), text[end:]
    if KHMER_LETTER.match(text[start]):
        ends = not after or not KHMER_LETTER.match(after) or KHMER_LEVEL_WORD.match(after)
        return bool(ends) and before.endswith(_BEFORE)
    return _last_latin_word(before) in LATIN_WORDS_BEFORE_A_PLACE or before.endswith(_BEFORE)


def is_code_announced(text: str, start: int) -> bool:
    """Whether the digits at `start` are said to be a place code."""
    before = text[:start].rstrip(" :").lower()
    return any(before.endswith(normalise(word)) for word in CODE_WORDS)


def is_empty(text: str) -> bool:
    """Whether nothing stands there but punctuation, level words and words beside a name."""
    text = _KHMER_NOISE_PATTERN.sub(" ", text)
    text = _LATIN_WORD.sub(_without_latin_noise, text)
    return not _SEPARATORS.sub("", text)


def without(text: str, spans: Iterable[Candidate]) -> str:
    """The text with the spans blanked out."""
    letters = list(text)
    for span in spans:
        letters[span.start : span.end] = " " * (span.end - span.start)
    return "".join(letters)


def core_of(text: str) -> tuple[int, int]:
    """The span that is left when words beside a name are taken from both ends of the text."""
    noise = rf"(?:{_KHMER_NOISE_PATTERN.pattern}|[\s\W_])"
    latin = "|".join(sorted(map(re.escape, (*LATIN_FILLERS, *LATIN_LEVEL_WORDS)), key=len)[::-1])
    either = rf"(?:(?:{latin})\b|{noise})*"
    head = re.match(either, text, re.IGNORECASE)
    start = head.end() if head else 0
    tail = re.search(
        rf"(?:\b(?:{latin})|[\s\W_](?<![\u17b6-\u17d3]))*$", text[start:], re.IGNORECASE
    )
    return start, start + tail.start() if tail else len(text)


def _may_follow_a_level_word(before: str, level_word: str) -> bool:
    """Whether "district X" is meant; in "Samraong commune Ou Chrov" the word ends a name."""
    earlier = before[: before.lower().rindex(level_word)].rstrip()
    last_word = _last_latin_word(earlier)
    return not last_word or last_word in LATIN_FILLERS


def _last_latin_word(before: str) -> str:
    found = _WORD_BEFORE.search(before)
    return found[1].lower() if found and found[1].isascii() else ""


def _without_latin_noise(found: re.Match[str]) -> str:
    word = found.group().lower()
    return " " if word in LATIN_FILLERS or word in LATIN_LEVEL_WORDS else found.group()
