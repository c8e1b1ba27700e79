"""Clean messages as phones and people spoil them: how much of the accuracy stays.

Made without the code that makes the training copies (`bot.nlu.noise`), so that the two are not one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from benchmarks.scoring import Judgement
from benchmarks.understanding import Understood
from benchmarks.unseen import Unseen
from bot.text.clusters import clusters

_SEED = 7
_KHMER = re.compile("[\u1780-\u17b3]")
_LATIN_WORD = re.compile("[A-Za-z]{4,}")
# The same letters on the screen, other code points (Unicode Technical Note 61).
_ENCODINGS = (
    ("\u17be", "\u17c1\u17b8"),
    ("\u17c4", "\u17c1\u17b6"),
    ("\u17d2\u178f", "\u17d2\u178a"),
    ("\u17bb\u17c6", "\u17c6\u17bb"),
    ("\u17d2", "\u17d2\u17d2"),
)
_SIGNS = "\u17cb\u17cd\u17c9\u17ca\u17d0\u17c7"
_Spoil = Callable[[str, random.Random], str]


def zero_width_spaces(text: str, chance: random.Random) -> str:
    """Between clusters, where some keyboards put them."""
    return "".join(
        piece + ("\u200b" if _KHMER.match(piece) and chance.random() < 0.3 else "")
        for piece in clusters(text)
    )


def no_spaces(text: str, chance: random.Random) -> str:
    """All words together in Khmer, two of them elsewhere."""
    if _KHMER.search(text):
        return text.replace(" ", "")
    places = [place for place, character in enumerate(text) if character == " "]
    if not places:
        return text
    place = chance.choice(places)
    return text[:place] + text[place + 1 :]


def stray_spaces(text: str, chance: random.Random) -> str:
    """Inside Khmer words."""
    return "".join(
        piece + (" " if _KHMER.match(piece) and chance.random() < 0.12 else "")
        for piece in clusters(text)
    ).strip()


def other_encodings(text: str, chance: random.Random) -> str:
    """Khmer that looks the same."""
    for usual, other in _ENCODINGS:
        if chance.random() < 0.8:
            text = text.replace(usual, other)
    return text


def typos(text: str, chance: random.Random) -> str:
    """One letter too few, too many or out of place, or a sign left out."""
    signs = [place for place, character in enumerate(text) if character in _SIGNS]
    if signs:
        place = chance.choice(signs)
        return text[:place] + text[place + 1 :]
    words = list(_LATIN_WORD.finditer(text))
    if not words:
        return text
    word = chance.choice(words)
    place = chance.randrange(word.start() + 1, word.end() - 1)
    return chance.choice(
        [
            text[:place] + text[place + 1 :],
            text[:place] + text[place] + text[place:],
            text[:place] + text[place + 1] + text[place] + text[place + 2 :],
        ]
    )


def shorthand(text: str, chance: random.Random) -> str:
    """Words of Latin letters without some of their vowels, as in text messages."""

    def shortened(match: re.Match[str]) -> str:
        word = match.group()
        if chance.random() < 0.5:
            return word
        return word[0] + re.sub("[aeiou]", "", word[1:-1]) + word[-1]

    return _LATIN_WORD.sub(shortened, text)


_KINDS: dict[str, _Spoil] = {
    "zero-width spaces": zero_width_spaces,
    "no spaces": no_spaces,
    "stray spaces": stray_spaces,
    "other encodings": other_encodings,
    "typos": typos,
    "shorthand": shorthand,
}


def noise_figures(
    rows: Sequence[Unseen], clean: Sequence[Judgement], understand: Callable[[str], Understood]
) -> list[dict[str, Any]]:
    """By kind: how many messages it changes, their accuracy (in 100) before and after."""
    chance = random.Random(_SEED)
    right = [judgement.intent == judgement.predicted for judgement in clean]
    figures = []
    for name, spoil in _KINDS.items():
        spoilt = [replace(row, text=spoil(row.text, chance)) for row in rows]
        changed = [
            place
            for place, (row, other) in enumerate(zip(rows, spoilt, strict=True))
            if row.register != "noisy" and row.text != other.text
        ]
        before = sum(right[place] for place in changed)
        after = sum(
            understand(spoilt[place].text).predicted == rows[place].intent for place in changed
        )
        figures.append(
            {
                "noise": name,
                "messages": len(changed),
                "clean": 100 * before / len(changed),
                "noisy": 100 * after / len(changed),
                "difference": 100 * (after - before) / len(changed),
            }
        )
    return figures
