"""A budget report as the page shows it: every figure in words, every bar with its length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.services.budget_report import BudgetReport, Comparison, compare, share_of
from bot.services.budgets import Amounts, Budget, Item, Side
from bot.text.digits import format_number, format_riel_in_words, format_share
from webhook.pages.site import Speaker

# The drawing of the trend, in units of its own; the page stretches it.
_TREND_WIDTH, _TREND_HEIGHT = 320, 150
_TREND_TOP, _TREND_FLOOR = 14, 126


@dataclass(frozen=True)
class Card:
    """One of the figures at the top of the page."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Bars:
    """A chapter in the chart: lengths are from 0 to 100, None where nothing is known."""

    name: str
    share: str
    planned: str
    actual: str
    planned_length: float | None
    actual_length: float | None


@dataclass(frozen=True)
class Row:
    """A line of the table; `depth` is 0 for a chapter."""

    depth: int
    code: str
    name: str
    planned: str
    revised: str
    actual: str
    execution: str


@dataclass(frozen=True)
class Column:
    """A standing bar of the trend, in the drawing's units."""

    left: float
    top: float
    width: float
    height: float
    is_planned: bool
    words: str


@dataclass(frozen=True)
class TrendYear:
    """One year of the trend with its two bars."""

    year: str
    middle: float
    columns: tuple[Column, ...]


