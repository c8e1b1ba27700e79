"""Names of languages in a message, in any script; those of the two we speak however misspelt."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache, lru_cache

from bot.text.normalise import normalise

_KHMER_SCRIPT = {
    "en": "(?:ភាសា|អក្សរ)?(?:អង់គ្លេស|អង់គ្លេះ|អង់គ្លែស|អង់គ្លីស)",
    "km": "(?:ភាសា|អក្សរ)?(?:ខ្មែរ|ខ្មេរ|ខ្មែ)",
}
_EXACT = {"en": "en", "eng": "en", "kh": "km", "km": "km", "cambodian": "km"}
_NAMES = {
    "en": ("english", "angkles", "anglais"),
    "km": ("khmer", "khmae", "khmai"),
}
# What a language is called that nobody here answers in.
OTHER_LANGUAGE = "other"
# What citizens and their families ask for and nobody here answers in.
_OTHERS = re.compile(
    r"\b(?:thai|chinese|mandarin|vietnamese|french|francais|korean|japanese|tagalog|filipino|lao"
    r"|indonesian|malay|russian|german|hindi|barang|chen|jen|vietnam|yuon|siam)\b"
    "|" + normalise("(?:ភាសា|អក្សរ)?(?:ថៃ|សៀម|ចិន|វៀតណាម|យួន|បារាំង|កូរ៉េ|ជប៉ុន|ឡាវ|ចាម|ព្នង)")
)
_WORD = re.compile("[a-z]+")
_LIKE_ENOUGH = 0.8
_SHORTEST_MISSPELT = 4


@lru_cache(maxsize=16384)
def language_named(word: str) -> str | None:
    """The language that a normalised word in Latin letters names: `en`, `km` or None."""
    if word in _EXACT:
        return _EXACT[word]
    if len(word) < _SHORTEST_MISSPELT or not word.isascii():
        return None
    for value, names in _NAMES.items():
        if any(_alike(word, name) for name in names):
            return value
    return None


def languages_in_khmer(text: str) -> list[tuple[str, int, int]]:
    """Language, start and end of each that is named in Khmer script in the normalised text."""
    return [
        (value, match.start(), match.end())
        for value, pattern in _patterns().items()
        for match in pattern.finditer(text)
    ]


def other_languages(text: str) -> list[tuple[int, int]]:
    """Start and end of each language in the normalised text that is neither Khmer nor English."""
    return [match.span() for match in _OTHERS.finditer(text)]


def _alike(word: str, name: str) -> bool:
    return SequenceMatcher(None, word, name).ratio() >= _LIKE_ENOUGH


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {value: re.compile(normalise(pattern)) for value, pattern in _KHMER_SCRIPT.items()}


# "I do not read Khmer", "stop English", "from Khmer to English": the other one is wanted.
_REFUSED_BEFORE = re.compile(
    r"(?:\b(?:don'?t|do not|does ?n[o']t|can'?t|can ?not|not|no|never|stop|why|instead of|from"
    r"|without|ot|min|kom|mech)\b(?:[ ,]+\w+){0,4}[ ,]*|(?:មិន|អត់|កុំ|ពី|ហេតុអី|ហេតុអ្វី|ឈប់)[^ ,]{0,14} ?)$"
)
_REFUSED_AFTER = re.compile(
    r"^ ?(?:is |so |very |not )*(?:bad|poor|weak|not (?:so |very )?good)"
    r"|^[^ ,]{0,8} ?(?:ot|min|មិន|អត់) ?(?:សូវ)?(?:ches|jes|yol|dach|ចេះ|យល់|ដាច់|បាន)"
)


def wanted_language(text: str) -> str | None:
    """The language a message asks for: one named and not refused, or the other of a refused one."""
    normalised = normalise(text)
    words = ((match.group(), match.start(), match.end()) for match in _WORD.finditer(normalised))
    named = [(language_named(word), start, end) for word, start, end in words]
    mentions = sorted(
        [*languages_in_khmer(normalised), *((v, s, e) for v, s, e in named if v)],
        key=lambda mention: mention[1],
    )
    for language, start, end in mentions:
        # What is said of one language is over where the next is named.
        before = normalised[max((e for _, _, e in mentions if e <= start), default=0) : start]
        refused = _REFUSED_BEFORE.search(before) or _REFUSED_AFTER.search(normalised[end:])
        if not refused:
            return language
    if not mentions:
        return None
    return "en" if mentions[-1][0] == "km" else "km"
