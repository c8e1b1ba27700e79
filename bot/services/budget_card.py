"""Answers about one place's budget of one year: whole, or the one thing that was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.db.models import Place
from bot.messages import Button, Reply
from bot.services.budget_report import Average, BudgetReport, compare
from bot.services.budget_topics import lines_about, name_of_topic
from bot.services.budget_words import BudgetWords
from bot.services.budgets import Item, Side
from bot.text.digits import format_number

_MOST_CHAPTERS, _MOST_LINES = 5, 6
# Three messages of Khmer text: 67 UTF-16 units fit into each part of a longer SMS.
_SHORT_UNITS = 3 * 67
# Plain Latin text takes the narrow encoding, of which 153 characters fit.
_SHORT_UNITS_LATIN = 3 * 153
_NARROW = str.maketrans({"•": "-", "“": '"', "”": '"', "–": "-"})


class BudgetCard:
    """The answers about a report; every answer names the place, the year and the source."""

    def __init__(self, words: BudgetWords, report: BudgetReport, inside: Place | None) -> None:
        self._words = words
        self._report = report
        self._inside = inside

    def answer(self, aspect: str, side: Side) -> Reply:
        """The answer to an aspect; the whole budget for one that is not known."""
        tell: dict[str, Callable[[Side], list[str]]] = {
            "average": self._average_told,
            "change": self._change,
            "chapters": self._chapters,
            "execution": self._execution,
            "largest": self._largest,
            "per_person": self._per_person,
        }
        if aspect not in tell:
            return self.whole(side)
        totals, told = self._words.totals(side), tell[aspect](side)
        # What was asked comes first, except where it is the parts of the whole.
        is_part = aspect in ("chapters", "execution", "largest")
        lines = [totals, *told] if is_part else [*told, totals]
        short = [*told, totals] if aspect == "largest" else lines
        return self._reply(lines, short)

    def whole(self, side: Side) -> Reply:
        """Planned and actual, by chapter, against the year before, the inhabitants, the others."""
        lines = [self._words.totals(side), *self._chapters(side)]
        lines += [*self._change(side), *self._per_person(side), *self._average(side)]
        largest = self._by_size(side.chapters)[:2]
        short = [self._words.totals(side)]
        short += [self._words.item(chapter, side) for chapter in largest]
        return self._reply(lines, [*short, *self._change(side)])

    def topic(self, topic: str, side: Side, others: Sequence[Side]) -> Reply:
        """What was planned and done for a topic such as roads; said plainly where nothing is.

        The other sides are looked at where this one has no such line.
        """
        words = self._words
        found = next((f for s in (side, *others) if (f := lines_about(topic, s))), [])
        name = name_of_topic(topic, words.language)
        if not found:
            lines = [words.say("utter_budget_topic_unknown", topic=name), *self._largest(side)]
            return self._reply(lines, lines)
        lines = [words.say("utter_budget_topic", topic=name)]
        lines += [
            words.planned_and_actual(item.name(words.language), item.amounts)
            for item in found[:_MOST_LINES]
        ]
        return self._reply(lines, lines)

    def change_since(self, earlier: BudgetReport, side: Side) -> Reply:
        """This year against an earlier one that was named."""
        year, same = earlier.budget.year, earlier.side(side.kind)
        is_same_kind = earlier.budget.is_sample == self._report.budget.is_sample
        found = compare(same.amounts, side.amounts) if same and is_same_kind else None
        lines = [self._words.change(found, side, year), self._words.totals(side)]
        return self._reply(lines, lines)

    def _chapters(self, side: Side) -> list[str]:
        if not side.chapters:
            return []
        heading = "utter_budget_where_from" if side.kind == "revenue" else "utter_budget_where_to"
        if side.kind != "revenue" and side.amounts.actual is None:
            heading = "utter_budget_where_to_planned"
        chapters = self._by_size(side.chapters)[:_MOST_CHAPTERS]
        lines = [self._words.item(chapter, side) for chapter in chapters]
        return [self._words.say(heading), *lines]

    def _largest(self, side: Side) -> list[str]:
        lines = [self._words.item(item, side) for item in side.lines[:_MOST_CHAPTERS]]
        return [self._words.say("utter_budget_largest"), *lines] if lines else []

    def _change(self, side: Side) -> list[str]:
        found = compare(self._report.previous_amounts(side.kind), side.amounts)
        return [self._words.change(found, side, self._report.budget.year - 1)]

    def _per_person(self, side: Side) -> list[str]:
        words, people = self._words, self._report.population
        if people is None:
            return [words.say("utter_budget_people_unknown")]
        column = "actual" if side.amounts.actual is not None else "planned"
        return [
            words.say(
                "utter_budget_per_person",
                what=words.what(side, column),
                amount=words.amount(self._report.per_person(side.amounts.latest)),
                people=format_number(people.people, words.language),
                year=words.year(people.year),
            )
        ]

    def _average(self, side: Side) -> list[str]:
        column = "actual" if "actual" in self._report.averages else "planned"
        average = self._report.averages.get(column)
        if average is None or self._inside is None or side.kind != self._report.budget.main.kind:
            return []
        name = f"utter_budget_average_{self._report.place.level}"
        return [
            self._words.say(
                name,
                parent=self._words.place(self._inside),
                what=self._words.what(side, column),
                amount=self._words.amount(average.amount),
                places=format_number(average.places, self._words.language),
            ),
        ]

    def _average_told(self, side: Side) -> list[str]:
        lines = self._average(side)
        if not lines:
            return [self._words.say("utter_budget_average_unknown")]
        column = "actual" if "actual" in self._report.averages else "planned"
        own = side.amounts.actual if column == "actual" else side.amounts.plan
        return [*lines, *self._against(self._report.averages[column], own)]

    def _against(self, average: Average, own: int | None) -> list[str]:
        if own is None or not average.amount:
            return []
        difference = (own - average.amount) / average.amount
        if round(difference * 100) == 0:
            return [self._words.say("utter_budget_as_average")]
        name = "utter_budget_above_average" if difference > 0 else "utter_budget_below_average"
        return [self._words.say(name, share=self._words.share(abs(difference)))]

    def _execution(self, side: Side) -> list[str]:
        words = self._words
        known = [(c, c.amounts.execution) for c in self._by_size(side.chapters)]
        lines = [
            words.say(
                "utter_budget_line", line=chapter.name(words.language), amount=words.share(rate)
            )
            for chapter, rate in known[:_MOST_CHAPTERS]
            if rate is not None
        ]
        return [words.say("utter_budget_execution"), *lines] if lines else []

    def _by_size(self, items: Sequence[Item]) -> list[Item]:
        return sorted(items, key=lambda item: -(item.amounts.latest or 0))

    def _reply(self, lines: Sequence[str], short: Sequence[str]) -> Reply:
        words = self._words
        title = words.title(self._report, self._inside)
        short_title = words.title(self._report, None)
        text = "\n".join([title, *lines, self._source()])
        return Reply(text, short_text=fit_short([short_title, *short]))

    def _source(self) -> str:
        if self._report.budget.is_sample:
            return self._words.say("utter_budget_sample")
        return self._words.say("utter_budget_source", source=", ".join(self._report.budget.sources))


def fit_short(lines: Sequence[str], buttons: Sequence[Button] = ()) -> str:
    """As many whole lines as three SMS hold with the buttons as numbered lines under them.

    The first two lines, title and answer, stay in any case.
    """
    lines = [line.translate(_NARROW) for line in lines]
    below = [f"1. {button.title}" for button in buttons]
    kept = lines[:2]
    for line in lines[2:]:
        text = "\n".join([*kept, line, *below])
        if _units(text) > (_SHORT_UNITS_LATIN if text.isascii() else _SHORT_UNITS):
            break
        kept.append(line)
    while len(kept) > 2 and kept[-1].endswith((":", "៖")):
        # A heading without what it heads.
        kept.pop()
    return "\n".join(kept)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
