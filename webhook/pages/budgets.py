"""The public pages of budgets, and their pictures."""

from __future__ import annotations

import re
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from bot.db.models import Place
from bot.services.budget_cells import read_place_code
from bot.services.budget_places import ancestors_of, children_of, provinces, search
from bot.services.budget_report import report
from bot.services.budgets import budgets_of
from bot.services.places import PlaceFinder
from bot.services.published_figures import average_commune_plan, published_figures
from bot.text.digits import to_latin_digits
from webhook.pages import budget_chart
from webhook.pages.budget_view import BudgetView
from webhook.pages.protection import PLAIN, protect
from webhook.pages.published_view import PublishedAmounts
from webhook.pages.site import answer_errors, chrok, page, public_url, speaker

budgets = Blueprint("budgets", __name__)
answer_errors(budgets.errorhandler)

_LONGEST_SEARCH = 100
# A picture is asked for anew after ten minutes; until then a corrected figure may look old.
_PICTURE_CACHE = "public, max-age=600"


@budgets.get("/budgets")
def index() -> ResponseReturnValue:
    """The place picker, and what is published for the whole country."""
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    with chrok().sessions() as session:
        results = search(session, _finder(session), text) if text else []
        return page(
            "budgets.html",
            text=text,
            results=results,
            provinces=provinces(session),
            figures=published_figures(session),
            money=PublishedAmounts(speaker()),
        )


@budgets.get("/budgets/<code>")
def place_page(code: str) -> ResponseReturnValue:
    """A place's budget of one year: `?year=`, else the latest one that is known."""
    with chrok().sessions() as session:
        place = _place(session, code)
        if place.code != code:
            return redirect(f"/budgets/{place.code}?{urlencode(request.args)}", 301)
        found = report(session, place, _year())
        children = children_of(session, place)
        ancestors = ancestors_of(session, place)
        if found is None:
            return _nothing_known(session, place)
        words = speaker()
        view = BudgetView(found, budgets_of(session, [place.code]), words)
        return page(
            "budget.html",
            place=place,
            view=view,
            report=found,
            ancestors=ancestors,
            children=children,
            preview=public_url(
                f"/budgets/{place.code}/share.png?year={found.budget.year}&lang={words.language}"
            ),
            preview_width=budget_chart.PREVIEW_WIDTH,
            preview_height=budget_chart.PREVIEW_HEIGHT,
        )


@budgets.get("/budgets/<code>/chart.png")
def chart(code: str) -> ResponseReturnValue:
    """Planned and actual by chapter, made for a chat on a phone."""
    return _picture(code, budget_chart.phone_picture)


@budgets.get("/budgets/<code>/share.png")
def share(code: str) -> ResponseReturnValue:
    """The same, made for the preview of a link."""
    return _picture(code, budget_chart.preview_picture)


def _picture(code: str, draw: budget_chart.Draw) -> Response:
    with chrok().sessions() as session:
        found = report(session, _place(session, code), _year())
    if found is None:
        raise NotFound
    response = Response(draw(found, speaker()), mimetype="image/png")
    # Channels and other sites show the picture.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return protect(response, PLAIN, _PICTURE_CACHE)


def _nothing_known(session: Session, place: Place) -> Response:
    """A place without figures, or without figures of the year that was asked for."""
    latest = report(session, place)
    return page(
        "budget_unknown.html",
        200 if latest is None and _year() is None else 404,
        place=place,
        year=_year(),
        years=latest.years if latest else (),
        ancestors=ancestors_of(session, place),
        children=children_of(session, place),
        announced=average_commune_plan(session, _year() or 2022),
        money=PublishedAmounts(speaker()),
    )


def _place(session: Session, code: str) -> Place:
    try:
        place = session.get(Place, read_place_code(code))
    except ValueError:
        place = None
    if place is None:
        raise NotFound
    return place


def _year() -> int | None:
    """The year in the address, or None; what is no year finds nothing."""
    written = to_latin_digits(request.args.get("year", "").strip())
    if not written:
        return None
    return int(written) if re.fullmatch(r"[0-9]{4}", written) else 0


def _finder(session: Session) -> PlaceFinder:
    """The places of the database, read once a process: they change only with a release."""
    extensions = current_app.extensions
    if "chrok_places" not in extensions:
        extensions["chrok_places"] = PlaceFinder.from_session(session)
    return cast(PlaceFinder, extensions["chrok_places"])
