"""Budgets as open data: everybody may fetch and use them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import BudgetLine, Place, Population
from bot.services.budget_places import with_years
from bot.services.budget_reading import COLUMNS, SAMPLE_COLUMN
from bot.services.budgets import Amounts, Budget, Item, budgets_of
from bot.services.table_reading import guard

if TYPE_CHECKING:
    from webhook.app import Chrok

open_budgets = Blueprint("open_budgets", __name__, url_prefix="/api/v1/open/budgets")


@open_budgets.get("")
def places() -> ResponseReturnValue:
    """The places with budgets and their years."""
    with _chrok().sessions() as session:
        codes = session.scalars(select(BudgetLine.place_code).distinct())
        query = select(Place).where(Place.code.in_(codes.all())).order_by(Place.code)
        found = with_years(session, session.scalars(query).all())
        return jsonify(places=[{**_place(p.place), "years": list(p.years)} for p in found])


@open_budgets.get("/<code>.json")
def as_json(code: str) -> ResponseReturnValue:
    """All budgets of a place with their totals, and its numbers of inhabitants."""
    with _chrok().sessions() as session:
        place = session.get(Place, code)
        if place is None:
            return _unknown(code)
        query = select(Population).where(Population.place_code == code).order_by(Population.year)
        return jsonify(
            place=_place(place),
            currency="KHR",
            budgets=[_budget(budget) for budget in budgets_of(session, [code])],
            populations=[
                {
                    "year": number.year,
                    "people": number.people,
                    "source": number.source,
                    "is_sample": number.is_sample,
                }
                for number in session.scalars(query)
            ],
        )


@open_budgets.get("/<code>.csv")
def as_csv(code: str) -> ResponseReturnValue:
    """All budget lines of a place in the columns of an import, and whether they are sample data."""
    with _chrok().sessions() as session:
        place = session.get(Place, code)
        if place is None:
            return _unknown(code)
        content = _write_csv(session, code)
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="budget-{code}.csv"'
    return response


@open_budgets.after_request
def _open(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    if response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=300"
        response.add_etag()
        response.make_conditional(request)
    return response


def _write_csv(session: Session, code: str) -> str:
    content = io.StringIO()
    # Spreadsheet programs take a file for UTF-8 only by this mark.
    content.write("\ufeff")
    writer = csv.writer(content)
    writer.writerow([*COLUMNS, SAMPLE_COLUMN])
    columns = (BudgetLine.year, BudgetLine.kind, BudgetLine.chapter, BudgetLine.account)
    query = select(BudgetLine).where(BudgetLine.place_code == code).order_by(*columns)
    for line in session.scalars(query):
        cells = [getattr(line, "place_code" if name == "place" else name) for name in COLUMNS]
        sample = "yes" if line.is_sample else "no"
        writer.writerow(["" if cell is None else guard(str(cell)) for cell in cells] + [sample])
    return content.getvalue()


def _place(place: Place) -> dict[str, Any]:
    return {
        "code": place.code,
        "level": place.level,
        "name_km": place.full_name_km,
        "name_en": place.full_name_en,
        "parent_code": place.parent_code,
    }


def _budget(budget: Budget) -> dict[str, Any]:
    sides = {
        kind: {
            **_amounts(side.amounts),
            "sources": list(side.sources),
            "chapters": [_item(chapter) for chapter in side.chapters],
        }
        for kind, side in budget.sides.items()
    }
    return {"year": budget.year, "is_sample": budget.is_sample, **sides}


def _item(item: Item) -> dict[str, Any]:
    values = {"code": item.code, "name_km": item.name_km, "name_en": item.name_en}
    parts = [_item(part) for part in item.parts]
    return {**values, **_amounts(item.amounts), **({"accounts": parts} if parts else {})}


def _amounts(amounts: Amounts) -> dict[str, int | None]:
    return {"planned": amounts.planned, "revised": amounts.revised, "actual": amounts.actual}


def _unknown(code: str) -> ResponseReturnValue:
    message = f"there is no place with the NCDD code {code!r}; /api/v1/open/budgets lists them"
    return jsonify(error={"code": "unknown_place", "field": "code", "message": message}), 404


def _chrok() -> Chrok:
    return cast("Chrok", current_app.extensions["chrok"])
