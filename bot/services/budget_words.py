"""Figures of a budget as the assistant says them."""

from __future__ import annotations

from bot.db.models import Place
from bot.services.budget_report import BudgetReport, Comparison, share_of
from bot.services.budgets import Amounts, Budget, Item, Side
from bot.text.digits import Language, format_riel_in_words, format_share, to_khmer_digits
from bot.wording import Wording


class BudgetWords:
    """Turns single figures into lines of an answer, in one language."""

    def __init__(self, wording: Wording, language: Language) -> None:
        self._wording = wording
        self.language = language

    def say(self, name: str, **values: object) -> str:
        """A response of the domain."""
        return self._wording.text(name, self.language, **values)

    def amount(self, amount: int | None) -> str:
        """An amount, or that it is not published."""
        if amount is None:
            return self.say("utter_budget_not_published")
        return format_riel_in_words(amount, self.language)

    def share(self, share: float) -> str:
        """A share in percent."""
        return format_share(share, self.language)

    def year(self, year: int) -> str:
        """A year in the digits of the language."""
        return str(year) if self.language == "en" else to_khmer_digits(str(year))

    def place(self, place: Place, inside: Place | None = None) -> str:
        """A place with its kind, and with what it lies in where that is given."""
        if self.language == "en":
            return f"{place.full_name_en}, {inside.full_name_en}" if inside else place.full_name_en
        return f"{place.full_name_km} {inside.full_name_km}" if inside else place.full_name_km

    def title(self, report: BudgetReport, inside: Place | None) -> str:
        """Whose budget it is, of which year, and whether it is sample data."""
        place, year = self.place(report.place, inside), self.year(report.budget.year)
        return self.marked(self.say("utter_budget_title", place=place, year=year), report.budget)

    def marked(self, text: str, budget: Budget) -> str:
        """The text with the mark of sample data, if it is some."""
        return f"{text} {self.say('utter_demonstration_data')}" if budget.is_sample else text

    def totals(self, side: Side) -> str:
        """Planned and actual together, and what is not published of them."""
        amounts, name = side.amounts, f"utter_budget_{side.kind}"
        if amounts.plan is None and amounts.actual is None:
            return self.say(f"{name}_unknown")
        if amounts.actual is None:
            return self.say(f"{name}_planned", planned=self.amount(amounts.plan))
        if amounts.execution is None:
            return self.say(f"{name}_actual", actual=self.amount(amounts.actual))
        return self.say(
            f"{name}_both",
            planned=self.amount(amounts.plan),
            actual=self.amount(amounts.actual),
            share=self.share(amounts.execution),
        )

    def item(self, item: Item, side: Side) -> str:
        """A chapter or line with its amount and its share in the whole."""
        column = "actual" if side.amounts.actual is not None else "plan"
        amount = self.amount(getattr(item.amounts, column))
        share = share_of(item, side)
        name = item.name(self.language)
        if share is None:
            return self.say("utter_budget_line", line=name, amount=amount)
        return self.say(
            "utter_budget_line_with_share", line=name, amount=amount, share=self.share(share)
        )

    def planned_and_actual(self, name: str, amounts: Amounts) -> str:
        """A line with both its amounts."""
        planned, actual = self.amount(amounts.plan), self.amount(amounts.actual)
        return self.say("utter_budget_line_both", line=name, planned=planned, actual=actual)

    def what(self, side: Side, column: str) -> str:
        """What is compared: "actual spending"."""
        return self.say(f"utter_budget_what_{column}_{side.kind}")

    def change(self, found: Comparison | None, side: Side, year: int) -> str:
        """How much more or less than in an earlier year."""
        written = self.year(year)
        if found is None or found.change is None:
            return self.say("utter_budget_change_unknown", year=written)
        values = {
            "year": written,
            "what": self.what(side, found.column),
            "before": self.amount(found.before),
            "now": self.amount(found.now),
        }
        if round(found.change * 100) == 0:
            return self.say("utter_budget_change_same", **values)
        name = "utter_budget_change_more" if found.change > 0 else "utter_budget_change_less"
        return self.say(name, share=self.share(abs(found.change)), **values)
