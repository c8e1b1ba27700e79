"""The small chart in a digest: ratings now, beside those of the period before."""

from __future__ import annotations

from bot.charts import Chart, Series, column_chart
from bot.db.models.feedback import RATINGS
from webhook.official_words import OfficialWords

_WIDTH, _HEIGHT = 900, 560
_EARLIER = "#6b7280"

Figures = dict[str, dict[str, int]]


def chart(figures: Figures, title: str, words: OfficialWords) -> bytes:
    """A PNG of `{"now": {rating: number}, "before": {…}}`; the same figures give the same bytes."""
    now, before = figures["now"], figures["before"]
    return column_chart(
        Chart(
            title=title,
            labels=tuple(words.rating_name(rating) for rating in RATINGS),
            series=(
                _series(words.say("This period"), now, words),
                _series(words.say("The period before"), before, words, _EARLIER, outlined=True),
            ),
        ),
        width=_WIDTH,
        height=_HEIGHT,
    )


def _series(
    name: str,
    counts: dict[str, int],
    words: OfficialWords,
    colour: str = "#0b5f5a",
    *,
    outlined: bool = False,
) -> Series:
    values = tuple(counts[rating] for rating in RATINGS)
    return Series(name, values, tuple(words.number(value) for value in values), colour, outlined)
