"""Cutting a text into as few pieces as possible, where each piece is paid for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from bot.text.clusters import best_break, cluster_ends, nice_breaks

Measure = Callable[[str], int]


def pack(text: str, limit: int, measure: Measure, whole_lines_from: int | None = None) -> list[str]:
    """As few pieces of `text` as hold it, each at most `limit` by `measure`, nicely cut.

    Among the cuts that need no further piece those after a line, a sentence and before a word are
    preferred, in this order; a cluster is cut only if it is longer than `limit` alone. From
    `whole_lines_from` on, lines are cut only if they are longer than `limit`. Only white space
    gets lost at a cut.
    """
    if not text.strip():
        return []
    stops = _stops(text, limit, measure, whole_lines_from)
    earliest_starts = _earliest_starts(text, stops, limit, measure)
    allowed = set(stops)
    lines, sentences, words = nice_breaks(text)
    # A number stays with what it counts, if it can.
    apart = [place for place in words if not text[:place].rstrip()[-1:].isdigit()]
    # The nicest of all is the one before the lines that belong together.
    before_whole_lines = [whole_lines_from] if whole_lines_from else []
    wanted_places = [before_whole_lines, lines, sentences, apart, words]
    breaks = [[place for place in places if place in allowed] for places in wanted_places]
    pieces = []
    start = 0
    for following in reversed(earliest_starts[:-1]):
        furthest = _furthest(text, start, stops, limit, measure)
        wanted = best_break(start, furthest, breaks, len(text))
        # Where the nicest cut would need one more piece, the nicest of those that do not.
        end = wanted if wanted >= following else _nicest(following, furthest, breaks)
        pieces.append(text[start:end].strip())
        start = end
    return [piece for piece in pieces if piece]


def count_pieces(
    text: str, limit: int, measure: Measure, whole_lines_from: int | None = None
) -> int:
    """How many pieces `pack` makes."""
    if not text.strip():
        return 0
    stops = _stops(text, limit, measure, whole_lines_from)
    return len(_earliest_starts(text, stops, limit, measure)) - 1


def _stops(text: str, limit: int, measure: Measure, whole_lines_from: int | None) -> list[int]:
    """Where a piece may end, in order."""
    free = len(text) if whole_lines_from is None else whole_lines_from
    stops: list[int] = []
    line_start = start = 0
    for end in cluster_ends(text):
        if measure(text[start:end]) > limit:
            stops.extend(range(start + 1, end))
        if text[end - 1] == "\n" or end == len(text):
            too_long = measure(text[line_start:end].strip()) > limit
            inside = [stop for stop in _between(stops, line_start, end) if stop <= free or too_long]
            stops[bisect_right(stops, line_start) :] = inside
            line_start = end
        stops.append(end)
        start = end
    return stops


def _between(stops: list[int], start: int, end: int) -> list[int]:
    return stops[bisect_right(stops, start) : bisect_left(stops, end)]


def _earliest_starts(text: str, stops: list[int], limit: int, measure: Measure) -> list[int]:
    """For 0, 1, 2… pieces: the first place from which they hold the rest of the text."""
    places = [0, *stops]
    starts = [len(text)]
    while starts[-1] > 0:
        end = starts[-1]
        before = places[: bisect_left(places, end)]

        def fits(start: int, end: int = end) -> bool:
            return measure(text[start:end].strip()) <= limit

        found = bisect_left(before, True, key=fits)
        if found == len(before):
            raise ValueError(f"limit {limit} is too small for the character {text[end - 1]!r}")
        starts.append(before[found])
    return starts


def _furthest(text: str, start: int, stops: list[int], limit: int, measure: Measure) -> int:
    following = stops[bisect_right(stops, start) :]
    fitting = bisect_right(following, limit, key=lambda end: measure(text[start:end].strip()))
    return following[fitting - 1]


def _nicest(earliest: int, furthest: int, breaks: list[list[int]]) -> int:
    for places in breaks:
        position = bisect_right(places, furthest)
        if position and places[position - 1] >= earliest:
            return places[position - 1]
    return furthest
