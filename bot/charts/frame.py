"""What stands around every chart: title, legend, footer."""

from __future__ import annotations

from bot.charts.canvas import FAINT, Canvas, fit, text_width, wrap
from bot.charts.chart import Chart, Series

_TITLE, _TITLE_LINE, _MOST_TITLE_LINES = 34, 52, 2
_LEGEND, _LEGEND_LINE = 25, 52
_FOOTER, _FOOTER_LINE, _MOST_FOOTER_LINES = 22, 36, 3
_SPACE = 30


def title_height(chart: Chart, width: int, margin: int) -> float:
    """The pixels that title and legend take from the top."""
    lines = len(_title_lines(chart, width, margin))
    legend = _LEGEND_LINE * len(_legend_rows(chart, width, margin))
    return _SPACE + lines * _TITLE_LINE + legend


def draw_title(canvas: Canvas, chart: Chart, margin: int) -> float:
    """Draw the title; returns where it ends."""
    y = float(_SPACE)
    for line in _title_lines(chart, canvas.width, margin):
        canvas.text(margin, y + _TITLE, line, _TITLE, bold=True)
        y += _TITLE_LINE
    return y


def draw_legend(canvas: Canvas, chart: Chart, margin: int, top: float) -> None:
    """Draw what each kind of bar stands for; a single series is named by the title."""
    for row in _legend_rows(chart, canvas.width, margin):
        x = float(margin)
        for position in row:
            series = chart.series[position]
            canvas.bar(x, top + 12, 30, 24, series.colour, series.outlined)
            name = _legend_name(series, canvas.width, margin)
            canvas.text(x + 42, top + 33, name, _LEGEND)
            x += _legend_width(name)
        top += _LEGEND_LINE


def footer_height(chart: Chart, width: int, margin: int) -> float:
    """The pixels that the footer takes from the bottom."""
    return _SPACE / 2 + len(_footer_lines(chart, width, margin)) * _FOOTER_LINE + _SPACE / 2


def draw_footer(canvas: Canvas, chart: Chart, margin: int) -> None:
    """Draw the footer's lines at the bottom."""
    lines = _footer_lines(chart, canvas.width, margin)
    y = canvas.height - _SPACE / 2 - len(lines) * _FOOTER_LINE
    for line in lines:
        canvas.text(margin, y + _FOOTER, line, _FOOTER, colour=FAINT)
        y += _FOOTER_LINE


def _title_lines(chart: Chart, width: int, margin: int) -> list[str]:
    return wrap(chart.title, _TITLE, width - 2 * margin, _MOST_TITLE_LINES, bold=True)


def _footer_lines(chart: Chart, width: int, margin: int) -> list[str]:
    return [
        line
        for text in chart.footer
        for line in wrap(text, _FOOTER, width - 2 * margin, _MOST_FOOTER_LINES)
    ]


def _legend_rows(chart: Chart, width: int, margin: int) -> list[list[int]]:
    if len(chart.series) < 2:
        return []
    rows: list[list[int]] = [[]]
    x = float(margin)
    for position, series in enumerate(chart.series):
        wide = _legend_width(_legend_name(series, width, margin))
        if rows[-1] and x + wide > width - margin:
            rows.append([])
            x = float(margin)
        rows[-1].append(position)
        x += wide
    return rows


def _legend_name(series: Series, width: int, margin: int) -> str:
    return fit(series.name, _LEGEND, width - 2 * margin - 42)


def _legend_width(name: str) -> float:
    return 42 + text_width(name, _LEGEND) + 36
