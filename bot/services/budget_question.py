"""What somebody wants to know of a budget, read out of a message."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from bot.services.budget_topics import topic_of
from bot.services.dialogue import Heard
from bot.text.digits import to_latin_digits
from bot.text.normalise import normalise

_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_BUDDHIST_YEAR = re.compile(r"(?<!\d)(25[4-9]\d)(?!\d)")
_THIS_YEAR = ("this year", "chnam nis", "chnam nih", "ឆ្នាំនេះ")
_LAST_YEAR = (
    *("last year", "previous year", "year before", "chnam tov", "ឆ្នាំមុន", "ឆ្នាំទៅ"),
    "ឆ្នាំកន្លងទៅ",
)

# What is asked, and the words that ask it; the first that fits is answered.
_ASPECTS: Mapping[str, Sequence[str]] = {
    "per_person": (
        *("per person", "per resident", "per head", "per capita", "each person", "each resident"),
        *("ម្នាក់", "ក្នុងម្នាក់", "មនុស្សម្នាក់", "mneak", "mnak"),
    ),
    "average": (
        *("average", "other communes", "neighbour", "neighbor", "other districts"),
        *("មធ្យម", "ឃុំផ្សេង", "ឃុំជិតខាង", "ជិតខាង", "ស្រុកផ្សេង"),
    ),
    "change": (
        *("compare", "compared", "change", "more than last", "less than last", "increase"),
        *("higher than", "lower than", "decrease", "ធៀប", "ប្រៀបធៀប", "កើនឬថយ", "ឡើងឬចុះ"),
        *("ច្រើនជាងឆ្នាំ", "តិចជាងឆ្នាំ", "ថយឬកើន", "chren cheang chnam", "priep thiep"),
    ),
    "execution": (
        *("execution", "executed", "carried out", "planned", "actual", "spent versus", "plan vs"),
        *("more than planned", "left over", "unspent", "អនុវត្ត", "ជាក់ស្តែង", "ជាក់ស្ដែង", "គ្រោង"),
        *("ផែនការ", "គម្លាត", "សល់", "sol ponman"),
    ),
    "largest": (
        *("largest", "biggest", "most money", "top", "ធំជាងគេ", "ច្រើនជាងគេ", "ច្រើនបំផុត", "ធំៗ"),
    ),
    "chapters": (
        *("chapter", "share", "divided", "what on", "spent on what", "where does", "ជំពូក", "បែងចែក"),
        *("លើអ្វី", "លើអី", "ទៅណា", "ធ្វើអី", "ធ្វើអ្វី", "អ្វីខ្លះ", "អីខ្លះ", "ler ey", "tov na"),
    ),
}
_NATIONAL = (
    *("ថវិកាជាតិ", "ថវិការដ្ឋ", "ទូទាំងប្រទេស", "ឃុំសង្កាត់ទាំងអស់"),
    *("national budget", "state budget", "whole country", "to communes", "all communes"),
)
_REVENUE = (
    *("revenue", "income", "receive", "get from the state", "chomnoul", "jomnoul"),
    *("ចំណូល", "ទទួលបាន", "បានលុយពីរដ្ឋ"),
)
_EXPENDITURE = ("expend", "spend", "spent", "ចំណាយ", "ចាយ", "chomnay", "jomnay", "chay")
_MINE = re.compile(
    r"\b(?:my|our)\b|(?:knhom|yeung|yerng)\b|(?:ឃុំ|សង្កាត់|ស្រុក|ក្រុង|ខណ្ឌ)(?:របស់)?(?:ខ្ញុំ|យើង)"
)
_LEVELS = {
    "commune": re.compile(r"\b(?:commune|sangkat|khum)\b|ឃុំ|សង្កាត់"),
    "district": re.compile(r"\b(?:district|municipality|srok|krong|khan)\b|ស្រុក|ក្រុង|ខណ្ឌ"),
    "province": re.compile(r"\b(?:province|khet)\b|ខេត្ត"),
}


@dataclass(frozen=True)
class BudgetQuestion:
    """A question about a budget; what is empty was not said.

    `aspect` is a key of the answers (`per_person`, `change`…); `side` is `revenue` or
    `expenditure`; `topic` the id of a topic (`roads`) or the citizen's own word for one; `mine`
    that it is about "my commune"; `level` which level of place was spoken of.
    """

    years: tuple[int, ...] = ()
    aspect: str = ""
    side: str = ""
    topic: str = ""
    mine: bool = False
    level: str = ""
    national: bool = False

    def to_fields(self) -> dict[str, Any]:
        """Plain values, as a form keeps them."""
        return {**asdict(self), "years": list(self.years)}

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> BudgetQuestion:
        """The question that `to_fields` wrote."""
        known = {f.name: values[f.name] for f in fields(cls) if f.name in values}
        return cls(**{**known, "years": tuple(known.get("years", ()))})


def read_question(heard: Heard, today: date) -> BudgetQuestion:
    """The question in a message or behind a pressed button."""
    text = normalise(heard.text).lower()
    chosen = heard.chosen.get("choice", "")
    topic = topic_of(text, heard.entities.get("budget_topic", ()))
    aspect = chosen or _aspect(text)
    is_both = _holds(text, _REVENUE) and _holds(text, _EXPENDITURE)
    side = "" if is_both or not _holds(text, _REVENUE) else "revenue"
    if chosen in ("revenue", "expenditure"):
        side, aspect = chosen, ""
    return BudgetQuestion(
        years=_years(text, heard, aspect, today),
        aspect=aspect,
        side=side,
        topic=topic,
        mine=bool(_MINE.search(text)),
        level=next((level for level, word in _LEVELS.items() if word.search(text)), ""),
        national=_holds(text, _NATIONAL),
    )


def without_level_words(text: str) -> str:
    """The text without commune, ស្រុក and the like."""
    text = text.lower()
    for word in _LEVELS.values():
        text = word.sub(" ", text)
    return text


def _aspect(text: str) -> str:
    return next((aspect for aspect, words in _ASPECTS.items() if _holds(text, words)), "")


def _years(text: str, heard: Heard, aspect: str, today: date) -> tuple[int, ...]:
    written = to_latin_digits(" ".join([text, *heard.entities.get("year", ())]))
    years = [int(year) for year in _YEAR.findall(written)]
    years += [int(year) - 543 for year in _BUDDHIST_YEAR.findall(written)]
    if not years and _holds(text, _THIS_YEAR) and aspect != "change":
        years = [today.year]
    if not years and _holds(text, _LAST_YEAR) and aspect != "change":
        years = [today.year - 1]
    return tuple(dict.fromkeys(years))


def _holds(text: str, words: Sequence[str]) -> bool:
    return any(normalise(word) in text for word in words)
