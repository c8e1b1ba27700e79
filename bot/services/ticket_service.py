"""Which service of the catalogue a desk means by its own words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.db.models import Service
from bot.services.catalogue import service_with_details
from bot.services.catalogue_search import ServiceIndex


def service_of(session: Session, index: ServiceIndex, words: str | None) -> Service | None:
    """The service of this id, else the one that the words clearly name, else None."""
    if not words:
        return None
    service = service_with_details(session, words)
    if service is not None:
        return service
    winner = index.clear_winner(index.search(words))
    return service_with_details(session, winner.service_id) if winner else None
