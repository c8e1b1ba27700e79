"""Canonical form of what citizens type: one word, one spelling, with offsets into the original.

Order of marks after The Unicode Standard, section 16.4 (Khmer), and Unicode Technical
Note 61, "Khmer Encoding Structure": base, robat, subscripts, shifter, vowel, signs, final signs.
"""

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

COENG = "\u17d2"
_RO = "\u179a"
_MUUSIKATOAN = "\u17c9"
_TRIISAP = "\u17ca"
_REPETITION = "\u17d7"

_BASES = frozenset(map(chr, [*range(0x1780, 0x17B4), 0x25CC]))
# Marks in canonical order: a mark's rank is where it stands after its base.
_VOWELS_BEFORE = "\u17be\u17bf\u17c0\u17c1\u17c2\u17c3\u17c4\u17c5"
_VOWELS_BELOW = "\u17bb\u17bc\u17bd"
_VOWELS_ABOVE = "\u17b7\u17b8\u17b9\u17ba"
_SIGNS = "\u17c6\u17cb\u17cd\u17ce\u17cf\u17d0\u17d1\u17d3\u17dd"
_MARKS = (
    f"\u17cc{_MUUSIKATOAN}{_TRIISAP}{_VOWELS_BEFORE}{_VOWELS_BELOW}{_VOWELS_ABOVE}"
    f"\u17b6{_SIGNS}\u17c7\u17c8"
)
_RANK = {mark: rank for rank, mark in enumerate(_MARKS)}
_ROBAT_RANK = _RANK["\u17cc"]

# Vowels that are typed in two halves.
_E, _AA, _II, _OE, _OO = "\u17c1", "\u17b6", "\u17b8", "\u17be", "\u17c4"
_U = "\u17bb"
_NIKAHIT = "\u17c6"
# Under one of these a register shifter is drawn like the vowel u, so u gets typed for it.
_ABOVE_FOR_SHIFTER = frozenset("\u17b7\u17b8\u17b9\u17ba\u17be\u17bf\u17d0\u17dd")
# Consonants of the second series without a first-series partner, and bo: they take muusikatoan,
# all others triisap.
_TAKE_MUUSIKATOAN = frozenset("ងញណនបមយរលវឡ")
_BO = "ប"

