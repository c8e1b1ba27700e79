"""A budget as a picture, for channels and for link previews."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from bot.charts import Chart, Series, bar_chart
from bot.services.budget_report import BudgetReport
from bot.services.budgets import Item
from bot.text.digits import format_riel_in_words
from webhook.pages.site import Speaker

# What fits under each other on a phone, and in a link preview of 1200 × 630 pixels.
_MOST_ON_A_PHONE, _MOST_IN_A_PREVIEW = 8, 4
PREVIEW_WIDTH, PREVIEW_HEIGHT = 1200, 630

Draw = Callable[[BudgetReport, Speaker], bytes]


def phone_picture(report: BudgetReport, words: Speaker) -> bytes:
    """Planned and actual by chapter as PNG, for a chat."""
    return _draw(_chart(report, words, _MOST_ON_A_PHONE), 900, None)


def preview_picture(report: BudgetReport, words: Speaker) -> bytes:
    """The same for the preview of a link, in the size that social networks ask for."""
    return _draw(_chart(report, words, _MOST_IN_A_PREVIEW), PREVIEW_WIDTH, PREVIEW_HEIGHT)


@lru_cache(maxsize=512)
def _draw(chart: Chart, width: int, height: int | None) -> bytes:
    return bar_chart(chart, width, height)


def _chart(report: BudgetReport, words: Speaker, most: int) -> Chart:
    side = report.budget.main
    chapters = sorted(side.chapters, key=lambda item: -(item.amounts.latest or 0))
    place, year = report.place, words.year(report.budget.year)
    name = words.own(place.full_name_km, place.full_name_en)
    if side.kind == "revenue":
        title = words.say("Revenue of {place}, {year}", place=name, year=year)
    else:
        title = words.say("Spending of {place}, {year}", place=name, year=year)
    shown = chapters[:most]
    return Chart(
        title=title,
        labels=tuple(chapter.name(words.language) for chapter in shown),
        series=(
            _series(words.say("Planned"), [_plan(chapter) for chapter in shown], words, True),
            _series(words.say("Actual"), [_actual(chapter) for chapter in shown], words, False),
        ),
        footer=tuple(_footer(report, words, len(chapters) - len(shown))),
    )


def _plan(item: Item) -> int | None:
    return item.amounts.plan


def _actual(item: Item) -> int | None:
    return item.amounts.actual


def _series(name: str, amounts: list[int | None], words: Speaker, outlined: bool) -> Series:
    unknown = words.say("not published")
    return Series(
        name,
        tuple(amounts),
        tuple(
            unknown if amount is None else format_riel_in_words(amount, words.language)
            for amount in amounts
        ),
        outlined=outlined,
    )


def _footer(report: BudgetReport, words: Speaker, left_out: int) -> list[str]:
    lines = []
    if left_out:
        number = words.number(left_out)
        lines.append(words.say("and {number} smaller chapters", number=number))
    if report.budget.is_sample:
        lines.append(words.say("Sample data: invented figures, no official ones."))
    else:
        source = ", ".join(report.budget.sources)
        lines.append(words.say("Source: {source}", source=source))
    return lines
