"""Which places have budgets, and finding a place by what somebody types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.db.models import BudgetLine, Place, PlaceAlias
from bot.services.places import PlaceFinder
from bot.text.normalise import normalise

MOST_RESULTS = 30
_NO_WILDCARDS = str.maketrans("", "", "%_\\")


@dataclass(frozen=True)
class PlaceWithYears:
    """A place, what it lies in from the district upwards, and the years of its budgets."""

    place: Place
    ancestors: tuple[Place, ...]
    years: tuple[int, ...]


def ancestors_of(session: Session, place: Place) -> tuple[Place, ...]:
    """The district and the province that a place lies in, the nearest first."""
    found: list[Place] = []
    while place.parent_code is not None:
        place = session.get_one(Place, place.parent_code)
        found.append(place)
    return tuple(found)


def children_of(session: Session, place: Place) -> list[PlaceWithYears]:
    """The districts of a province or the communes of a district, by code."""
    query = select(Place).where(Place.parent_code == place.code).order_by(Place.code)
    return with_years(session, session.scalars(query).all())


def provinces(session: Session) -> list[tuple[Place, int]]:
    """All provinces, and in how many places of each there are budgets."""
    counted = Counter(
        code[:2] for code in session.scalars(select(BudgetLine.place_code).distinct())
    )
    query = select(Place).where(Place.level == "province").order_by(Place.code)
    return [(place, counted[place.code]) for place in session.scalars(query)]


def search(session: Session, finder: PlaceFinder, text: str) -> list[PlaceWithYears]:
    """The places that the text names, then those whose name holds it, in either language."""
    named = [match.place.code for match in finder.find(text, limit=MOST_RESULTS)]
    # Signs that stand for any letters in a pattern are no part of a name.
    part = normalise(text).translate(_NO_WILDCARDS).strip()
    if part:
        holds = f"%{part}%"
        query = (
            select(Place.code)
            .outerjoin(PlaceAlias)
            .where(
                or_(
                    Place.name_km.like(holds),
                    Place.name_en.ilike(holds),
                    PlaceAlias.alias.ilike(holds),
                )
            )
            .order_by(func.length(Place.code), Place.code)
            .limit(MOST_RESULTS)
        )
        named += session.scalars(query).all()
    codes = list(dict.fromkeys(named))[:MOST_RESULTS]
    places = {p.code: p for p in session.scalars(select(Place).where(Place.code.in_(codes)))}
    return with_years(session, [places[code] for code in codes])


def with_years(session: Session, places: Sequence[Place]) -> list[PlaceWithYears]:
    """The places with what they lie in and the years of their budgets, the latest first."""
    codes = [place.code for place in places]
    query = (
        select(BudgetLine.place_code, BudgetLine.year)
        .where(BudgetLine.place_code.in_(codes))
        .distinct()
        .order_by(BudgetLine.year.desc())
    )
    years: dict[str, list[int]] = {}
    for code, year in session.execute(query):
        years.setdefault(code, []).append(year)
    return [
        PlaceWithYears(place, ancestors_of(session, place), tuple(years.get(place.code, ())))
        for place in places
    ]
