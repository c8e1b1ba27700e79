"""What single words mean in a search, in Khmer, English and romanised Khmer."""

import csv
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import regex

from bot.settings import PROJECT_ROOT
from bot.text.normalise import normalise
from bot.text.romanised import fold

GENERIC = "generic"
NO_MEANING = "none"

_SEEDS = PROJECT_ROOT / "seeds" / "catalogue"
# Marks that many leave out or double, and letters and vowels that get mistaken for each other.
_UNSURE_MARKS = regex.compile(r"[\u17C8\u17C9\u17CA\u17CC-\u17D0\u17DD]")
_DOUBLED = regex.compile(r"(\p{L})\u17D2\1")
_ALIKE = str.maketrans("ណឡឪឩីឺូៃឱ", "នលឧឧិឹុែអ")
# Without the s they are other words.
_NO_PLURAL = frozenset({"goods", "always", "gas", "bus", "does", "this", "news", "has", "was"})


def search_words_path() -> Path:
    """The seed file of words by meaning: columns meaning, word."""
    return _SEEDS / "search_words.csv"


def not_offered_phrases_path() -> Path:
    """The seed file of what citizens ask for and no office here gives."""
    return _SEEDS / "not_offered_phrases.csv"


def fold_khmer(text: str) -> str:
    """Key under which common misspellings of normalised Khmer collide."""
    return _DOUBLED.sub(r"\1", _UNSURE_MARKS.sub("", text)).translate(_ALIKE)


def stem(latin: str) -> str:
    """`latin` without an English plural or possessive ending."""
    bare = latin.replace("’", "'").removesuffix("'s").replace("'", "")
    if bare not in _NO_PLURAL and len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss"):
        return bare[:-1]
    return bare


def latin_words(text: str) -> list[str]:
    """Words of text in Latin letters."""
    return text.replace("-", " ").split()


class Lexicon:
    """Words and what they mean, for Khmer, English and romanised Khmer."""

    def __init__(self, words: Iterable[tuple[str, str, str]]) -> None:
        """`words` are triples of meaning, language and word; a word may have several meanings."""
        self._khmer: dict[str, list[str]] = {}
        self._english: dict[str, list[str]] = {}
        self._romanised: dict[str, list[str]] = {}
        self._sounds: dict[str, list[str]] = {}
        for meaning, language, word in words:
            text = normalise(word)
            if language == "km":
                self._khmer.setdefault(fold_khmer(text.replace(" ", "")), []).append(meaning)
            elif language == "en":
                key = " ".join(map(stem, latin_words(text)))
                self._english.setdefault(key, []).append(meaning)
            else:
                self._romanised.setdefault(" ".join(latin_words(text)), []).append(meaning)
                self._sounds.setdefault(fold(text), []).append(meaning)
        # All words of the phrases above.
        self.english_words = {part for phrase in self._english for part in phrase.split()}
        self.romanised_words = {part for phrase in self._romanised for part in phrase.split()}
        self.romanised_sounds = {part for phrase in self._sounds for part in phrase.split()}

    def khmer(self, key: str) -> list[str]:
        """Meanings of a folded Khmer word; none if it is unknown."""
        return self._khmer.get(key, [])

    def english(self, stems: list[str]) -> list[str]:
        """Meanings of English words that stand together."""
        return self._english.get(" ".join(stems), [])

    def romanised(self, words: list[str]) -> list[str]:
        """Meanings of romanised words that stand together, by spelling, else by sound."""
        spelling = " ".join(words)
        if spelling in self._romanised or all(word in self.romanised_words for word in words):
            return self._romanised.get(spelling, [])
        return self._sounds.get(fold(spelling), [])


@lru_cache(maxsize=1)
def shipped_lexicon() -> Lexicon:
    """The lexicon in the seed file."""
    with search_words_path().open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return Lexicon((row["meaning"], row["language"], row["word"]) for row in rows)
