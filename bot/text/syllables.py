"""Sounds of a Khmer word as Cambodians spell them in Latin letters, by rule.

Series and values of consonants and vowels after Huffman, "Cambodian System of Writing" (1970);
the Latin spellings are those of chat, the commonest first.
"""

import re
from typing import NamedTuple

Options = tuple[str, ...]

_SYLLABLE = re.compile(
    r"(?P<base>[\u1780-\u17B3])(?P<robat>\u17CC?)(?P<below>(?:\u17D2[\u1780-\u17B3])*)"
    r"(?P<shifter>[\u17C9\u17CA]?)(?P<vowel>[\u17B6-\u17C8]*)(?P<signs>[\u17CB-\u17D1\u17DD]*)"
    r"(?P<late>[\u17C6-\u17C8]?)"
)
_ONSETS: dict[str, Options] = {
    "ក": ("k",), "ខ": ("kh", "k"), "គ": ("k",), "ឃ": ("kh", "k"), "ង": ("ng",),
    "ច": ("ch", "j"), "ឆ": ("chh", "ch"), "ជ": ("ch", "j"), "ឈ": ("chh", "ch"),
    "ញ": ("nh", "ny"), "ដ": ("d",), "ឋ": ("th",), "ឌ": ("d",), "ឍ": ("th",), "ណ": ("n",),
    "ត": ("t",), "ថ": ("th", "t"), "ទ": ("t",), "ធ": ("th", "t"), "ន": ("n",), "ប": ("b", "p"),
    "ផ": ("ph", "p"), "ព": ("p",), "ភ": ("ph", "p"), "ម": ("m",), "យ": ("y",), "រ": ("r",),
    "ល": ("l",), "វ": ("v", "w"), "ឝ": ("s",), "ឞ": ("s",), "ស": ("s",), "ហ": ("h",),
    "ឡ": ("l",), "អ": ("",),
}  # fmt: skip
_CODAS: dict[str, Options] = {
    "ក": ("k",), "ខ": ("k",), "គ": ("k",), "ឃ": ("k",), "ង": ("ng",), "ច": ("ch", "j"),
    "ឆ": ("ch",), "ជ": ("ch",), "ឈ": ("ch",), "ញ": ("nh", "n"), "ដ": ("t",), "ឋ": ("t", "th"),
    "ឌ": ("t", "d"), "ឍ": ("t",), "ណ": ("n",), "ត": ("t",), "ថ": ("t",), "ទ": ("t",),
    "ធ": ("t", "th"), "ន": ("n",), "ប": ("b", "p"), "ផ": ("p",), "ព": ("p", "b"), "ភ": ("p",),
    "ម": ("m",), "យ": ("y", "i"), "រ": ("r", ""), "ល": ("l",), "វ": ("v", "w"), "ស": ("s", "h"),
    "ហ": ("h",), "ឡ": ("l",), "អ": ("",),
}  # fmt: skip
_SECOND_SERIES = frozenset("គឃងជឈញឌឍទធនពភមយរលវ")
# These take the series of the stop they stand with.
_SONORANTS = frozenset("ងញណនមយរលវ")
_INDEPENDENT: dict[str, Options] = {
    "ឥ": ("e", "i"), "ឦ": ("ey",), "ឧ": ("u", "o"), "ឩ": ("ou",), "ឪ": ("ov",),
    "ឫ": ("rue", "ru", "ry"), "ឬ": ("reu", "ru"), "ឭ": ("lue",), "ឮ": ("lue", "leu"),
    "ឯ": ("ae", "e"), "ឰ": ("ai",), "ឱ": ("ao", "o"), "ឳ": ("av",),
}  # fmt: skip
# Each vowel in the first and in the second series.
_VOWELS: dict[str, tuple[Options, Options]] = {
    "": (("o", "or", "a"), ("o", "or")),
    "ា": (("a", "ar"), ("ea", "ia", "ear")),
    "ិ": (("e", "i"), ("i", "e")),
    "ី": (("ey", "ei", "y"), ("i", "ee", "y")),
    "ឹ": (("eu", "e", "oe"), ("eu", "oe", "u")),
    "ឺ": (("eu", "oe"), ("eu", "oe")),
    "ុ": (("o", "u"), ("u", "o")),
    "ូ": (("o", "ou", "au"), ("ou", "u", "o")),
    "ួ": (("uo", "ou", "u"), ("uo", "ou", "u")),
    "ើ": (("er", "aeu", "e"), ("er", "eu", "e")),
    "ឿ": (("eua", "oeu"), ("eua", "eu")),
    "ៀ": (("ie", "ea", "iea"), ("ie", "ea", "ia")),
    "េ": (("e", "ei"), ("e", "ei")),
    "ែ": (("ae", "e"), ("e", "ae", "eh")),
    "ៃ": (("ai", "ay"), ("ey", "ei", "ay")),
    "ោ": (("ao", "o", "ou"), ("o", "ou")),
    "ៅ": (("av", "ao", "ov"), ("ov", "ou", "ow")),
    "ំ": (("om", "am", "orm"), ("om", "um")),
    "ុំ": (("om", "um"), ("um", "om")),
    "ាំ": (("am", "arm"), ("oam", "am", "eam")),
    "ះ": (("as", "ah"), ("eah", "eas", "es")),
    "ៈ": (("a", "ak"), ("eak", "ea")),
    "ិះ": (("es", "eh"), ("is", "ih")),
    "ឹះ": (("es", "eh"), ("es", "eh")),
    "ុះ": (("os", "oh"), ("us", "uh")),
    "េះ": (("es", "eh"), ("is", "es", "eh")),
    "ែះ": (("es", "eh"), ("es", "eh")),
    "ោះ": (("os", "oh"), ("os", "uos", "oh")),
}
_SHORT_VOWELS: dict[str, tuple[Options, Options]] = {
    "": (("o", "or", "a"), ("u", "o")),
    "ា": (("a",), ("oa", "ea", "o")),
}
_SAMYOK = "\u17d0"
_KILLER = "\u17cd"
_SHORTENER = "\u17cb"


