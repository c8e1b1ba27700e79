"""A training example as words and the entity label of each."""

from __future__ import annotations

from dataclasses import dataclass

OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class LabelledWords:
    """Normalised words of a message and one label for each (`entity_labels`)."""

    words: tuple[str, ...]
    labels: tuple[str, ...]

    def spans(self) -> list[tuple[int, int, str]]:
        """Start, end and kind of each entity, in order."""
        found: list[tuple[int, int, str]] = []
        for place, label in enumerate(self.labels):
            prefix, _, kind = label.partition("-")
            if label == OUTSIDE:
                continue
            if prefix == "I" and found and found[-1][1] == place and found[-1][2] == kind:
                found[-1] = (found[-1][0], place + 1, kind)
            else:
                found.append((place, place + 1, kind))
        return found
