"""What the entity tagger sees of each word."""

from __future__ import annotations

import regex

_KHMER = regex.compile(r"\p{Khmer}")
_LATIN = regex.compile(r"\p{Latin}")


def sentence_features(words: list[str]) -> list[list[str]]:
    """Features of each word and of its two neighbours on either side."""
    own = [_word_features(word) for word in words]
    sentence = []
    for place, word in enumerate(words):
        features = ["bias", *own[place]]
        for distance in (-2, -1, 1, 2):
            neighbour = place + distance
            if 0 <= neighbour < len(words):
                features += [f"{distance}:{feature}" for feature in own[neighbour][:2]]
            else:
                features.append(f"{distance}:edge")
        if place > 0:
            features.append(f"pair:{words[place - 1]}|{word}")
        if place + 1 < len(words):
            features.append(f"next pair:{word}|{words[place + 1]}")
        sentence.append(features)
    return sentence


def _word_features(word: str) -> list[str]:
    features = [f"word:{word}", f"shape:{_shape(word)}"]
    for length in (1, 2, 3, 4):
        if len(word) >= length:
            features += [f"begin:{word[:length]}", f"end:{word[-length:]}"]
    return features


def _shape(word: str) -> str:
    if word.isdigit():
        return f"digits{len(word)}"
    if _KHMER.search(word):
        return "khmer"
    if _LATIN.search(word):
        return "latin"
    return "other"
