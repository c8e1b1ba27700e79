"""Finding a service of the catalogue by what people say, or that no office here gives it."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest

from bot.services.search_lexicon import shipped_lexicon
from bot.services.search_text import COLOURLESS, MEANING, Features, TextReader, runs

# Below it nothing fits; tuned on tests/unit/data/service_queries.csv, as all figures here.
THRESHOLD = 0.38
CLEAR_SCORE = 0.5
CLEAR_LEAD = 0.11
# As good as word for word one of the phrases.
SAME = 0.97
# Once one fits, others are told as well down to this share of its score.
_TOLD_SHARE = 0.35
# The score is likeness to the closest phrase and, by this share, how much of the question the
# service's phrases hold taken together.
_COVERAGE_SHARE = 0.4
# So many of the likest are looked at closely.
_CANDIDATES = 15
# A feature of this share of a service's phrases belongs to the service without doubt.
_FULL_SHARE = 0.1
# A feature seen n times counts n / (n + this): seen once, it may stand there by chance.
_CHANCE = 1.5
# Weight of what is in no phrase, against the rarest feature that is.
_UNKNOWN_SHARE = 0.5
# Less matching weight than this, against the rarest feature, is too little to be sure of anything.
_ENOUGH_EVIDENCE = 0.6


@dataclass(frozen=True, slots=True)
class IndexedService:
    """A service with its official names and the phrases by which people ask for it."""

    id: str
    names: tuple[str, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A service that fits, and how well: 0 to 1."""

    service_id: str
    score: float


@dataclass(frozen=True, slots=True)
class _Subject:
    name: str
    offered: bool


@dataclass(frozen=True, slots=True)
class _Ranked:
    subject: _Subject
    score: float


