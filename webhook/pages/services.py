"""The public pages of services: what each costs, needs and takes."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from werkzeug.exceptions import NotFound

from bot.db.models import Sector, Service
from bot.services.catalogue import service_with_details
from bot.services.catalogue_index import CurrentIndex
from webhook.pages.service_view import ServiceView
from webhook.pages.site import answer_errors, chrok, page, speaker

services = Blueprint("services", __name__)
answer_errors(services.errorhandler)

_LONGEST_SEARCH = 200
_MOST_RESULTS = 10


@services.get("/services")
def index() -> ResponseReturnValue:
    """All services by sector, and those that a search finds."""
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    words = speaker()
    with chrok().sessions() as session:
        by_id = {service.id: ServiceView(service, words) for service in _all(session)}
        found = [hit.service_id for hit in _index().get(session).search(text, _MOST_RESULTS)]
        sectors = session.scalars(select(Sector).order_by(Sector.position, Sector.id)).all()
        return page(
            "services.html",
            text=text,
            results=[by_id[service_id] for service_id in found if service_id in by_id],
            sectors=[
                (words.own(sector.name_km, sector.name_en), sector.id, listed)
                for sector in sectors
                if (listed := [v for v in by_id.values() if v.service.sector_id == sector.id])
            ],
        )


@services.get("/services/<slug>")
def service_page(slug: str) -> ResponseReturnValue:
    """One service: every tier, the documents, where, and the sources."""
    with chrok().sessions() as session:
        service = service_with_details(session, slug)
        if service is None:
            raise NotFound
        return page("service.html", view=ServiceView(service, speaker()))


def _all(session: Session) -> list[Service]:
    """Every service, fines last in their sector, because nobody comes for them."""
    return list(
        session.scalars(
            select(Service)
            .options(selectinload(Service.tiers), selectinload(Service.sector))
            .order_by(Service.kind == "fine", Service.position)
        )
    )


def _index() -> CurrentIndex:
    """The search index, built once a process and again after an import."""
    extensions = current_app.extensions
    return cast(CurrentIndex, extensions.setdefault("chrok_service_index", CurrentIndex()))
