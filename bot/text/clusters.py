"""What a reader sees as one character, and cutting text without breaking one."""

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

import regex

from bot.text.segment import segment

_GRAPHEME = regex.compile(r"\X")
_LETTER = regex.compile(r"[\u1780-\u17B3]")
# Older Unicode data end a cluster after the coeng and tear the subscript from its base.
_OPEN = regex.compile(r"\u17D2[\u200B-\u200D]*\Z")
_AFTER_LINE = regex.compile(r"\n+")
# A dot inside a number or an abbreviation ends no sentence.
_AFTER_SENTENCE = regex.compile(r"[។៕?!]+[\"'”’)\]]*(?=\s|\w|\Z)\s*|\.(?:\s+|\Z)")
_AFTER_SPACE = regex.compile(r"\s+")
# A nicer place to break is taken only when the piece stays at least this full.
_FULL_ENOUGH = 1 / 3


def clusters(text: str) -> list[str]:
    """Grapheme clusters of `text`, a subscript together with the letter it stands under."""
    joined: list[str] = []
    for piece in _GRAPHEME.findall(text):
        if joined and _LETTER.match(piece) and _OPEN.search(joined[-1]):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def truncate(text: str, limit: int, ellipsis: str = "…") -> str:
    """`text` in at most `limit` characters, with `ellipsis` where something was cut off."""
    if limit < 0:
        raise ValueError(f"limit must be 0 or more, not {limit}")
    if len(text) <= limit:
        return text
    mark = ellipsis if len(ellipsis) <= limit else ""
    ends = cluster_ends(text)
    room = bisect_right(ends, limit - len(mark))
    return text[: ends[room - 1] if room else 0].rstrip() + mark


def split(text: str, limit: int, measure: Callable[[str], int] = len) -> list[str]:
    """Pieces of `text`, each at most `limit` by `measure`; only white space may get lost.

    Breaks after a line, else a sentence, else a word, else a cluster. `measure` must not
    shrink when text is added to its end. Raises ValueError if a single character is too long.
    """
    if not text.strip():
        return []
    if measure(text) <= limit:
        return [text]
    ends = cluster_ends(text)
    breaks = nice_breaks(text)
    pieces = []
    start = 0
    while start < len(text):
        furthest = _furthest(text, start, ends, limit, measure)
        end = best_break(start, furthest, breaks, len(text))
        pieces.append(text[start:end].strip())
        start = end
    return [piece for piece in pieces if piece]


def cluster_ends(text: str) -> list[int]:
    """Where each cluster of `text` ends."""
    return list(accumulate(map(len, clusters(text))))


def nice_breaks(text: str) -> list[list[int]]:
    """Where `text` may be cut: after its lines, after its sentences, before its words."""
    ends = set(cluster_ends(text))
    lines, sentences, spaces = (
        _matches(pattern, text) for pattern in (_AFTER_LINE, _AFTER_SENTENCE, _AFTER_SPACE)
    )
    # An invisible vowel may follow even a question mark, and belongs to it.
    return [
        sorted(ends & {*places}) for places in (lines, sentences, [*spaces, *_word_starts(text)])
    ]


def best_break(start: int, furthest: int, breaks: list[list[int]], length: int) -> int:
    """The nicest break after `start` that leaves the piece up to `furthest` full enough."""
    if furthest == length:
        return length
    enough = start + (furthest - start) * _FULL_ENOUGH
    for places in breaks:
        position = bisect_right(places, furthest)
        if position and places[position - 1] > enough:
            return places[position - 1]
    return furthest


def _matches(pattern: regex.Pattern[str], text: str) -> list[int]:
    return [match.end() for match in pattern.finditer(text)]


def _word_starts(text: str) -> list[int]:
    """Where a word starts; a punctuation mark stays with the word before it."""
    return [word.start for word in segment(text) if word.text[0].isalnum()]


def _furthest(
    text: str, start: int, ends: list[int], limit: int, measure: Callable[[str], int]
) -> int:
    following = ends[bisect_right(ends, start) :]

    def size(end: int) -> int:
        return measure(text[start:end].strip())

    fitting = bisect_right(following, limit, key=size)
    if fitting:
        return following[fitting - 1]
    # The cluster alone is too long: better broken than lost.
    characters = range(start + 1, following[0] + 1)
    fitting = bisect_right(characters, limit, key=size)
    if not fitting:
        raise ValueError(f"limit {limit} is too small for the character {text[start]!r}")
    return characters[fitting - 1]
