"""Bars that lie: for long names, such as those of budget chapters, on a narrow screen."""

from __future__ import annotations

from dataclasses import dataclass

from bot.charts.canvas import FAINT, INK, Canvas, drawing, fit, text_width
from bot.charts.chart import Chart
from bot.charts.frame import draw_footer, draw_legend, draw_title, footer_height, title_height

_MARGIN = 36
_GAP = 16


@dataclass(frozen=True)
class _Sizes:
    """Text and bar sizes in pixels; a bar's values stand at its right end."""

    label: float = 27
    words: float = 25
    bar: float = 34
    between: float = 26

    def group(self, bars: int) -> float:
        return self.label * 1.85 + bars * (self.bar + 5) + self.between

    def scaled(self, factor: float) -> _Sizes:
        return _Sizes(*(size * factor for size in (self.label, self.words, self.bar, self.between)))


def bar_chart(chart: Chart, width: int = 900, height: int | None = None) -> bytes:
    """The chart as PNG: under each label one lying bar for each series, its value beside it.

    Made for a phone, where a picture of 900 pixels is shown some 300 points wide. It is as high as
    it must be, or of a fixed height, into which bars and text are then squeezed. Same chart, same
    bytes.
    """
    with drawing:
        sizes = _Sizes()
        top = title_height(chart, width, _MARGIN)
        bottom = footer_height(chart, width, _MARGIN)
        needed = len(chart.labels) * sizes.group(len(chart.series))
        if height is not None and needed:
            sizes = sizes.scaled(min(1.0, (height - top - bottom) / needed))
            needed = len(chart.labels) * sizes.group(len(chart.series))
        canvas = Canvas(width, height or round(top + needed + bottom))
        after_title = draw_title(canvas, chart, _MARGIN)
        draw_legend(canvas, chart, _MARGIN, after_title)
        _draw_groups(canvas, chart, sizes, top)
        draw_footer(canvas, chart, _MARGIN)
        return canvas.save()


def _draw_groups(canvas: Canvas, chart: Chart, sizes: _Sizes, top: float) -> None:
    inner = canvas.width - 2 * _MARGIN
    widest = max(
        (text_width(words, sizes.words) for series in chart.series for words in series.words),
        default=0,
    )
    longest_bar = max(inner - widest - _GAP, inner / 3)
    for position, label in enumerate(chart.labels):
        y = top + position * sizes.group(len(chart.series)) + sizes.label * 1.25
        canvas.text(_MARGIN, y, fit(label, sizes.label, inner), sizes.label)
        y += sizes.label * 0.6
        for series in chart.series:
            value, words = series.values[position], series.words[position]
            length = 0.0
            if value is not None:
                length = max(longest_bar * value / chart.largest, 2)
                canvas.bar(_MARGIN, y, length, sizes.bar, series.colour, series.outlined)
            canvas.text(
                _MARGIN + length + (_GAP if length else 0),
                y + sizes.bar / 2 + sizes.words * 0.36,
                words,
                sizes.words,
                colour=FAINT if value is None else INK,
            )
            y += sizes.bar + 5
