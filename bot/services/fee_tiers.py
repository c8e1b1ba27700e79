"""Which fee tiers of a service a citizen means, and what still has to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex
from rapidfuzz import fuzz

from bot.db.models import FeeTier
from bot.text.digits import to_latin_digits
from bot.text.normalise import normalise

# So many tiers can stand in one answer; more are asked for.
TIERS_IN_ONE_ANSWER = 3
_KHMER = regex.compile(r"\p{Khmer}")
# How alike, of 100, a misspelt word is to what was meant; shorter ones are too easily another word.
_MISSPELT = 85
_SHORTEST_MISSPELT = 4


@dataclass(frozen=True)
class TierOption:
    """One choice that narrows the tiers: its words, and the positions of the tiers it leaves."""

    title: str
    positions: tuple[int, ...]


def mentioned(tiers: Sequence[FeeTier], text: str) -> list[FeeTier]:
    """The tiers that the words of a message fit best; none where it mentions no tier."""
    words = to_latin_digits(normalise(text))
    scores = [_score(tier, words) for tier in tiers]
    best = max(scores, default=0)
    return [tier for tier, score in zip(tiers, scores, strict=True) if score == best > 0]


def nearly_mentioned(tiers: Sequence[FeeTier], text: str) -> list[FeeTier]:
    """The tiers of which the whole message is one word, misspelt or with a space in it.

    Only for an answer to our question about the tier: "motorbke", "motor bike".
    """
    typed = _without_spaces(text)
    if len(typed) < _SHORTEST_MISSPELT:
        return []
    scores = [
        max((fuzz.ratio(typed, _without_spaces(word)) for word in _words_of(tier)), default=0.0)
        for tier in tiers
    ]
    best = max(scores, default=0.0)
    if best < _MISSPELT:
        return []
    return [tier for tier, score in zip(tiers, scores, strict=True) if score == best]


def need_a_choice(tiers: Sequence[FeeTier]) -> bool:
    """Whether the citizen should be asked which tier it is, before anything is told."""
    if len(tiers) <= TIERS_IN_ONE_ANSWER:
        return False
    terms = {
        (tier.fee_riel, tier.fee_maximum_riel, tier.fee_reduced_riel, tier.validity_en)
        for tier in tiers
    }
    return len(terms) > 1


def options(tiers: Sequence[FeeTier], language: str) -> list[TierOption]:
    """The choices of the first facet in which the tiers differ."""
    facets = [facets_of(tier, language) for tier in tiers]
    for place in range(max((len(row) for row in facets), default=0)):
        groups: dict[str, list[int]] = {}
        for tier, row in zip(tiers, facets, strict=True):
            title = row[place] if place < len(row) else row[-1] if row else ""
            groups.setdefault(title, []).append(tier.position)
        if len(groups) > 1:
            return [TierOption(title, tuple(positions)) for title, positions in groups.items()]
    return []


def common_facets(tiers: Sequence[FeeTier], language: str) -> tuple[str, ...]:
    """The facets that all of the tiers share."""
    rows = [facets_of(tier, language) for tier in tiers]
    return tuple(facet for facet in rows[0] if all(facet in row for row in rows)) if rows else ()


def facets_of(tier: FeeTier, language: str) -> tuple[str, ...]:
    """The parts of the tier's label in a language."""
    return tier.facets_km if language == "km" else tier.facets_en


def find_words(words: Sequence[str], text: str) -> int:
    """How many of the words stand in a normalised text: Latin ones whole, Khmer ones anywhere."""
    return sum(1 for word in set(words) if _stands_in(word, text))


def without_tier_words(tiers: Sequence[FeeTier], text: str) -> str:
    """The message without the words that only say which tier is meant."""
    words = {to_latin_digits(normalise(word)) for tier in tiers for word in _words_of(tier)}
    left = to_latin_digits(normalise(text))
    for word in sorted(words, key=len, reverse=True):
        left = regex.sub(_pattern(word), " ", left)
    return left


def _score(tier: FeeTier, text: str) -> int:
    facets = [to_latin_digits(normalise(facet)) for facet in tier.facets_km + tier.facets_en]
    keywords = [to_latin_digits(normalise(keyword)) for keyword in tier.keyword_list]
    # A whole facet is what a button says; it must win over a chance meeting of keywords.
    return 3 * find_words(facets, text) + find_words(keywords, text)


def _stands_in(word: str, text: str) -> bool:
    return regex.search(_pattern(word), text) is not None


def _pattern(word: str) -> str:
    """Latin words stand whole in a text, Khmer ones anywhere: it has no spaces between words."""
    if _KHMER.search(word):
        return r"\s*".join(regex.escape(part) for part in word.split())
    return rf"(?<![\p{{L}}\p{{N}}]){regex.escape(word)}(?![\p{{L}}\p{{N}}])"


def _words_of(tier: FeeTier) -> tuple[str, ...]:
    return (*tier.facets_km, *tier.facets_en, *tier.keyword_list)


def _without_spaces(text: str) -> str:
    return "".join(to_latin_digits(normalise(text)).lower().split())
