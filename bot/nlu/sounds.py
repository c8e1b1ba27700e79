"""A key that a word's Khmer spelling shares with its spellings in Latin letters."""

from __future__ import annotations

from functools import lru_cache

import regex

from bot.text.romanised import fold, romanise

_KHMER = regex.compile(r"\p{Khmer}")


@lru_cache(maxsize=16384)
def sound_of(word: str) -> str:
    """How a normalised word sounds, roughly: `ប៉ុន្មាន`, `ponman` and `bonmaan` come out alike.

    What has no letters stays as it is.
    """
    if _KHMER.match(word):
        return fold(romanise(word)).replace(" ", "") or word
    return fold(word).replace(" ", "") or word
