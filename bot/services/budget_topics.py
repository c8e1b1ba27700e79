"""The words by which people ask for a part of a budget, and the lines that such words name.

Names of lines come with the data and differ from year to year; a topic is found in them by its
words (`seeds/budgets/topics.csv`), never by a chapter's number.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from bot.services.budgets import Item, Side
from bot.settings import PROJECT_ROOT
from bot.text.digits import Language
from bot.text.normalise import normalise

TOPICS_FILE = PROJECT_ROOT / "seeds" / "budgets" / "topics.csv"
_SHORTEST_OWN_WORD = 3


@dataclass(frozen=True)
class Topic:
    """Something money is spent on; `khmer` words are looked for inside words, others whole.

    A general one, such as repair, is meant only where nothing else is named: to repair roads is
    about roads.
    """

    id: str
    name_km: str
    name_en: str
    khmer: tuple[str, ...]
    latin: tuple[str, ...]
    is_general: bool = False

    def name(self, language: Language) -> str:
        """What the topic is called."""
        return self.name_en if language == "en" else self.name_km

    def is_in(self, text: str) -> int:
        """How long the longest word of the topic in a normalised, lower-case text is; 0: none."""
        found = [len(word) for word in self.khmer if word in text]
        found += [len(word) for word in self.latin if re.search(rf"\b{re.escape(word)}\b", text)]
        return max(found, default=0)


@cache
def topics() -> tuple[Topic, ...]:
    """All topics, read once."""
    with TOPICS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_topic(row) for row in csv.DictReader(file))


def topic_of(text: str, entities: Sequence[str]) -> str:
    """The id of the topic that a normalised text names, or a word that the engine took for one."""
    for source in (*(normalise(entity).lower() for entity in entities), text):
        named = [(not t.is_general, t.is_in(source), t.id) for t in topics() if t.is_in(source)]
        if named:
            return max(named)[2]
    return next(
        (entity.strip() for entity in entities if not _is_a_side(entity) and entity.strip()), ""
    )


def name_of_topic(topic: str, language: Language) -> str:
    """A topic's name, or the citizen's own word for it."""
    known = next((known for known in topics() if known.id == topic), None)
    return known.name(language) if known else topic


def lines_about(topic: str, side: Side) -> list[Item]:
    """The chapters and lines whose name speaks of the topic; none inside another one."""
    return list(_about(topic, side.chapters))


def _about(topic: str, items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        if _names(item, topic):
            yield item
        else:
            yield from _about(topic, item.parts)


def _names(item: Item, topic: str) -> bool:
    words = normalise(f"{item.name_km or ''} {item.name_en or ''}").lower()
    known = next((known for known in topics() if known.id == topic), None)
    if known is not None:
        return known.is_in(words) > 0
    own = normalise(topic).lower()
    return len(own) >= _SHORTEST_OWN_WORD and own in words


def _is_a_side(entity: str) -> bool:
    """Whether "income" or "spending" was taken for a topic; those are the two sides."""
    said = normalise(entity).lower()
    words = ("ចំណូល", "ចំណាយ", "revenue", "income", "expend", "spend", "chomn", "jomn")
    return any(word in said for word in words)


def _topic(row: dict[str, str]) -> Topic:
    def split(column: str) -> tuple[str, ...]:
        return tuple(normalise(word).lower() for word in row[column].split(";") if word)

    return Topic(
        row["topic"],
        row["name_km"],
        row["name_en"],
        split("words_km"),
        (*split("words_en"), *split("words_romanised")),
        row["is_general"] == "yes",
    )
