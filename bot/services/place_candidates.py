"""Where in a text a place may be named: every reading, before any of them is believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.services.place_index import SHORTEST_WITH_TYPO, PlaceIndex
from bot.services.place_spelling import (
    COENG,
    KHMER_LETTER,
    KHMER_MARK,
    fold_khmer,
    fold_latin,
    fold_sound,
)
from bot.text.digits import to_latin_digits

EXACT, SOUND = 1.0, 0.92
FUZZY_WEIGHT = 0.95
_LONGEST_LATIN_NAME_IN_WORDS = 5
_LATIN_WORD = re.compile(r"[a-z0-9à-ɏ]+(?:['’.-]?[a-z0-9à-ɏ]+)*", re.IGNORECASE)
_CODE = re.compile(r"(?<![0-9])(?:[0-9]{6}|[0-9]{4}|[0-9]{2})(?![0-9])")
_SENTENCE_CUTOFF = 0.85
_LONGEST_TEXT_FOR_TYPOS = 300
_SHORTEST_SOUND_ALIKE = 5


@dataclass(frozen=True)
class Candidate:
    """A span of the normalised text that may name a place, and how well it fits (0 to 1)."""

    code: str
    start: int
    end: int
    score: float
    spelling: str
    is_code: bool = False

    def overlaps(self, other: Candidate) -> bool:
        """Whether both cover some of the same text."""
        return self.start < other.end and other.start < self.end


def named_in(text: str, index: PlaceIndex) -> Iterator[Candidate]:
    """Places whose spelling stands in the normalised text, in any script, or whose code does."""
    yield from _codes(text, index)
    yield from _khmer_names(text, index)
    yield from _latin_names(text, index)


def misspelt_in(text: str, index: PlaceIndex) -> Iterator[Candidate]:
    """Provinces and districts that stand in the text with a typo; clear names only."""
    if len(text) > _LONGEST_TEXT_FOR_TYPOS:
        return
    folded = fold_khmer(text)
    for spelling, codes in index.long_khmer.items() if KHMER_LETTER.search(text) else ():
        found = fuzz.partial_ratio_alignment(
            spelling, folded.text, score_cutoff=_SENTENCE_CUTOFF * 100
        )
        if not found or not _is_whole(folded.text, found.dest_start, found.dest_end):
            continue
        window = folded.text[found.dest_start : found.dest_end]
        similarity = OSA.normalized_similarity(spelling, window)
        if similarity < _SENTENCE_CUTOFF:
            continue
        start, end = folded.positions[found.dest_start], folded.positions[found.dest_end - 1] + 1
        for code in codes:
            yield Candidate(code, start, end, similarity * FUZZY_WEIGHT, spelling)
    for words in _word_groups(text, 3):
        joined = fold_latin("".join(word.group() for word in words))
        if len(joined) >= SHORTEST_WITH_TYPO:
            start, end = words[0].start(), words[-1].end()
            yield from _nearest(joined, start, end, index.long_latin, _SENTENCE_CUTOFF, "pd")


def nearest(
    name: str, start: int, index: PlaceIndex, *, cutoff: float, levels: str = "pdc"
) -> Iterator[Candidate]:
    """Places whose name is near to `name`, which is known to name a place and stands at `start`."""
    if KHMER_LETTER.search(name):
        folded = fold_khmer(name).text
        yield from _nearest(folded, start, start + len(name), index.khmer, cutoff, levels)
    else:
        folded = fold_latin(name)
        yield from _nearest(folded, start, start + len(name), index.latin, cutoff, levels)


def _nearest(
    folded: str, start: int, end: int, table: dict[str, list[str]], cutoff: float, levels: str
) -> Iterator[Candidate]:
    if len(folded) < 4:
        return
    found = process.extract(
        folded, table.keys(), scorer=OSA.normalized_similarity, score_cutoff=cutoff, limit=8
    )
    for spelling, similarity, _ in found:
        for code in table[spelling]:
            if "pdc"[len(code) // 2 - 1] in levels:
                yield Candidate(code, start, end, similarity * FUZZY_WEIGHT, spelling)


def _codes(text: str, index: PlaceIndex) -> Iterator[Candidate]:
    for found in _CODE.finditer(to_latin_digits(text)):
        if found.group() in index.places:
            yield Candidate(found.group(), found.start(), found.end(), EXACT, found.group(), True)


def _khmer_names(text: str, index: PlaceIndex) -> Iterator[Candidate]:
    folded = fold_khmer(text)
    for start in range(len(folded.text)):
        for length in index.khmer_lengths:
            spelling = folded.text[start : start + length]
            if spelling not in index.khmer or not _is_whole(folded.text, start, start + length):
                continue
            end = folded.positions[start + length - 1] + 1
            # Silent signs that close the name belong to it.
            while end < len(text) and KHMER_MARK.match(text[end]):
                end += 1
            for code in index.khmer[spelling]:
                yield Candidate(code, folded.positions[start], end, EXACT, spelling)


def _is_whole(folded: str, start: int, end: int) -> bool:
    """Whether the span begins and ends between clusters."""
    if end > len(folded) or (end < len(folded) and KHMER_MARK.match(folded[end])):
        return False
    if end < len(folded) and folded[end].isdigit() and folded[end - 1].isdigit():
        return False
    return not KHMER_MARK.match(folded[start]) and (start == 0 or folded[start - 1] != COENG)


def _word_groups(text: str, longest: int) -> Iterator[list[re.Match[str]]]:
    words = list(_LATIN_WORD.finditer(text))
    for first in range(len(words)):
        for last in range(first, min(first + longest, len(words))):
            yield words[first : last + 1]


def _latin_names(text: str, index: PlaceIndex) -> Iterator[Candidate]:
    for words in _word_groups(text, _LONGEST_LATIN_NAME_IN_WORDS):
        start, end = words[0].start(), words[-1].end()
        name = "".join(word.group() for word in words)
        joined = fold_latin(name)
        exact = index.latin.get(joined, [])
        for code in exact:
            yield Candidate(code, start, end, EXACT, joined)
        alike = (
            index.sounds.get(fold_sound(name), ()) if len(joined) >= _SHORTEST_SOUND_ALIKE else ()
        )
        for code in alike:
            if code not in exact:
                yield Candidate(code, start, end, SOUND, joined)
