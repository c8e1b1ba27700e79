"""Which language a message is in: Khmer, Khmer in Latin letters, English, or none to speak of."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

_RESOURCES = Path(__file__).parent / "resources"
# Share of Khmer among the letters from which a message counts as Khmer: loan words such as
# "passport" and "type A" are common in Khmer messages.
_KHMER_SHARE = 0.25
_LONGEST_NGRAM = 4
_SMOOTHING = 0.3
# Naive Bayes counts overlapping n-grams as if independent; this takes the excess back out.
_TEMPERATURE = 5.0
_CERTAIN_ENOUGH = 0.6
_CERTAIN_OF_UNKNOWN_WORDS = 0.9

_KHMER = re.compile(r"[\u1780-\u17D3\u17DD]")
_LATIN_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|@\w+")


@dataclass(frozen=True, slots=True)
class Detection:
    """Language of a message; None when the message is of no language (a number, a name)."""

    language: Literal["km", "en"] | None
    script: Literal["khmer", "latin", "other"]
    romanised: bool
    confidence: float


class _Model(NamedTuple):
    log_odds: dict[str, float]  # above 0 speaks for romanised Khmer
    words: frozenset[str]


def detect(text: str) -> Detection:
    """Language and script of a message, with a confidence from 0 to 1."""
    text = _ADDRESS.sub(" ", text)
    khmer = len(_KHMER.findall(text))
    words = _LATIN_WORD.findall(_KHMER.sub(" ", text))
    latin_words = [word for word in words if word[0] < "\u0250"]
    latin = sum(map(len, latin_words))
    letters = khmer + sum(map(len, words))
    if khmer and khmer >= _KHMER_SHARE * letters:
        return Detection("km", "khmer", False, khmer / letters)
    if latin and latin >= letters / 2:
        return _detect_latin(latin_words)
    return Detection(None, "other", False, 0.0)


def _detect_latin(words: list[str]) -> Detection:
    telling = [word for word in words if word.lower() not in _neutral_words()]
    lowered = [word.lower().replace("’", "'") for word in telling]
    model = _model()
    score = sum(model.log_odds.get(ngram, 0.0) for word in lowered for ngram in _ngrams(word))
    khmer = 1 / (1 + math.exp(-max(-50.0, min(50.0, score / _TEMPERATURE))))
    confidence = max(khmer, 1 - khmer)
    if not telling or confidence < _required_confidence(telling, lowered, model):
        return Detection(None, "latin", False, 1 - confidence if telling else 0.0)
    romanised = khmer > 0.5
    return Detection("km" if romanised else "en", "latin", romanised, confidence)


def _required_confidence(words: list[str], lowered: list[str], model: _Model) -> float:
    if not model.words.isdisjoint(lowered):
        return _CERTAIN_ENOUGH
    if len(words) <= 3 and all(word[0].isupper() for word in words):
        return 2.0  # a name: nothing is certain enough
    if sum(map(len, words)) < 3:
        return 2.0
    return _CERTAIN_OF_UNKNOWN_WORDS if len(words) == 1 else _CERTAIN_ENOUGH


def _ngrams(word: str) -> list[str]:
    padded = f" {word} "
    ngrams = [
        padded[start : start + length]
        for length in range(1, _LONGEST_NGRAM + 1)
        for start in range(len(padded) - length + 1)
    ]
    # The whole word counts on its own: there are few short words and they recur.
    return [*ngrams, f"  {word}"]


@cache
def _model() -> _Model:
    """Multinomial naive Bayes over character n-grams, fitted to the two resources."""
    english, english_words = _count("english.txt")
    khmer, khmer_words = _count("romanised_khmer.txt")
    ngrams = english.keys() | khmer.keys()
    english_total = english.total() + _SMOOTHING * len(ngrams)
    khmer_total = khmer.total() + _SMOOTHING * len(ngrams)
    shift = math.log(english_total / khmer_total)
    log_odds = {
        ngram: math.log((khmer[ngram] + _SMOOTHING) / (english[ngram] + _SMOOTHING)) + shift
        for ngram in ngrams
    }
    return _Model(log_odds, frozenset(english_words | khmer_words))


@cache
def _neutral_words() -> frozenset[str]:
    """Words that tell nothing about the language they stand in."""
    return frozenset(_words("neutral.txt"))


def _words(resource: str) -> Iterator[str]:
    lines = (_RESOURCES / resource).read_text(encoding="utf-8").splitlines()
    return (word for line in lines if not line.startswith("#") for word in line.lower().split())


def _count(resource: str) -> tuple[Counter[str], set[str]]:
    words = Counter(_words(resource))
    counts: Counter[str] = Counter()
    for word, times in words.items():
        for ngram in _ngrams(word):
            counts[ngram] += times
    return counts, set(words)
