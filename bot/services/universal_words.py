"""Words that mean the same wherever a conversation stands: menu, cancel, back."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from rapidfuzz.distance import OSA

from bot.text.digits import to_latin_digits
from bot.text.normalise import normalise

UniversalWord = Literal["menu", "cancel", "back"]

# A digit beside the words: somebody who writes only numbers must find the way out too.
_WORDS: dict[UniversalWord, tuple[str, ...]] = {
    "menu": (
        *("0", "menu", "main menu", "the menu", "show menu", "show me the menu", "back to menu"),
        *(
            "back to the menu",
            "go to menu",
            "home",
            "start",
            "start again",
            "start over",
            "restart",
        ),
        *("ម៉ឺនុយ", "មឺនុយ", "ម៉ឺនុយដើម", "មេនុយ", "មីនុយ", "បង្ហាញម៉ឺនុយ", "ទៅម៉ឺនុយ", "ទៅម៉ឺនុយដើម"),
        *("ចាប់ផ្ដើម", "ចាប់ផ្ដើមថ្មី", "ចាប់ផ្ដើមសាជាថ្មី", "ទំព័រដើម", "ទៅដើមវិញ"),
        *("monuy", "meunuy", "mernuy", "menuy", "meu nuy", "mer nuy", "menu derm", "tov menu"),
        *("jab pderm tmey", "chab pderm tmey"),
    ),
    "cancel": (
        *("cancel", "cancel it", "cancel this", "cancel that", "quit", "exit", "abort", "stop it"),
        *("cancel everything", "no cancel", "forget it", "never mind", "nevermind", "leave it"),
        *("បោះបង់", "បោះបង់ចោល", "បោះបង់វិញ", "ខ្ញុំបោះបង់", "លុបចោល", "ចាកចេញ", "ឈប់ធ្វើ", "ឈប់"),
        *("មិនធ្វើទេ", "មិនធ្វើវិញទេ", "អត់ធ្វើទេ", "អត់ធ្វើវិញទេ"),
        *("bos bong", "bosbong", "boh bong", "bohbong", "bos bong chol", "bos bang", "boss bong"),
        *("chhub", "chhop", "ot tver te", "ort tver te", "lob chol", "lub chol"),
    ),
    "back": (
        *("back", "go back", "one step back", "previous", "previous question", "go back one step"),
        *("ថយក្រោយ", "ថយ", "ត្រឡប់ក្រោយ", "ត្រឡប់ថយក្រោយ", "ត្រលប់ក្រោយ", "ត្រលប់មកវិញ", "ត្រឡប់វិញ"),
        *("ទៅក្រោយ", "ទៅក្រោយវិញ", "មួយមុន", "សំណួរមុន", "ទៅមុនវិញ"),
        *("thoy kroy", "thoy kraoy", "thoykroy", "toy kroy", "thoy krauy", "tralob kroy"),
        *("trolob kroy", "tralop kraoy", "trolop kroy", "tralob vinh", "thoy", "tov kroy vinh"),
    ),
}
# Shorter words than this are too near to others for a typo to be read in them: "back", "bank".
_SHORTEST_WITH_TYPO = 6
_TYPOS_OF_SHORT_WORDS: dict[str, UniversalWord] = {
    **dict.fromkeys(("meun", "mneu", "menue", "mennu", "menuu", "meny", "manu", "minu"), "menu"),
    **dict.fromkeys(("bakc", "bck", "bcak", "backk"), "back"),
}
_POLITE_BEFORE = ("សូម", "ជួយ", "ចង់", "please", "pls", "plz", "som")
_POLITE_AFTER = (
    *("បង", "ផង", "វិញ", "ទៅ", "មក", "សិន", "បន្តិច", "បានទេ", "please", "pls", "plz", "bong"),
    *("phong", "pong", "vinh", "sen", "now"),
)
_NOISE = re.compile(r"[^\w\u1780-\u17dd\s]|_")
_SPACES = re.compile(r"\s+")


def universal_word(text: str) -> UniversalWord | None:
    """The universal word that a whole message is, in Khmer, English or romanised Khmer.

    Politeness around it, its encoding, spaces and one typo in a long word do not matter.
    """
    words = _plain(text)
    return _meaning(words) or _meaning(_without_politeness(words))


def _meaning(words: str) -> UniversalWord | None:
    return _exact().get(words) or _TYPOS_OF_SHORT_WORDS.get(words) or _with_typo(words)


def _without_politeness(words: str) -> str:
    before, after = _politeness()
    words = words.removeprefix(next((word for word in before if words.startswith(word)), ""))
    return words.removesuffix(next((word for word in after if words.endswith(word)), ""))


def _with_typo(words: str) -> UniversalWord | None:
    near = {
        meaning
        for word, meaning in _exact().items()
        if abs(len(word) - len(words)) <= 1
        and min(len(word), len(words)) >= _shortest_with_typo(word)
        and OSA.distance(words, word, score_cutoff=1) <= 1
    }
    return near.pop() if len(near) == 1 else None


def _shortest_with_typo(word: str) -> int:
    return _SHORTEST_WITH_TYPO if word.isascii() else _SHORTEST_WITH_TYPO - 1


@cache
def _exact() -> dict[str, UniversalWord]:
    return {_plain(word): meaning for meaning, words in _WORDS.items() for word in words}


@cache
def _politeness() -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(map(_plain, _POLITE_BEFORE)), tuple(map(_plain, _POLITE_AFTER))


def _plain(text: str) -> str:
    """Without spaces and punctuation: Khmer has no spaces, and phones put some anywhere."""
    return _SPACES.sub("", _NOISE.sub(" ", to_latin_digits(normalise(text)).lower()))
