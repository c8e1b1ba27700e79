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
    found = (_longest_khmer if khmer else _longest_latin)(words[start : start + _LONGEST_IN_WORDS])
    if not found:
        return None
    length, level = found
    announced = _is_announced(words, start, start + length, khmer)
    certain = announced or (level[-1] != "?" and level[0] != "c")
    return PlaceName(start, start + length, level.rstrip("?"), certain)


def _is_announced(words: Sequence[str], start: int, end: int, khmer: bool) -> bool:
    """Whether the word for its kind stands before the name or, in Latin letters, after it."""
    before = words[start - 1] if start else ""
    after = words[end] if end < len(words) and not khmer else ""
    return before in KIND_WORDS or after in KIND_WORDS


def _longest_khmer(words: Sequence[str]) -> tuple[int, str] | None:
    """How many of the first words are a name in Khmer script, and its level."""
    names = _all_names().khmer
    longest: tuple[int, str] | None = None
    text = ""
    for length, word in enumerate(words, 1):
        text += word
        key = _fold_khmer(text)
        if not _KHMER.match(word) or key not in names.begins:
            break
        level = names.levels.get(key)
        if level:
            short = len(key) < _CERTAIN_KHMER and level[-1] != "?"
            longest = length, f"{level}?" if short else level
    return longest


def _longest_latin(words: Sequence[str]) -> tuple[int, str] | None:
    """The same in Latin letters, by spelling before sound."""
    names = _all_names()
    longest: tuple[int, str] | None = None
    key = sound = ""
    only_a_name = True
    for length, word in enumerate(words, 1):
        if not (word.isascii() and word[0].isalpha()):
            break
        key += word.replace("'", "")
        sound += sound_of(word)
        only_a_name = only_a_name and word not in KIND_WORDS  # "khum bat" sounds like Kampot
        if key not in names.latin.begins and sound not in names.sounds.begins:
            break
        level = _level_of_spelling(key) or (_level_of_sound(sound) if only_a_name else None)
        if level:
            longest = length, level
    return longest


def _level_of_spelling(key: str) -> str | None:
    level = _all_names().latin.levels.get(key)
    return f"{level}?" if level and len(key) < _CERTAIN_LATIN and level[-1] != "?" else level


def _level_of_sound(sound: str) -> str | None:
    level = _all_names().sounds.levels.get(sound)
    return f"{level.rstrip('?')}?" if level and len(sound) < _SHORTEST_SOUND + 2 else level


def _fold_khmer(text: str) -> str:
    """សម្រោង and សំរោង alike, without the signs that people leave out."""
    return _NIKAHIT_AS_LETTER.sub("ំ", _SILENT.sub("", text))


class _Names:
    """Levels by name, and whatever a name begins with; of equal names the larger place wins."""

    def __init__(self) -> None:
        self.levels: dict[str, str] = {}
        self.begins: set[str] = set()

    def add(self, name: str, level: str) -> None:
        self.levels.setdefault(name, level)
        self.begins.update(name[:length] for length in range(1, len(name) + 1))


class _AllNames:
    """By folded Khmer name, by Latin letters and by sound."""

    def __init__(self) -> None:
        self.khmer, self.latin, self.sounds = _Names(), _Names(), _Names()

    def add(self, name: str, level: str) -> None:
        if _KHMER.search(name):
            self.khmer.add(_fold_khmer(normalise(name).replace(" ", "")), level)
            return
        words = re.findall(r"[a-z]+", normalise(name).replace("'", ""))
        if not words:
            return
        self.latin.add("".join(words), level)
        sound = "".join(map(sound_of, words))
        if len(sound) >= _SHORTEST_SOUND:
            self.sounds.add(sound, level)


@cache
def _all_names() -> _AllNames:
    names = _AllNames()
    for line in _RESOURCE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            level, *spellings = line.split("|")
            for spelling in spellings:
                names.add(spelling, level)
    return names