_TRANSPARENT = frozenset(
    map(
        chr,
        [
            0xAD,  # soft hyphen
            0x61C,
            0x17B4,  # inherent vowels: invisible, deprecated
            0x17B5,
            *range(0x200B, 0x2010),  # zero-width space, joiners, direction marks
            *range(0x202A, 0x202F),
            *range(0x2060, 0x2070),
            *range(0xFE00, 0xFE10),  # variation selectors
            0xFEFF,
        ],
    )
)
_FOLDED = {
    "\u17a3": "\u17a2",  # deprecated independent vowels, Unicode chart U1780
    "\u17a4": "\u17a2\u17b6",
    "\u17a8": "\u17a7\u1780",
    "\u17b2": "\u17b1",
    "\u17d3": "\u17c6",  # bathamasat, discouraged; typed for the nikahit
    "\u17d8": "\u17d4\u179b\u17d4",
    **dict.fromkeys("‘’‚‛′`´＇‹›", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}


class _Unit(NamedTuple):
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Normalised:
    """Normalised text and where each of its characters stood in the original.

    `offsets` has one entry per character and a last one, the original's length. Inside a cluster
    whose marks were put in order the offsets need not rise; `original_span` takes care of that.
    """

    text: str
    offsets: tuple[int, ...]
    ends: tuple[int, ...] = field(repr=False)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Smallest span of the original that holds normalised characters `start` to `end`."""
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"span {start}:{end} lies outside 0:{len(self.text)}")
        if start == end:
            return self.offsets[start], self.offsets[start]
        return min(self.offsets[start:end]), max(self.ends[start:end])


def normalise(text: str) -> str:
    """Canonical form of `text`; equal words come out as equal strings."""
    return "".join(unit.text for unit in _units(text))


# Several components read the same message one after the other.
@lru_cache(maxsize=64)
def normalise_with_offsets(text: str) -> Normalised:
    """As `normalise`, with offsets into the original."""
    units = _units(text)
    return Normalised(
        "".join(unit.text for unit in units),
        (*(unit.start for unit in units), len(text)),
        tuple(unit.end for unit in units),
    )


def _units(text: str) -> list[_Unit]:
    folded = [
        _Unit(character, index, index + 1)
        for index, original in enumerate(text)
        for character in _fold_character(original)
    ]
    return _tidy_spaces(_compose(_order_syllables(folded)))


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _FOLDED:
        return _FOLDED[character]
    if character in _TRANSPARENT:
        return ""
    if unicodedata.category(character) == "Cc":
        return " " if character.isspace() else ""
    folded = character
    # Lower-casing can yield what NFKC takes apart and the reverse: go on until it stands still.
    for _ in range(4):
        following = unicodedata.normalize("NFKC", folded).lower()
        if following == folded:
            break
        folded = following
    if len(folded) > 1:
        return "".join(_FOLDED.get(part, part) for part in folded if part not in _TRANSPARENT)
    return _FOLDED.get(folded, folded)


def _order_syllables(units: list[_Unit]) -> list[_Unit]:
    ordered: list[_Unit] = []
    base: list[_Unit] = []
    subscripts: list[tuple[_Unit, _Unit]] = []
    marks: list[_Unit] = []

    def flush() -> None:
        ordered.extend(_syllable(base, subscripts, marks))
        base.clear()
        subscripts.clear()
        marks.clear()

    coeng: _Unit | None = None
    for unit in units:
        if unit.text == COENG:
            coeng = coeng or unit
        elif unit.text in _RANK:
            marks.append(unit)
            coeng = None
        elif unit.text in _BASES and coeng and base and unit.text != "\u25cc":
            subscripts.append((coeng, unit))
            coeng = None
        else:
            flush()
            coeng = None
            (base if unit.text in _BASES else ordered).append(unit)
    flush()
    return ordered


def _syllable(
    base: list[_Unit], subscripts: list[tuple[_Unit, _Unit]], marks: list[_Unit]
) -> list[_Unit]:
    if not subscripts and not marks:
        return base
    letters = [unit.text for unit in base]
    below: dict[str, tuple[_Unit, _Unit]] = {}
    for coeng, letter in subscripts:
        # Both look the same below another letter; keyboards disagree.
        seen_as = "ត" if letter.text == "ដ" else letter.text
        below.setdefault(seen_as, (coeng, letter._replace(text=seen_as)))
    letters.extend(below)
    vowels = _mend_vowels({mark.text: mark for mark in reversed(marks)}, letters)
    in_order = sorted(vowels.values(), key=lambda mark: _RANK[mark.text])
    robat = [mark for mark in in_order if _RANK[mark.text] == _ROBAT_RANK]
    pairs = sorted(below.values(), key=lambda pair: pair[1].text == _RO)
    return [*base, *robat, *(unit for pair in pairs for unit in pair), *in_order[len(robat) :]]


def _mend_vowels(marks: dict[str, _Unit], letters: list[str]) -> dict[str, _Unit]:
    if _OE in marks and _AA in marks:
        _join(marks, _OE, _AA, _OO)
        marks[_II] = marks[_OO]._replace(text=_II)
    if _E in marks and _AA in marks:
        _join(marks, _E, _AA, _OO)
    if _E in marks and _II in marks:
        _join(marks, _E, _II, _OE)
    under_above = _ABOVE_FOR_SHIFTER & marks.keys() or {_AA, _NIKAHIT} <= marks.keys()
    if _U in marks and under_above and letters:
        u = marks.pop(_U)
        if not {_MUUSIKATOAN, _TRIISAP} & marks.keys():
            shifter = _shifter_for(letters)
            marks[shifter] = u._replace(text=shifter)
    never_muusikatoan = letters and _TAKE_MUUSIKATOAN.isdisjoint(letters)
    if _MUUSIKATOAN in marks and never_muusikatoan:
        mistyped = marks.pop(_MUUSIKATOAN)
        marks.setdefault(_TRIISAP, mistyped._replace(text=_TRIISAP))
    return marks


def _join(marks: dict[str, _Unit], first: str, second: str, joined: str) -> None:
    halves = marks.pop(first), marks.pop(second)
    if joined not in marks:
        marks[joined] = _Unit(
            joined, min(half.start for half in halves), max(half.end for half in halves)
        )


def _shifter_for(letters: list[str]) -> str:
    """Shifter that fits a base and its subscripts (Unicode Technical Note 61)."""
    if _BO in letters or all(letter in _TAKE_MUUSIKATOAN for letter in letters):
        return _MUUSIKATOAN
    return _TRIISAP


def _compose(units: list[_Unit]) -> list[_Unit]:
    composed: list[_Unit] = []
    for unit in units:
        if composed and unit.text > "\u02ff" and not "\u1780" <= unit.text <= "\u17ff":
            joined = unicodedata.normalize("NFC", composed[-1].text + unit.text)
            if len(joined) == 1:
                composed[-1] = _Unit(joined, composed[-1].start, unit.end)
                continue
        composed.append(unit)
    return composed


def _tidy_spaces(units: list[_Unit]) -> list[_Unit]:
    tidied: list[_Unit] = []
    for unit in units:
        if unit.text.isspace():
            if tidied and tidied[-1].text == " ":
                tidied[-1] = tidied[-1]._replace(end=unit.end)
            elif tidied:
                tidied.append(unit._replace(text=" "))
            continue
        attaches = unit.text == _REPETITION and len(tidied) > 1 and tidied[-1].text == " "
        if attaches and "\u1780" <= tidied[-2].text <= "\u17dd":
            tidied.pop()
        tidied.append(unit)
    if tidied and tidied[-1].text == " ":
        tidied.pop()
    return tidied
