"""Spellings of Cambodian place names: what may vary, and the words that stand beside a name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.text.digits import to_latin_digits
from bot.text.normalise import normalise

KHMER_LETTER = re.compile(r"[\u1780-\u17d3\u17dd]")
# A sign that belongs to the letter before it: no word begins with one, none ends before one.
KHMER_MARK = re.compile(r"[\u17b6-\u17d3\u17dd]")
COENG = "\u17d2"

# The word before a Khmer name, and the level that it says.
KHMER_LEVEL_WORDS = {
    "រាជធានី": "province",
    "ខេត្ត": "province",
    "ក្រុង": "district",
    "ស្រុក": "district",
    "ខណ្ឌ": "district",
    "ឃុំ": "commune",
    "សង្កាត់": "commune",
    "ភូមិ": "village",
}
# The word before or after a name in Latin letters, in English or romanised Khmer.
LATIN_LEVEL_WORDS = {
    "province": "province",
    "prov": "province",
    "capital": "province",
    "khet": "province",
    "khaet": "province",
    "khett": "province",
    "district": "district",
    "dist": "district",
    "municipality": "district",
    "city": "district",
    "town": "district",
    "khan": "district",
    "krong": "district",
    "srok": "district",
    "commune": "commune",
    "khum": "commune",
    "sangkat": "commune",
    "village": "village",
    "phum": "village",
}
KHMER_WORDS_BEFORE_A_PLACE = ("នៅ", "ពី", "ទៅ", "ក្នុង", "ដល់", "ឯ", "មក", "ជិត", "របស់")
LATIN_WORDS_BEFORE_A_PLACE = frozenset(
    {"in", "at", "from", "to", "near", "of", "around", "nov", "nou", "neu", "pi", "tov", "knong"}
)
CODE_WORDS = frozenset({"code", "ncdd", "កូដ", "លេខកូដ"})
# What may stand beside a name in a message that is nothing but the name of a place.
KHMER_FILLERS = (
    *("ខ្ញុំ", "នៅ", "រស់នៅ", "មកពី", "ពី", "ក្នុង", "បាទ", "ចាស", "ចា៎", "គឺ"),
    *("ហ្នឹង", "នេះ", "ទីតាំង", "ទី", "ការិយាល័យ", "ច្រក"),
)
LATIN_FILLERS = frozenset(
    {"i", "im", "am", "live", "living", "we", "are", "in", "at", "from", "to", "is", "it", "my"}
    | {"place", "the", "of", "nov", "nou", "khnhom", "knhom", "bat", "yes", "ok", "near", "here"}
    | {"please", "office", "pls"}
)
_ORDINALS = {"muoy": "1", "mouy": "1", "pir": "2", "bei": "3", "buon": "4", "prammuoy": "6"}
_KHMER_ORDINAL = re.compile(r"(?:ទី)? ?([0-9])$")

# Signs that people leave out or put in without meaning another place.
_SILENT_KHMER = frozenset("៉៊៍័់ៈ៎ ៗ")
_KHMER_LETTERS_ALIKE = {"ឬ": "ឫ", "ឲ": "ឱ", "ឮ": "ឭ"}
_PHONETIC = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        ("^kg|komp[ou]ng|kampung", "kampong"),
        ("phn[uo]m", "pnum"),
        ("mean?ch[ea]*y", "meanchei"),
        ("([ptkc])h+", r"\1"),
        ("h(?![aeiou])", ""),
        ("w", "v"),
        ("oeu|oeur|eou|eu|ue|oe|eo", "e"),
        ("aeu|ae|ai|ei|ey|ay|y", "i"),
        ("ao|au|av$|ov$|ouv$", "o"),
        ("uo|ou|oo|or(?=$|[^aeiou])", "u"),
        ("ea|ie|ia|ee", "i"),
        ("ar(?=$|[^aeiou])", "a"),
        ("o", "u"),
        ("r$", ""),
        (r"(.)\1+", r"\1"),
    )
)


@dataclass(frozen=True)
class Folded:
    """Text without what spelling varies in, and where each character stood."""

    text: str
    positions: tuple[int, ...]


def fold_khmer(text: str) -> Folded:
    """Normalised Khmer without spaces and silent signs; សម្រោង and សំរោង come out alike."""
    letters: list[str] = []
    positions: list[int] = []
    index = 0
    while index < len(text):
        character = text[index]
        position = index
        index += 1
        if character in _SILENT_KHMER:
            continue
        # The spelling reform of 2009 writes ម with a subscript where older names have the nikahit.
        after_consonant = bool(letters) and "ក" <= letters[-1] <= "អ"
        if after_consonant and character == "ម" and text[index : index + 1] == COENG:
            character = "ំ"
            index += 1
        character = _KHMER_LETTERS_ALIKE.get(character, character)
        letters.append(to_latin_digits(character))
        positions.append(position)
    return Folded("".join(letters), tuple(positions))


def fold_latin(text: str) -> str:
    """Small letters and digits only: `S'ang` and `Saang`... `sang` and `saang`."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in plain if c.isascii() and c.isalnum())


def fold_sound(text: str) -> str:
    """A rough sound of a romanised name: `Mongkol Borey` and `Mangkul Bourei` come close."""
    sound = fold_latin(text)
    for pattern, replacement in _PHONETIC:
        sound = pattern.sub(replacement, sound)
    return sound


def khmer_spellings(name: str) -> set[str]:
    """The folded forms of a Khmer name; a number at its end is written with ទី or without."""
    folded = fold_khmer(normalise(name)).text
    number = _KHMER_ORDINAL.search(folded)
    if not number:
        return {folded}
    stem = folded[: number.start()]
    return {f"{stem}{number[1]}", f"{stem}ទី{number[1]}"}


def latin_spellings(name: str) -> set[str]:
    """The folded forms of a name in Latin letters; a number at its end may be a digit."""
    words = name.lower().split()
    forms = {fold_latin(name)}
    if words and words[-1] in _ORDINALS:
        stem = [word for word in words[:-1] if word != "ti"]
        forms.add(fold_latin("".join(stem)) + _ORDINALS[words[-1]])
    return forms