class ServiceIndex:
    """Services by what people say, in memory; safe to share between threads once built."""

    def __init__(self, reader: TextReader, phrases: Sequence[tuple[_Subject, Features]]) -> None:
        self._reader = reader
        self._subjects = list(dict.fromkeys(subject for subject, _ in phrases))
        places = {subject: place for place, subject in enumerate(self._subjects)}
        self._phrase_subject = [places[subject] for subject, _ in phrases]
        self._rarity: dict[str, float] = {}
        self._belonging: dict[str, dict[int, float]] = {}
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._rarest = math.log(1 + len(phrases))
        self._weigh_features([features for _, features in phrases])
        for number, (_, features) in enumerate(phrases):
            weighted = self._weighted(features)
            length = _length(weighted)
            for feature, weight in weighted.items():
                self._postings[feature].append((number, weight / length))

    @classmethod
    def build(
        cls, entries: Iterable[IndexedService], not_offered: Iterable[tuple[str, str]]
    ) -> "ServiceIndex":
        """Index of `entries`; `not_offered` are pairs of a topic and a phrase about it."""
        texts = [
            (_Subject(entry.id, True), text)
            for entry in entries
            for text in dict.fromkeys((*entry.names, *entry.phrases))
        ]
        texts.extend((_Subject(topic, False), phrase) for topic, phrase in not_offered)
        read = [(subject, runs(text)) for subject, text in texts]
        reader = TextReader(shipped_lexicon())
        reader.learn(text for _, text in read)
        phrases = [(subject, reader.features(text)) for subject, text in read]
        return cls(reader, [(subject, features) for subject, features in phrases if features])

    def search(self, text: str, limit: int = 5) -> list[Hit]:
        """Services that fit `text`, best first; none if nothing fits or something else fits better.

        The best has a score of at least `THRESHOLD`; the others follow as second choices.
        """
        ranked = self._rank(text)
        if not ranked or not ranked[0].subject.offered or ranked[0].score < THRESHOLD:
            return []
        least = ranked[0].score * _TOLD_SHARE
        told = (r for r in ranked if r.subject.offered and r.score >= least)
        return [Hit(r.subject.name, round(r.score, 4)) for r in told][:limit]

    def find(self, text: str, named: str, limit: int = 5) -> list[Hit]:
        """`search` for a whole message; where nothing fits it, for its words that name a service.

        A long story speaks of the police, a school or a passport on its way, which can weigh more
        in it than what is wanted.
        """
        return self.search(text, limit) or self.search(named, limit)

    def not_offered_topic(self, text: str) -> str | None:
        """Topic of `text` when it fits better than any service; none otherwise."""
        ranked = self._rank(text)
        if not ranked or ranked[0].subject.offered or ranked[0].score < THRESHOLD:
            return None
        return ranked[0].subject.name

    def has_service_words(self, text: str) -> bool:
        """Whether `text` names any matter, so that it is more than "and the documents?"."""
        features = self._reader.features(runs(text))
        meanings = {f.removeprefix(MEANING) for f in features if f.startswith(MEANING)}
        if meanings - COLOURLESS:
            return True
        ranked = self._rank(text)
        return bool(ranked) and ranked[0].score >= THRESHOLD

    @staticmethod
    def clear_winner(hits: Sequence[Hit]) -> Hit | None:
        """The first hit where there is no need to ask back.

        Rule: a score of at least `CLEAR_SCORE`, and either `CLEAR_LEAD` above the second hit or,
        alone among the hits, as good as word for word a known phrase (`SAME`).
        """
        if not hits or hits[0].score < CLEAR_SCORE:
            return None
        second = hits[1].score if len(hits) > 1 else 0.0
        clear = hits[0].score - second >= CLEAR_LEAD or hits[0].score >= SAME > second
        return hits[0] if clear else None

    def _weigh_features(self, phrases: Sequence[Features]) -> None:
        sizes = Counter(self._phrase_subject)
        counts: dict[str, Counter[int]] = defaultdict(Counter)
        for place, features in zip(self._phrase_subject, phrases, strict=True):
            for feature in features:
                counts[feature][place] += 1
        for feature, by_subject in counts.items():
            times = by_subject.total()
            rarity = math.log(1 + len(phrases) / times)
            self._rarity[feature] = rarity * times / (times + _CHANCE)
            self._belonging[feature] = {
                place: min(1.0, count / sizes[place] / _FULL_SHARE)
                for place, count in by_subject.items()
            }

    def _weighted(self, features: Features) -> Features:
        unknown = self._rarest * _UNKNOWN_SHARE
        return {f: weight * self._rarity.get(f, unknown) for f, weight in features.items()}

    def _rank(self, text: str) -> list[_Ranked]:
        weighted = self._weighted(self._reader.features(runs(text)))
        if not weighted:
            return []
        length = _length(weighted)
        ranked = []
        closest = self._closest(weighted)
        for place in nlargest(_CANDIDATES, closest, key=closest.__getitem__):
            held = sum(
                weight * weight * self._belonging[feature].get(place, 0.0)
                for feature, weight in weighted.items()
                if feature in self._belonging
            )
            score = _score(
                closest[place] / length, held / length**2, math.sqrt(held) / self._rarest
            )
            ranked.append(_Ranked(self._subjects[place], score))
        return sorted(ranked, key=lambda r: (-r.score, not r.subject.offered, r.subject.name))

    def _closest(self, weighted: Features) -> dict[int, float]:
        products: dict[int, float] = defaultdict(float)
        for feature, weight in weighted.items():
            for number, phrase_weight in self._postings.get(feature, ()):
                products[number] += weight * phrase_weight
        closest: dict[int, float] = {}
        for number, product in products.items():
            place = self._phrase_subject[number]
            closest[place] = max(product, closest.get(place, 0.0))
        return closest


def _score(likeness: float, coverage: float, evidence: float) -> float:
    if likeness >= SAME:
        return min(1.0, likeness)
    blend = (1 - _COVERAGE_SHARE) * likeness + _COVERAGE_SHARE * coverage
    return blend * min(1.0, evidence / _ENOUGH_EVIDENCE)


def _length(weighted: Features) -> float:
    return math.sqrt(sum(weight * weight for weight in weighted.values()))
