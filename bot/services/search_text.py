"""What of a text counts in a search: meanings, words and letter sequences, each with a weight."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import regex
from rapidfuzz import process

from bot.services.search_lexicon import GENERIC, NO_MEANING, Lexicon, fold_khmer, stem
from bot.text.digits import to_latin_digits
from bot.text.normalise import normalise
from bot.text.romanised import fold
from bot.text.segment import segment

Features = dict[str, float]

MEANING = "m:"
_WORD = "w:"
_SEQUENCE = "s:"
_MEANING_WEIGHT = 2.5
# They are said with any service and tell few apart.
COLOURLESS = frozenset(
    {
        "new",
        "old",
        "older",
        "name",
        "number",
        "late",
        "notyet",
        "buy",
        "sell",
        "certificate",
        "again",
    }
)
_COLOURLESS_WEIGHT = 1.2
_WORD_WEIGHT = 0.7
# Weights of sequences of 3 and of 4 letters.
_SEQUENCE_WEIGHTS = {3: 0.2, 4: 0.28}

_ASCII_WORD = regex.compile(r"[a-z]+(?:'[a-z]+)*|[0-9]+")
_WORD_START = regex.compile(r"[\p{L}\d]")
_KHMER = regex.compile(r"[\u1780-\u17B3]")
_MARK = regex.compile(r"[\u17B4-\u17D3\u17DD]")
# So short a word counts only where a word starts: it may be part of another.
_SHORT_KHMER = 3
_LONGEST_KHMER = 28
_LONGEST_LATIN = 4
_TYPO_LENGTH = 5
_TYPO_CLOSENESS = 80


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one script that stand together."""

    khmer: bool
    words: tuple[str, ...]


def runs(text: str) -> tuple[Run, ...]:
    """Normalised words of `text` by script, without punctuation."""
    if text.isascii():
        # Nothing to normalise or to segment, and most phrases are so.
        words = tuple(_ASCII_WORD.findall(text.lower()))
        return (Run(False, words),) if words else ()
    found = [word.text for word in segment(to_latin_digits(normalise(text)))]
    grouped = groupby((w for w in found if _WORD_START.match(w)), lambda w: bool(_KHMER.match(w)))
    return tuple(Run(khmer, tuple(group)) for khmer, group in grouped)


class TextReader:
    """Turns text into features; knows the words of an index, to mend typing errors."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._vocabulary = lexicon.english_words | lexicon.romanised_words
        self._long_words: dict[str, list[str]] = defaultdict(list)

    def learn(self, texts: Iterable[tuple[Run, ...]]) -> None:
        """Take the Latin words of `texts` for correctly spelt."""
        for text in texts:
            self._vocabulary.update(word for run in text if not run.khmer for word in run.words)
        for word in sorted(self._vocabulary):
            if len(word) >= _TYPO_LENGTH:
                self._long_words[word[0]].append(word)

    def features(self, text: tuple[Run, ...]) -> Features:
        """Features of `text` with their weights; empty when it holds generic words alone."""
        features: Features = {}
        for run in text:
            found = self._khmer(run.words) if run.khmer else self._latin(run.words)
            for feature, weight in found:
                features[feature] = max(weight, features.get(feature, 0.0))
        return features

    def _khmer(self, words: tuple[str, ...]) -> Iterator[tuple[str, float]]:
        folded = [fold_khmer(word) for word in words]
        stream = "".join(folded)
        starts = {0}
        for word in folded:
            starts.add(max(starts) + len(word))
        generic = bytearray(len(stream))
        position = 0
        while position < len(stream):
            length, meanings = self._longest(stream, position, starts)
            if GENERIC in meanings:
                generic[position : position + length] = b"\1" * length
            yield from _meanings(meanings)
            position += max(length, 1)
        yield from _words_and_sequences(folded, generic)

    def _longest(self, stream: str, position: int, starts: set[int]) -> tuple[int, list[str]]:
        if _MARK.match(stream[position]):
            return 0, []
        at_word = position in starts
        longest: tuple[int, list[str]] = (0, [])
        for end in range(min(len(stream), position + _LONGEST_KHMER), position, -1):
            if end < len(stream) and _MARK.match(stream[end]):
                continue
            meanings = self._lexicon.khmer(stream[position:end])
            if not meanings:
                continue
            if GENERIC in meanings and not (at_word and end in starts):
                continue
            if at_word and (end in starts or end == len(stream)):
                # Whole words win over a longer entry that ends inside the next word.
                return end - position, meanings
            if not longest[0] and (at_word or end - position > _SHORT_KHMER):
                longest = (end - position, meanings)
        return longest

    def _latin(self, typed: tuple[str, ...]) -> Iterator[tuple[str, float]]:
        words = [self._mended(word) for word in typed]
        stems = [stem(word) for word in words]
        sounds = [fold(word) for word in words]
        english = sum(word in self._lexicon.english_words for word in stems)
        # Half, because many an English word sounds like some romanised one.
        romanised = sum(sound in self._lexicon.romanised_sounds for sound in sounds) / 2
        position = 0
        while position < len(words):
            length, meanings = self._longest_latin(words, stems, position, english > romanised)
            yield from _meanings(meanings)
            if GENERIC not in meanings:
                for place in range(position, position + length):
                    if english >= romanised:
                        yield from _latin_word(stems[place])
                    if romanised >= english:
                        yield from _latin_word(sounds[place])
            position += length

    def _longest_latin(
        self, words: list[str], stems: list[str], position: int, english: bool
    ) -> tuple[int, list[str]]:
        for length in range(min(_LONGEST_LATIN, len(words) - position), 0, -1):
            end = position + length
            meanings = self._lexicon.english(stems[position:end])
            if not english:
                meanings = self._lexicon.romanised(words[position:end]) or meanings
            if meanings:
                return length, meanings
        return 1, []

    def _mended(self, word: str) -> str:
        bare = word.replace("'", "")
        if len(word) < _TYPO_LENGTH or {word, bare, stem(word)} & self._vocabulary:
            return word
        near = process.extractOne(word, self._long_words[word[0]], score_cutoff=_TYPO_CLOSENESS)
        return str(near[0]) if near else word


def _meanings(meanings: list[str]) -> Iterator[tuple[str, float]]:
    # A word that is also a generic one says nothing for sure.
    for meaning in () if GENERIC in meanings else meanings:
        if meaning in COLOURLESS:
            yield MEANING + meaning, _COLOURLESS_WEIGHT
        elif meaning != NO_MEANING:
            yield MEANING + meaning, _MEANING_WEIGHT


def _words_and_sequences(folded: list[str], generic: bytearray) -> Iterator[tuple[str, float]]:
    position = 0
    content = ""
    for word in folded:
        end = position + len(word)
        if all(generic[position:end]):
            yield from _sequences(content)
            content = ""
        else:
            yield _WORD + word, _WORD_WEIGHT
            content += word
        position = end
    yield from _sequences(content)


def _latin_word(word: str) -> Iterator[tuple[str, float]]:
    yield _WORD + word, _WORD_WEIGHT
    if len(word) > 3:
        yield from _sequences(f"^{word}$")


def _sequences(text: str) -> Iterator[tuple[str, float]]:
    for length, weight in _SEQUENCE_WEIGHTS.items():
        for start in range(len(text) - length + 1):
            yield _SEQUENCE + text[start : start + length], weight
