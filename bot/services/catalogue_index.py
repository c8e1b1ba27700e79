"""The service search over the catalogue in the database."""

import csv
import threading
import time
from collections import defaultdict
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models.catalogue import Service, ServicePhrase
from bot.services.catalogue import catalogue_version
from bot.services.catalogue_search import IndexedService, ServiceIndex
from bot.services.search_lexicon import not_offered_phrases_path

# How long an answer may come from a catalogue that was replaced in the meantime.
_FRESH_SECONDS = 10.0


class CurrentIndex:
    """The search index of the catalogue, built anew after an import changed it; one a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: ServiceIndex | None = None
        self._version = ""
        self._looked_at = 0.0

    def get(self, session: Session) -> ServiceIndex:
        """The index of the catalogue as it stands."""
        with self._lock:
            moment = time.monotonic()
            if self._index is None or moment - self._looked_at > _FRESH_SECONDS:
                version = catalogue_version(session)
                if self._index is None or version != self._version:
                    self._index, self._version = load_index(session), version
                self._looked_at = moment
            return self._index


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
