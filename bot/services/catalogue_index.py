"""The service search over the catalogue in the database."""

import csv
from collections import defaultdict
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models.catalogue import Service, ServicePhrase
from bot.services.catalogue_search import IndexedService, ServiceIndex
from bot.services.search_lexicon import not_offered_phrases_path


def load_index(session: Session) -> ServiceIndex:
    """Index of all services in the database; build it once and keep it, it takes about a second."""
    phrases: dict[str, list[str]] = defaultdict(list)
    order = (ServicePhrase.service_id, ServicePhrase.id)
    for service_id, phrase in session.execute(
        select(ServicePhrase.service_id, ServicePhrase.phrase).order_by(*order)
    ):
        phrases[service_id].append(phrase)
    services = session.scalars(select(Service).order_by(Service.position, Service.id))
    entries = [
        IndexedService(service.id, service_names(service), tuple(phrases[service.id]))
        for service in services
    ]
    return ServiceIndex.build(entries, read_not_offered(not_offered_phrases_path()))


def service_names(service: Service) -> tuple[str, ...]:
    """All names of a service, long and short, in both languages."""
    return (
        service.name_km,
        service.name_en,
        service.short_name_km,
        service.short_name_en,
    )


def read_not_offered(path: Path) -> list[tuple[str, str]]:
    """Pairs of topic and phrase from a file with the columns topic, language and phrase."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["topic"], row["phrase"]) for row in csv.DictReader(file)]