class _Syllable(NamedTuple):
    letters: str  # base, then subscripts
    shifter: str
    vowel: str
    signs: str
    robat: bool

    @property
    def is_bare(self) -> bool:
        """Whether it may close the syllable before it."""
        return not self.vowel and not self.shifter and self.letters[0] in _CODAS

    @property
    def is_second_series(self) -> bool:
        if self.shifter:
            return self.shifter == "\u17ca"
        stops = [letter for letter in self.letters if letter not in _SONORANTS]
        return (stops[-1] if stops else self.letters[0]) in _SECOND_SERIES


def sounds(word: str) -> list[Options]:
    """Spellings of each sound of a normalised Khmer word, in order, the commonest first."""
    syllables = _parse(word)
    spelt: list[Options] = []
    position = 0
    while position < len(syllables):
        syllable = syllables[position]
        coda = syllables[position + 1] if position + 1 < len(syllables) else None
        is_last = position + 2 >= len(syllables)
        closed = coda if coda and _closes(syllable, coda, is_last) else None
        spelt.extend(_onset(syllable))
        spelt.append(_nucleus(syllable, closed))
        if closed:
            spelt.append(_CODAS[closed.letters[0]])
        position += 2 if closed else 1
    return spelt


def _parse(word: str) -> list[_Syllable]:
    parsed = []
    for match in _SYLLABLE.finditer(word):
        if _KILLER in match["signs"]:
            continue  # written, not spoken
        letters = match["base"] + match["below"].replace("\u17d2", "")
        vowel = match["vowel"] + match["late"]
        parsed.append(
            _Syllable(letters, match["shifter"], vowel, match["signs"], bool(match["robat"]))
        )
    return parsed


def _closes(syllable: _Syllable, coda: _Syllable, is_last: bool) -> bool:
    if not coda.is_bare or coda.robat or syllable.vowel[-1:] in {"\u17c6", "\u17c7", "\u17c8"}:
        return False
    # Below a final consonant nothing is spoken; elsewhere it begins the next syllable.
    return is_last or len(coda.letters) == 1


def _onset(syllable: _Syllable) -> list[Options]:
    first, below = syllable.letters[0], syllable.letters[1:]
    if first in _INDEPENDENT:
        return [_INDEPENDENT[first], *(_ONSETS.get(letter, ("",)) for letter in below)]
    spellings = [_ONSETS.get(letter, ("",)) for letter in (first, *below)]
    if first == "ប" and (below or syllable.shifter):
        spellings[0] = ("p", "b")
    if syllable.letters.startswith("ហវ"):
        return [("v", "f", "hv")]
    return spellings


def _nucleus(syllable: _Syllable, coda: _Syllable | None) -> Options:
    if syllable.letters[0] in _INDEPENDENT and not syllable.vowel:
        return ("",) if len(syllable.letters) == 1 else ("oy",)
    series = int(syllable.is_second_series)
    if _SAMYOK in syllable.signs:
        return (("a", "o"), ("oa", "o", "a"))[series]
    shortened = coda is not None and _SHORTENER in coda.signs
    if shortened and syllable.vowel in _SHORT_VOWELS:
        return _SHORT_VOWELS[syllable.vowel][series]
    if syllable.vowel in _VOWELS:
        return _VOWELS[syllable.vowel][series]
    known = (_VOWELS[mark][series] for mark in syllable.vowel if mark in _VOWELS)
    return next(known, ("o",))
