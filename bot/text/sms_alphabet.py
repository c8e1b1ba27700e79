"""What a short message (SMS) is written in, and how much of it there is.

Source: 3GPP TS 23.038, sections 6.1.1 (messages) and 6.2.1 (the GSM 7 bit default alphabet and its
extension); 3GPP TS 23.040, section 9.2.3.24.1: in a concatenated message the header takes 7 of 160
septets, or 3 of 70 UTF-16 units.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum

_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_EXTENSION = frozenset("\f^{}\\[~]|€")

# One of these in an English text would more than halve what a message holds.
_FOLDED: dict[str, str | int | None] = {
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\t\u00a0\u2002\u2003\u2007\u2009\u202f", " "),
    **dict.fromkeys("•·●▪◦", "-"),
    "×": "x",
    "✓": "-",
    "²": "2",
    "³": "3",
    # Invisible, and each would be paid for.
    **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
}
_FOLDED_IN_LATIN_TEXT: dict[str, str | int | None] = {
    **_FOLDED,
    "…": "...",
    "៛": " riel",
    "\u200c": "",
    "\u200d": "",
}
# Khmer writes its quotations in these; there they cost nothing.
_FOLDED_IN_OTHER_TEXT: dict[str, str | int | None] = {
    character: plain for character, plain in _FOLDED.items() if character not in "«»"
}


@dataclass(frozen=True)
class Sizes:
    """How many units a message holds alone, and as one of several."""

    single: int
    several: int


class Alphabet(Enum):
    """The two encodings of short messages, with the units that a message holds."""

    GSM_7 = Sizes(160, 153)
    UCS_2 = Sizes(70, 67)

    def units(self, text: str) -> int:
        """The length of the text: septets, or UTF-16 units."""
        if self is Alphabet.GSM_7:
            return sum(2 if character in _GSM_7_EXTENSION else 1 for character in text)
        return sum(2 if ord(character) > 0xFFFF else 1 for character in text)


def alphabet_of(text: str) -> Alphabet:
    """The alphabet that the text needs: one letter outside GSM-7 makes all of it UCS-2."""
    return Alphabet.GSM_7 if _is_gsm_7(text) else Alphabet.UCS_2


def fold(text: str) -> str:
    """The text without characters that cost more than they say: curly quotes, long dashes, `…`.

    A text that GSM-7 can hold afterwards is folded wholly; others keep what costs them nothing.
    """
    composed = unicodedata.normalize("NFC", text)
    plain = composed.translate(str.maketrans(_FOLDED_IN_LATIN_TEXT))
    if _is_gsm_7(plain):
        return plain
    return composed.translate(str.maketrans(_FOLDED_IN_OTHER_TEXT))


def _is_gsm_7(text: str) -> bool:
    return all(character in _GSM_7 or character in _GSM_7_EXTENSION for character in text)
