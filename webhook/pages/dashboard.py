"""The public page of what people say about the offices, its chart, and its figures as CSV."""

from __future__ import annotations

import csv
from io import StringIO

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from bot.db.models import Place
from bot.db.models.base import now
from bot.db.models.feedback import RATINGS
from bot.services.dashboard import MOST_MONTHS, Dashboard, build_dashboard
from bot.services.digests.content import Counts
from bot.text.digits import to_latin_digits
from webhook.pages.dashboard_view import DashboardView, trend_chart
from webhook.pages.protection import PLAIN, protect
from webhook.pages.site import answer_errors, chrok, page, public_url, speaker

dashboard = Blueprint("dashboard", __name__)
answer_errors(dashboard.errorhandler)

MONTHS = (3, 6, 12, MOST_MONTHS)
_USUAL_MONTHS = 12
_PICTURE_CACHE = "public, max-age=600"


@dashboard.get("/dashboard")
def show() -> ResponseReturnValue:
    """Ratings, trend, aspects, ranking and channels of some months, of the country or a place."""
    with chrok().sessions() as session:
        found = _dashboard(session)
        provinces = session.scalars(select(Place).where(Place.level == "province")).all()
        words = speaker()
        return page(
            "dashboard.html",
            dashboard=found,
            view=DashboardView(found, words),
            provinces=sorted(provinces, key=lambda place: place.code),
            months=len(found.months),
            choices=MONTHS,
            query=_query(found),
            preview=public_url(f"/dashboard/chart.png?{_query(found)}&lang={words.language}"),
        )


@dashboard.get("/dashboard/chart.png")
def chart() -> ResponseReturnValue:
    """How ratings went month by month."""
    with chrok().sessions() as session:
        found = _dashboard(session)
    if found.is_small:
        raise NotFound
    response = Response(trend_chart(found, speaker()), mimetype="image/png")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return protect(response, PLAIN, _PICTURE_CACHE)


@dashboard.get("/dashboard/feedback.csv")
def download() -> ResponseReturnValue:
    """The months as CSV; of a month with fewer than three only that it has few."""
    with chrok().sessions() as session:
        found = _dashboard(session)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["month", "place", *RATINGS])
    place = found.place.code if found.place else ""
    zone = chrok().settings.zone
    for period, counts in found.by_month:
        month = period.start.astimezone(zone).strftime("%Y-%m")
        writer.writerow([month, place, *_cells(counts)])
    headers = {"Content-Disposition": "attachment; filename=feedback.csv"}
    # Spreadsheets read Khmer right only after a byte order mark.
    response = Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers.update(headers)
    return protect(response, PLAIN, _PICTURE_CACHE)


def _cells(counts: Counts) -> list[str]:
    if counts.is_small:
        return ["<3" if counts.total else "0"] * len(RATINGS)
    return [str(counts.ratings[rating]) for rating in RATINGS]


def _dashboard(session: Session) -> Dashboard:
    """The figures that the address asks for; a place or number that is none is not found."""
    code = to_latin_digits(request.args.get("place", "").strip())
    place = session.get(Place, code) if code else None
    if code and (place is None or place.level == "commune"):
        raise NotFound
    written = to_latin_digits(request.args.get("months", "").strip())
    if written and not (written.isascii() and written.isdigit() and len(written) < 4):
        raise NotFound
    months = int(written) if written else _USUAL_MONTHS
    return build_dashboard(session, place, months, now(), chrok().settings.zone)


def _query(found: Dashboard) -> str:
    place = f"place={found.place.code}&" if found.place else ""
    return f"{place}months={len(found.months)}"
