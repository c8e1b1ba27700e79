"""What a chart shows, apart from how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

# Told apart by lightness as well as by hue, so that they survive black-and-white print and most
# kinds of colour blindness; each has a contrast of 3:1 or more to white (WCAG 2.2, 1.4.11).
PALETTE = ("#0b5f5a", "#c2560c", "#5b5bd6", "#6b7280")


@dataclass(frozen=True)
class Series:
    """One set of bars: a value for each label of the chart, None where none is known.

    `words` are the values as a person reads them, written at the bars; where a value is None they
    say so. An outlined series is what was planned or expected, beside the solid one that happened.
    """

    name: str
    values: tuple[float | None, ...]
    words: tuple[str, ...]
    colour: str = PALETTE[0]
    outlined: bool = False

    def __post_init__(self) -> None:
        if len(self.values) != len(self.words):
            raise ValueError(f"{self.name}: {len(self.values)} values but {len(self.words)} words")
        if any(value is not None and value < 0 for value in self.values):
            raise ValueError(f"{self.name}: a bar cannot show a negative value")


@dataclass(frozen=True)
class Chart:
    """A title, labels, and one or more series; `footer` lines name the source and what to mind."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    footer: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for series in self.series:
            if len(series.values) != len(self.labels):
                raise ValueError(
                    f"{series.name}: {len(series.values)} values for {len(self.labels)} labels"
                )

    @property
    def largest(self) -> float:
        """The largest value of all series; 1 where there is none, so that it can divide."""
        values = [value for series in self.series for value in series.values if value is not None]
        return max(values, default=0) or 1
