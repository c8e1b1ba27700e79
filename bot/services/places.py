"""Find the places that a citizen names, in whatever spelling, in Khmer, English or codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from bot.services.place_candidates import (
    EXACT,
    FUZZY_WEIGHT,
    Candidate,
    misspelt_in,
    named_in,
    nearest,
)
from bot.services.place_context import (
    KHMER_LEVEL_WORD,
    core_of,
    is_announced,
    is_code_announced,
    is_empty,
    level_of_khmer_word,
    level_said,
    without,
)
from bot.services.place_index import SHORTEST_WITH_TYPO, KnownPlace, PlaceIndex, build_index
from bot.services.place_spelling import KHMER_LETTER
from bot.text.normalise import Normalised, normalise_with_offsets

__all__ = ["KnownPlace", "PlaceFinder", "PlaceMatch"]

_WRONG_LEVEL = 0.8
# After a word such as ស្រុក, or when a place was asked for, more may be wrong with a name.
_EXPECTED_CUTOFF, _BARE_CUTOFF, _BARE_COMMUNE_CUTOFF = 0.7, 0.82, 0.86
_SHORTEST_SOUND_ALIKE_IN_SENTENCE = 6
_LONGEST_NAME = 30
_AS_GOOD_AS_EXACT = 0.9
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True)
class PlaceMatch:
    """A place named in a text: how well it fits (0 to 1), and the span of the original text."""

    place: KnownPlace
    score: float
    start: int
    end: int


class PlaceFinder:
    """All places and their spellings in memory; build it once per process."""

    def __init__(self, index: PlaceIndex) -> None:
        self._index = index

    @classmethod
    def from_session(cls, session: Session) -> PlaceFinder:
        """A finder of the places in the database."""
        return cls(build_index(session))

    def get(self, code: str) -> KnownPlace | None:
        """The place with this NCDD code."""
        return self._index.places.get(code)

    def places(self, level: str) -> list[KnownPlace]:
        """All places of a level, by code."""
        return [place for place in self._index.places.values() if place.level == level]

    def find(
        self, text: str, within: str | None = None, level: str | None = None, limit: int = 5
    ) -> list[PlaceMatch]:
        """The places that the text names, best first; several when a name is ambiguous.

        `within` is the code of a province or district to look inside, `level` the only level
        wanted; giving either says that a place was asked for, and allows for more typos.
        """
        normalised = normalise_with_offsets(text)
        expected = bool(within or level)
        candidates = self._believable(normalised, expected)
        chosen = self._without_overlaps(candidates)
        supported = {c for c in chosen if self._has_ancestor(c, chosen)}
        related = {c for c in chosen if c in supported or self._has_descendant(c, chosen)}
        chosen = [
            c
            for c in chosen
            if c in related or not any(r.start == c.start and r.end == c.end for r in related)
        ]
        wanted = [
            c
            for c in chosen
            if (not within or (c.code.startswith(within) and c.code != within))
            and (not level or self._index.places[c.code].level == level)
        ]
        wanted.sort(
            key=lambda c: (
                -min(round(c.score, 1), _AS_GOOD_AS_EXACT),
                c not in supported,
                c.start - c.end,
                -c.score,
                len(c.code),
                c.code,
            )
        )
        return [self._match(c, normalised) for c in _once_each(wanted)[:limit]]

    def _match(self, candidate: Candidate, normalised: Normalised) -> PlaceMatch:
        start, end = normalised.original_span(candidate.start, candidate.end)
        return PlaceMatch(self._index.places[candidate.code], candidate.score, start, end)

    def _believable(self, normalised: Normalised, expected: bool) -> list[Candidate]:
        text = normalised.text
        named = [c for c in named_in(text, self._index) if expected or _is_no_number(c, text)]
        is_bare = self._is_bare(named, text)
        believed = [c for c in named if is_bare or self._is_believable(c, text)]
        # A weak name right beside a place that it lies in: ស្ដៅ រតនមណ្ឌល.
        believed += [
            c
            for c in named
            if c not in believed and any(self._stands_beside(c, o, text) for o in believed)
        ]
        believed = list(self._on_the_said_level(believed, text))
        believed += self._misspelt_after_level_words(text, believed)
        if not believed:
            believed = self._misspelt_alone(text, expected)
        if not believed:
            believed = [
                c
                for c in misspelt_in(text, self._index)
                if self._index.is_clear(c.code, c.spelling)
            ]
        return believed

    def _is_bare(self, named: list[Candidate], text: str) -> bool:
        """Whether the text is names of places and nothing else; two ordinary words are a phrase."""
        if not named or not is_empty(without(text, named)):
            return False
        chosen = self._without_overlaps(named)
        spans = {(c.start, c.end) for c in chosen}
        meant = {(c.start, c.end) for c in chosen if not self._index.is_common(c.code, c.spelling)}
        return len(spans - meant) <= 1

    def _is_believable(self, candidate: Candidate, text: str) -> bool:
        start, end = candidate.start, candidate.end
        said = level_said(text, start, end)
        if said == "village":
            return len(candidate.code) < 6 and self._index.is_clear(
                candidate.code, candidate.spelling
            )
        if candidate.is_code:
            return said is not None or is_code_announced(text, start)
        if said is not None:
            return True
        is_khmer = bool(KHMER_LETTER.match(text[start]))
        if candidate.score < EXACT and (
            len(candidate.code) == 6 or len(candidate.spelling) < _SHORTEST_SOUND_ALIKE_IN_SENTENCE
        ):
            return False
        if self._index.is_clear(candidate.code, candidate.spelling):
            return True
        is_common = self._index.is_common(candidate.code, candidate.spelling)
        if is_common or (len(candidate.code) == 6 and not is_khmer):
            return False
        is_abbreviation = len(candidate.spelling) <= 3 and not is_khmer
        return is_announced(text, start, end) or (is_abbreviation and text[start:end].isupper())

    def _stands_beside(self, candidate: Candidate, other: Candidate, text: str) -> bool:
        inside = candidate.code.startswith(other.code) and candidate.code != other.code
        if not inside or candidate.overlaps(other) or candidate.is_code:
            return False
        first, second = sorted((candidate, other), key=lambda c: c.start)
        return is_empty(text[first.end : second.start])

    def _on_the_said_level(self, candidates: list[Candidate], text: str) -> Iterator[Candidate]:
        """Of readings of one span, those on the level that the text says; else a lower score."""
        for candidate in candidates:
            said = level_said(text, candidate.start, candidate.end)
            if said is None or said == self._index.places[candidate.code].level:
                yield candidate
            elif not any(
                other.start == candidate.start
                and other.end == candidate.end
                and self._index.places[other.code].level == said
                for other in candidates
            ):
                yield replace(candidate, score=candidate.score * _WRONG_LEVEL)

    def _misspelt_after_level_words(
        self, text: str, believed: Sequence[Candidate]
    ) -> list[Candidate]:
        found: list[Candidate] = []
        for word in KHMER_LEVEL_WORD.finditer(text):
            level = level_of_khmer_word(word.group())
            start = word.end() + len(text[word.end() :]) - len(text[word.end() :].lstrip())
            inside_a_name = any(c.start < word.end() and word.start() < c.end for c in believed)
            if level == "village" or inside_a_name or any(c.start == start for c in believed):
                continue
            letter = level[0]
            run = _khmer_run(text[start:])
            readings = [
                c
                for end in range(4, len(run) + 1)
                for c in nearest(
                    run[:end], start, self._index, cutoff=_EXPECTED_CUTOFF + 0.05, levels=letter
                )
            ]
            found += _best(readings)
        return found

    def _misspelt_alone(self, text: str, expected: bool) -> list[Candidate]:
        start, end = core_of(text)
        if not 4 <= end - start <= _LONGEST_NAME:
            return []
        cutoff = _EXPECTED_CUTOFF if expected else _BARE_CUTOFF
        readings = list(nearest(text[start:end], start, self._index, cutoff=cutoff))
        said = level_said(text, start, end)
        if not expected and said is None:
            readings = [
                c
                for c in readings
                if len(c.spelling) >= SHORTEST_WITH_TYPO
                and (len(c.code) < 6 or c.score >= _BARE_COMMUNE_CUTOFF * FUZZY_WEIGHT)
            ]
        on_level = [c for c in readings if self._index.places[c.code].level == said]
        return _best(on_level or readings, margin=0.12)

    def _without_overlaps(self, candidates: list[Candidate]) -> list[Candidate]:
        """Of overlapping spans the longest; several readings of one span stay."""
        chosen: list[Candidate] = []
        for candidate in sorted(candidates, key=lambda c: (c.start - c.end, -c.score)):
            clashes = [
                c
                for c in chosen
                if c.overlaps(candidate) and (c.start, c.end) != (candidate.start, candidate.end)
            ]
            if not clashes:
                chosen.append(candidate)
        return chosen

    def _has_ancestor(self, candidate: Candidate, others: Sequence[Candidate]) -> bool:
        return any(
            candidate.code != other.code
            and candidate.code.startswith(other.code)
            and not candidate.overlaps(other)
            for other in others
        )

    def _has_descendant(self, candidate: Candidate, others: Sequence[Candidate]) -> bool:
        return any(self._has_ancestor(other, [candidate]) for other in others)


def _is_no_number(candidate: Candidate, text: str) -> bool:
    """Whether digits may be a place code: two of them, or a year, are too often something else."""
    if not candidate.is_code:
        return True
    said = level_said(text, candidate.start, candidate.end)
    if said or is_code_announced(text, candidate.start):
        return True
    return len(candidate.code) > 2 and not _YEAR.fullmatch(candidate.code)


def _khmer_run(text: str) -> str:
    length = 0
    while length < min(len(text), _LONGEST_NAME) and KHMER_LETTER.match(text[length]):
        length += 1
    return text[:length]


def _best(candidates: list[Candidate], margin: float = 0.0) -> list[Candidate]:
    """The candidates that come as near as the best one, or within the margin of it."""
    top = max((c.score for c in candidates), default=0.0)
    return [c for c in candidates if c.score >= top - margin]


def _once_each(candidates: list[Candidate]) -> list[Candidate]:
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.code, candidate)
    return list(first.values())