class BudgetView:
    """What the template of a place's budget asks for, in one language."""

    def __init__(self, report: BudgetReport, trend: list[Budget], words: Speaker) -> None:
        self.report, self._trend, self._words = report, trend, words
        self.budget = report.budget
        self.year = self._words.year(report.budget.year)
        self.trend_width, self.trend_height = _TREND_WIDTH, _TREND_HEIGHT
        self.trend_floor = _TREND_FLOOR

    def cards(self) -> Iterator[Card]:
        """Planned, actual, carried out, per resident: each known or said to be unknown."""
        say = self._words.say
        side, people = self.budget.main, self.report.population
        is_revenue = side.kind == "revenue"
        revised = side.amounts.revised is not None
        yield Card(
            say("Planned revenue") if is_revenue else say("Planned spending"),
            self._amount(side.amounts.plan),
            say("after revision during the year") if revised else "",
        )
        yield Card(
            say("Actual revenue") if is_revenue else say("Actual spending"),
            self._amount(side.amounts.actual),
        )
        execution = side.amounts.execution
        yield Card(
            say("Share of the plan carried out"),
            say("not known") if execution is None else self._share(execution),
        )
        per_person = self.report.per_person(side.amounts.latest)
        note = ""
        if people is not None:
            number = self._words.number(people.people)
            note = say(
                "{people} residents in {year}", people=number, year=self._words.year(people.year)
            )
        yield Card(say("Per resident"), self._amount(per_person, say("not known")), note)

    def bars(self, side: Side) -> Iterator[Bars]:
        """The chapters of a side, the largest first."""
        chapters = sorted(side.chapters, key=lambda item: -(item.amounts.latest or 0))
        largest = max(
            (a for c in chapters for a in (c.amounts.plan, c.amounts.actual) if a is not None),
            default=0,
        )
        for chapter in chapters:
            share = share_of(chapter, side)
            yield Bars(
                name=chapter.name(self._words.language),
                share="" if share is None else self._share(share),
                planned=self._amount(chapter.amounts.plan),
                actual=self._amount(chapter.amounts.actual),
                planned_length=_length(chapter.amounts.plan, largest),
                actual_length=_length(chapter.amounts.actual, largest),
            )

    def comparisons(self) -> Iterator[Card]:
        """Against the year before, and against the average of the places beside this one."""
        say, side = self._words.say, self.budget.main
        previous_year = self._words.year(self.budget.year - 1)
        found = compare(self.report.previous_amounts(side.kind), side.amounts)
        label = say("Compared with {year}", year=previous_year)
        if found is None:
            yield Card(
                label,
                say("not known"),
                say("There are no figures of {year} to compare with.", year=previous_year),
            )
        else:
            yield Card(label, self._change(found), self._from_to(found))
        column = "actual" if "actual" in self.report.averages else "planned"
        average = self.report.averages.get(column)
        if average is not None:
            yield Card(
                self._average_label(column),
                self._amount(average.amount),
                say(
                    "{number} places with figures",
                    number=self._words.number(average.places),
                ),
            )

    def rows(self, side: Side) -> Iterator[Row]:
        """All lines of a side in the order of their codes."""
        for chapter in side.chapters:
            yield from self._rows(chapter, 0)

    def total(self, side: Side) -> Row:
        """The last line of a table."""
        return self._row("", self._words.say("Total"), side.amounts, 0)

    def trend(self) -> list[TrendYear]:
        """A pair of bars for each year of which the same side is known, the oldest first."""
        kind = self.budget.main.kind
        years = [b for b in self._trend if kind in b.sides and b.is_sample == self.budget.is_sample]
        amounts = [
            a for b in years for a in (b.sides[kind].amounts.plan, b.sides[kind].amounts.actual)
        ]
        largest = max((amount for amount in amounts if amount is not None), default=0)
        if len(years) < 2 or not largest:
            return []
        group = _TREND_WIDTH / len(years)
        return [
            self._trend_year(b, b.sides[kind].amounts, group * (i + 0.5), group, largest)
            for i, b in enumerate(years)
        ]

    def description(self) -> str:
        """The headline as a sentence, for link previews and search engines."""
        side, say = self.budget.main, self._words.say
        planned, actual = self._amount(side.amounts.plan), self._amount(side.amounts.actual)
        text = say("Planned: {planned}. Actual: {actual}.", planned=planned, actual=actual)
        if self.budget.is_sample:
            text += " " + say("Sample data: invented figures, no official ones.")
        return text

    def _trend_year(
        self, budget: Budget, amounts: Amounts, middle: float, group: float, largest: int
    ) -> TrendYear:
        width = min(group * 0.32, 44)
        columns = []
        for position, amount in enumerate((amounts.plan, amounts.actual)):
            if amount is None:
                continue
            height = max((_TREND_FLOOR - _TREND_TOP) * amount / largest, 1)
            columns.append(
                Column(
                    left=round(middle - width + position * width, 1),
                    top=round(_TREND_FLOOR - height, 1),
                    width=round(width - 2, 1),
                    height=round(height, 1),
                    is_planned=position == 0,
                    words=self._amount(amount),
                )
            )
        return TrendYear(self._words.year(budget.year), round(middle, 1), tuple(columns))

    def _rows(self, item: Item, depth: int) -> Iterator[Row]:
        yield self._row(item.code, item.name(self._words.language), item.amounts, depth)
        for part in item.parts:
            yield from self._rows(part, depth + 1)

    def _row(self, code: str, name: str, amounts: Amounts, depth: int) -> Row:
        planned, revised, actual = (
            "–" if amount is None else format_number(amount, self._words.language)
            for amount in (amounts.planned, amounts.revised, amounts.actual)
        )
        execution = "–" if amounts.execution is None else self._share(amounts.execution)
        return Row(depth, code, name, planned, revised, actual, execution)

    def _average_label(self, column: str) -> str:
        say = self._words.say
        if self.report.place.level == "commune":
            if column == "actual":
                return say("An average commune of the district spent")
            return say("An average commune of the district plans")
        if column == "actual":
            return say("An average district of the province spent")
        return say("An average district of the province plans")

    def _change(self, found: Comparison) -> str:
        say, change = self._words.say, found.change
        if change is None:
            return say("not known")
        share = self._share(abs(change))
        if round(change * 100) == 0:
            return say("about the same")
        return say("{share} more", share=share) if change > 0 else say("{share} less", share=share)

    def _from_to(self, found: Comparison) -> str:
        before, now = self._amount(found.before), self._amount(found.now)
        if found.column == "actual":
            return self._words.say("actual: from {before} to {now}", before=before, now=now)
        return self._words.say("planned: from {before} to {now}", before=before, now=now)

    def _amount(self, amount: int | None, unknown: str = "") -> str:
        if amount is None:
            return unknown or self._words.say("not published")
        return format_riel_in_words(amount, self._words.language)

    def _share(self, share: float) -> str:
        return format_share(share, self._words.language)


def _length(amount: int | None, largest: int) -> float | None:
    return None if amount is None or not largest else round(max(100 * amount / largest, 0.4), 1)
