"""How citizens speak of offices: the word lists of `resources/feedback_words.yml`, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import regex
import yaml

from bot.text.normalise import normalise

_FILE = Path(__file__).parent / "resources" / "feedback_words.yml"
Patterns = Mapping[str, regex.Pattern[str]]


@cache
def patterns(group: str) -> Patterns:
    """One pattern for each name of a group (`units`, `ratings`, `concerns`…), in its order."""
    money = f"(?:{'|'.join(_content()['money'])})"
    return {
        name: regex.compile(normalise("|".join(alternatives).replace("{money}", money)))
        for name, alternatives in _content()[group].items()
    }


@cache
def words(group: str) -> frozenset[str]:
    """The words of a group (`opening`, `no_names`), normalised."""
    return frozenset(normalise(word) for word in str(_content()[group]).split())


def found(group: str, text: str) -> list[str]:
    """The names of a group whose pattern is in a normalised, lower-case text, in its order."""
    return [name for name, pattern in patterns(group).items() if pattern.search(text)]


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return content
