"""Charts as PNG pictures with Khmer and English labels; the only place that imports matplotlib."""

from bot.charts.bars import bar_chart
from bot.charts.chart import Chart, Series
from bot.charts.columns import column_chart

__all__ = ["Chart", "Series", "bar_chart", "column_chart"]
