"""What the entity tagger sees of each word."""

from __future__ import annotations

from functools import lru_cache

import regex

from bot.nlu.place_names import find_places
from bot.nlu.sounds import sound_of

_KHMER = regex.compile(r"\p{Khmer}")
_LATIN = regex.compile(r"\p{Latin}")


def sentence_features(words: tuple[str, ...]) -> list[list[str]]:
    """Features of each word and of its two neighbours on either side, and the place names."""
    own = [_word_features(word) for word in words]
    places = _place_features(words)
    sentence = []
    for place, word in enumerate(words):
        features = ["bias", *own[place], *places[place]]
        for distance in (-2, -1, 1, 2):
            neighbour = place + distance
            if 0 <= neighbour < len(words):
                features += [f"{distance}:{feature}" for feature in own[neighbour][:3]]
                features += [f"{distance}:{feature}" for feature in places[neighbour][:1]]
            else:
                features.append(f"{distance}:edge")
        if place > 0:
            features.append(f"pair:{words[place - 1]}|{word}")
        if place + 1 < len(words):
            features.append(f"next pair:{word}|{words[place + 1]}")
        sentence.append(features)
    return sentence


def _place_features(words: tuple[str, ...]) -> list[list[str]]:
    features: list[list[str]] = [[] for _ in words]
    for name in find_places(words):
        certain = "certain" if name.certain else "doubtful"
        for place in range(name.start, name.end):
            edge = "B" if place == name.start else "I"
            features[place] = [f"place:{edge}:{certain}", f"place:{edge}:{name.level}:{certain}"]
    return features


@lru_cache(maxsize=16384)
def _word_features(word: str) -> tuple[str, ...]:
    features = [f"word:{word}", f"shape:{_shape(word)}", f"sound:{sound_of(word)}"]
    for length in (1, 2, 3, 4):
        if len(word) >= length:
            features += [f"begin:{word[:length]}", f"end:{word[-length:]}"]
    return tuple(features)


def _shape(word: str) -> str:
    if word.isdigit():
        return f"digits{len(word)}"
    if _KHMER.search(word):
        return "khmer"
    if _LATIN.search(word):
        return "latin"
    return "other"
