"""Names of places in the words of a message, in any script and spelling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from bot.nlu.sounds import sound_of
from bot.text.normalise import normalise

_RESOURCE = Path(__file__).parent / "resources" / "place_names.txt"
_LONGEST_IN_WORDS = 6
# Shorter names turn up among ordinary words; shorter sounds are shared by them.
_CERTAIN_KHMER, _CERTAIN_LATIN, _SHORTEST_SOUND = 4, 5, 5
_SILENT = re.compile("[៉៊៍័់ៈ៎ៗ]")
_NIKAHIT_AS_LETTER = re.compile("(?<=[ក-អ])ម\u17d2")
_KHMER = re.compile("[\u1780-\u17d3]")
KIND_WORDS = frozenset(
    map(normalise, ("រាជធានី", "ខេត្ត", "ក្រុង", "ស្រុក", "ខណ្ឌ", "ឃុំ", "សង្កាត់", "ភូមិ"))
) | {"khet", "khaet", "srok", "khan", "krong", "khum", "sangkat", "phum", "district", "province",
     "commune", "city", "municipality", "village", "town"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceName:
    """Words `start` to `end` are a name; `certain` if they can hardly be anything else."""

    start: int
    end: int
    level: str
    certain: bool


@lru_cache(maxsize=2048)
def find_places(words: tuple[str, ...]) -> tuple[PlaceName, ...]:
    """Names in the normalised words of a message, the longest first taken, without overlaps."""
    found: list[PlaceName] = []
    position = 0
    while position < len(words):
        name = _longest_at(words, position)
        if name:
            found.append(name)
        position = name.end if name else position + 1
    return tuple(found)


def _longest_at(words: Sequence[str], start: int) -> PlaceName | None:
    khmer = bool(_KHMER.match(words[start]))
    longest = min(_LONGEST_IN_WORDS, len(words) - start)
    for length in range(longest, 0, -1):
        span = words[start : start + length]
        if any(bool(_KHMER.match(word)) != khmer for word in span):
            continue
        level = _level_of_khmer(span) if khmer else _level_of_latin(span)
        if level:
            announced = _is_announced(words, start, start + length, khmer)
            certain = announced or (level[-1] != "?" and level[0] != "c")
            return PlaceName(start, start + length, level.rstrip("?"), certain)
    return None


def _is_announced(words: Sequence[str], start: int, end: int, khmer: bool) -> bool:
    """Whether the word for its kind stands before the name or, in Latin letters, after it."""
    before = words[start - 1] if start else ""
    after = words[end] if end < len(words) and not khmer else ""
    return before in KIND_WORDS or after in KIND_WORDS


def _level_of_khmer(span: Sequence[str]) -> str | None:
    key = _fold_khmer("".join(span))
    level = _tables()[0].get(key)
    return f"{level}?" if level and len(key) < _CERTAIN_KHMER and level[-1] != "?" else level


def _level_of_latin(span: Sequence[str]) -> str | None:
    if not all(word.isascii() and word[0].isalpha() for word in span):
        return None
    _, names, sounds = _tables()
    key = "".join(span).replace("'", "")
    level = names.get(key)
    if level:
        return f"{level}?" if len(key) < _CERTAIN_LATIN and level[-1] != "?" else level
    if not KIND_WORDS.isdisjoint(span):
        return None  # "khum bat" sounds like Kampot
    sound = "".join(map(sound_of, span))
    level = sounds.get(sound)
    return f"{level.rstrip('?')}?" if level and len(sound) < _SHORTEST_SOUND + 2 else level


def _fold_khmer(text: str) -> str:
    """សម្រោង and សំរោង alike, without the signs that people leave out."""
    return _NIKAHIT_AS_LETTER.sub("ំ", _SILENT.sub("", text))


@cache
def _tables() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Level by folded Khmer name, by Latin letters and by sound; the largest place wins."""
    khmer: dict[str, str] = {}
    latin: dict[str, str] = {}
    sounds: dict[str, str] = {}
    for line in _RESOURCE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        level, *names = line.split("|")
        for name in names:
            if _KHMER.search(name):
                khmer.setdefault(_fold_khmer(normalise(name).replace(" ", "")), level)
                continue
            words = re.findall(r"[a-z]+", normalise(name).replace("'", ""))
            if words:
                latin.setdefault("".join(words), level)
                sound = "".join(map(sound_of, words))
                if len(sound) >= _SHORTEST_SOUND:
                    sounds.setdefault(sound, level)
    return khmer, latin, sounds
