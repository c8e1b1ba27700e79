"""Bars that stand: for years, months or days, which are read from left to right."""

from __future__ import annotations

from bot.charts.canvas import FAINT, INK, Canvas, drawing, fit, text_width
from bot.charts.chart import Chart
from bot.charts.frame import draw_footer, draw_legend, draw_title, footer_height, title_height

_MARGIN = 36
_LABEL, _WORDS = 25, 23
_SHARE_OF_GROUP = 0.74


def column_chart(chart: Chart, width: int = 900, height: int = 600) -> bytes:
    """The chart as PNG: over each label one standing bar for each series, its value on top.

    Values are left out where they would run into each other. Same chart, same bytes.
    """
    with drawing:
        canvas = Canvas(width, height)
        after_title = draw_title(canvas, chart, _MARGIN)
        draw_legend(canvas, chart, _MARGIN, after_title)
        top = title_height(chart, width, _MARGIN) + _WORDS * 1.6
        floor = height - footer_height(chart, width, _MARGIN) - _LABEL * 1.8
        _draw_columns(canvas, chart, top, floor)
        draw_footer(canvas, chart, _MARGIN)
        return canvas.save()


def _draw_columns(canvas: Canvas, chart: Chart, top: float, floor: float) -> None:
    group = (canvas.width - 2 * _MARGIN) / max(len(chart.labels), 1)
    bar = group * _SHARE_OF_GROUP / max(len(chart.series), 1)
    room = bar * 1.12 if len(chart.series) > 1 else group
    fits = all(
        text_width(words, _WORDS) <= room for series in chart.series for words in series.words
    )
    every = _labels_apart(chart, group)
    canvas.line(_MARGIN, floor, canvas.width - 2 * _MARGIN, 2)
    for position, label in enumerate(chart.labels):
        middle = _MARGIN + group * (position + 0.5)
        if position % every == 0:
            to_edge = 2 * min(middle, canvas.width - middle) - _MARGIN
            words = fit(label, _LABEL, min(group * every - 10, to_edge))
            canvas.text(middle, floor + _LABEL * 1.4, words, _LABEL, align="center")
        left = middle - bar * len(chart.series) / 2
        for series in chart.series:
            value, words = series.values[position], series.words[position]
            tall = 0.0 if value is None else max((floor - top) * value / chart.largest, 2)
            if value is not None:
                canvas.bar(left + 1, floor - tall, bar - 2, tall, series.colour, series.outlined)
            if fits:
                colour = FAINT if value is None else INK
                y = floor - tall - _WORDS * 0.5
                canvas.text(left + bar / 2, y, words, _WORDS, colour=colour, align="center")
            left += bar


def _labels_apart(chart: Chart, group: float) -> int:
    """Every how many columns a label is written so that labels keep apart."""
    widest = max((text_width(label, _LABEL) for label in chart.labels), default=0) + 10
    return min(max(-(-int(widest) // max(int(group), 1)), 1), 12)
