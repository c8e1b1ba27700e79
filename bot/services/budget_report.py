"""A budget and what it is held against: the year before, the inhabitants, the places beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Place, Population
from bot.services.budgets import (
    Amounts,
    Budget,
    Item,
    Side,
    budgets_of,
    population_of,
    totals_of,
    years_of,
)


@dataclass(frozen=True)
class Average:
    """The mean of one amount over the places of which it is known, the place itself among them."""

    amount: int
    places: int


@dataclass(frozen=True)
class BudgetReport:
    """What a page or an answer tells of one place's budget of one year.

    `previous` is the budget of the year before, if it is of the same kind: real or sample.
    `averages` are of the expenditure (or revenue, see `Budget.main`) of the places beside this
    one: a district's communes, a province's districts.
    """

    place: Place
    budget: Budget
    years: tuple[int, ...]
    previous: Budget | None = None
    population: Population | None = None
    averages: dict[str, Average] = field(default_factory=dict)

    def side(self, kind: str) -> Side | None:
        """Revenue or expenditure, if it is known."""
        return self.budget.sides.get(kind)

    def previous_amounts(self, kind: str) -> Amounts | None:
        """The totals of the year before."""
        side = self.previous.sides.get(kind) if self.previous else None
        return side.amounts if side else None

    def per_person(self, amount: int | None) -> int | None:
        """An amount shared among the inhabitants, in riel."""
        if amount is None or self.population is None:
            return None
        return round(amount / self.population.people)


@dataclass(frozen=True)
class Comparison:
    """Two amounts of the same meaning, an actual one with an actual one, and which they are."""

    before: int
    now: int
    column: str

    @property
    def change(self) -> float | None:
        """By what share of the earlier amount it grew; None where that was nothing."""
        return (self.now - self.before) / self.before if self.before else None


def report(session: Session, place: Place, year: int | None = None) -> BudgetReport | None:
    """The report on a place and year (the latest known one without a year), or None."""
    years = years_of(session, place.code)
    if not years or (year is not None and year not in years):
        return None
    year = year or years[0]
    budgets = {
        budget.year: budget for budget in budgets_of(session, [place.code], (year - 1, year))
    }
    budget, previous = budgets[year], budgets.get(year - 1)
    if previous is not None and previous.is_sample != budget.is_sample:
        previous = None
    return BudgetReport(
        place=place,
        budget=budget,
        years=tuple(years),
        previous=previous,
        population=population_of(session, place.code, year),
        averages=_averages(session, place, budget),
    )


def compare(before: Amounts | None, now: Amounts | None) -> Comparison | None:
    """What was done against what was done, else plan against plan; None where neither is known."""
    if before is None or now is None:
        return None
    if before.actual is not None and now.actual is not None:
        return Comparison(before.actual, now.actual, "actual")
    if before.plan is not None and now.plan is not None:
        return Comparison(before.plan, now.plan, "planned")
    return None


def share_of(item: Item, side: Side) -> float | None:
    """The share of a line in the whole side, of what was done if known, else of the plan."""
    column = "actual" if side.amounts.actual is not None else "plan"
    amount, whole = getattr(item.amounts, column), getattr(side.amounts, column)
    return amount / whole if amount is not None and whole else None


def _averages(session: Session, place: Place, budget: Budget) -> dict[str, Average]:
    if place.parent_code is None:
        return {}
    codes = session.scalars(
        select(Place.code).where(Place.parent_code == place.parent_code, Place.level == place.level)
    ).all()
    kind = budget.main.kind
    others = totals_of(session, codes, budget.year, kind, is_sample=budget.is_sample)
    found = {
        "planned": _average([amounts.plan for amounts in others]),
        "actual": _average([amounts.actual for amounts in others]),
    }
    return {column: average for column, average in found.items() if average is not None}


def _average(amounts: Sequence[int | None]) -> Average | None:
    known = [amount for amount in amounts if amount is not None]
    if len(known) < 2:
        return None
    return Average(round(sum(known) / len(known)), len(known))
