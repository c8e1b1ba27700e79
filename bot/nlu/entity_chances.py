"""How likely the tagger thinks each word of a message to belong to which entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rasa.nlu.tokenizers.tokenizer import Token

# Under this name the tagger leaves them on the message; they are not part of what Rasa answers.
ENTITY_CHANCES = "entity_chances"

# Of each entity, with its value if that is one of a closed list, the probability of every token.
Chances = Mapping[tuple[str, str], Sequence[float]]

# More of all entities are right and found by it than by the likeliest labels of the whole message,
# which leave out whatever is a little less likely than nothing (docs/understanding.md).
_LIKELY = 0.3
_LEAST = 0.01
_NEXT_TO_THE_BEST = 0.15


def likely_entities(tokens: list[Token], chances: Chances, text: str) -> list[dict[str, Any]]:
    """The runs of likely words, the likeliest first taken, in the order of the text."""
    runs = [
        (best, start, end, kind)
        for kind, row in chances.items()
        for start, end, best in _likely_runs(row)
    ]
    taken: list[tuple[int, int, tuple[str, str]]] = []
    for _, start, end, kind in sorted(runs, key=lambda run: -run[0]):
        if all(end <= other_start or other_end <= start for other_start, other_end, _ in taken):
            taken.append((start, end, kind))
    found = []
    for start, end, (entity, value) in sorted(taken):
        first, last = tokens[start].start, tokens[end - 1].end
        value = value or text[first:last].strip()
        found.append({"entity": entity, "value": value, "start": first, "end": last})
    return found


def _likely_runs(row: Sequence[float]) -> Iterator[tuple[int, int, float]]:
    start = None
    for place, chance in enumerate([*row, 0.0]):
        if chance > _LIKELY and start is None:
            start = place
        elif chance <= _LIKELY and start is not None:
            yield start, place, max(row[start:place])
            start = None


def likeliest_words(likely: Sequence[float]) -> tuple[int, int] | None:
    """The likeliest word and those around it that are likely, too; None if no word is."""
    best = max(likely, default=0.0)
    if best < _LEAST:
        return None
    start = likely.index(best)
    end = start + 1
    while start > 0 and likely[start - 1] > _NEXT_TO_THE_BEST * best:
        start -= 1
    while end < len(likely) and likely[end] > _NEXT_TO_THE_BEST * best:
        end += 1
    return start, end
