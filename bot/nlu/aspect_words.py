"""Words that say which aspect of a service is asked for, in a message that asks for one."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from bot.text.normalise import normalise


def _latin(words: str) -> str:
    return rf"\b(?:{words})\b"


# The name of the aspect: it means that whatever else is asked.
_NAMES = {
    "fee": (_latin("fees?|prices?|costs?|tlai|thlai"), "តម្លៃ|តំលៃ|ថ្លៃ"),
    "documents": (_latin("documents?|papers|paperwork|docs|ekasar?"), "ឯកសារ"),
    "duration": (_latin("processing time|duration|royea ?pel"), "រយៈពេល|ប៉ុន្មានថ្ងៃ"),
    "validity": (_latin("validity|expir(?:e|es|y)"), "សុពលភាព"),
    "eligibility": (
        _latin(
            "eligib(?:le|ility)|laikhan|minimum age|on (?:my|his|her|their) behalf|instead of me"
            "|can (?:an? )?foreigners?|(?:go|come|apply) in person|how old (?:must|do|should)"
        ),
        "លក្ខខណ្ឌ|លក្ខណៈសម្បត្តិ|ទៅខ្លួនឯង|ធ្វើជំនួស|ជនបរទេស.{0,25}បាន|អាយុប៉ុន្មាន.{0,15}(?:បាន|អាច)",
    ),
}
# Questions that mean an aspect only where none is named: "how long is it valid".
_QUESTIONS = {
    "fee": (_latin("how much|os ponman|ponman luy"), "អស់ប៉ុន្មាន|បង់ប៉ុន្មាន|អស់លុយ"),
    "documents": (
        _latin("what (?:do|should|must) i (?:need to )?bring|trov yok ey|trov kar ey"),
        "យកអ្វី|យកអី|ត្រូវការអ្វី|ត្រូវការអី",
    ),
    "duration": (
        _latin("how long|how many (?:days|weeks)|ponman tngai|yu ponna"),
        "យូរទេ|យូរអត់|យូរប៉ុណ្ណា",
    ),
    "validity": (_latin("how many years|ponman chh?nam"), "ប្រើបានប៉ុន្មាន"),
    "eligibility": (_latin("who can|can a foreigner|can foreigners"), "អ្នកណាអាច"),
}
_MOST = 4


def find_aspects(text: str, known: Collection[str]) -> list[tuple[str, int, int]]:
    """Aspect, start and end in the normalised text, one of each, of those not `known` yet."""
    found = _first(_named(), text, known)
    if not found and not known:
        found = _first(_asked(), text, known)
    return found[:_MOST]


def _first(
    patterns: dict[str, re.Pattern[str]], text: str, known: Collection[str]
) -> list[tuple[str, int, int]]:
    matches = (
        (value, pattern.search(text)) for value, pattern in patterns.items() if value not in known
    )
    return [(value, match.start(), match.end()) for value, match in matches if match]


@cache
def _named() -> dict[str, re.Pattern[str]]:
    return _compiled(_NAMES)


@cache
def _asked() -> dict[str, re.Pattern[str]]:
    return _compiled(_QUESTIONS)


def _compiled(table: dict[str, tuple[str, str]]) -> dict[str, re.Pattern[str]]:
    return {
        value: re.compile(f"{latin}|{normalise(khmer)}") for value, (latin, khmer) in table.items()
    }
