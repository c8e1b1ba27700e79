"""The catalogue of services as the conversation reads it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from bot.db.models import ImportedRecord, Office, Sector, SeedVersion, Service


def service_with_details(session: Session, service_id: str) -> Service | None:
    """A service with its tiers and documents loaded, or None."""
    return session.scalars(
        select(Service)
        .where(Service.id == service_id)
        .options(selectinload(Service.tiers), selectinload(Service.documents))
    ).first()


def services_by_id(session: Session, service_ids: Sequence[str]) -> list[Service]:
    """The services in the order of their ids as given; unknown ids are left out."""
    found = {
        service.id: service
        for service in session.scalars(select(Service).where(Service.id.in_(service_ids)))
    }
    return [found[service_id] for service_id in service_ids if service_id in found]


def sectors(session: Session) -> list[Sector]:
    """All sectors that have a service, in the menu's order."""
    return list(
        session.scalars(
            select(Sector).where(Sector.services.any()).order_by(Sector.position, Sector.id)
        )
    )


def services_of_sector(session: Session, sector_id: str) -> list[Service]:
    """The services of a sector; fines stand last, because nobody comes for them."""
    return list(
        session.scalars(
            select(Service)
            .where(Service.sector_id == sector_id)
            .order_by(Service.kind == "fine", Service.position)
        )
    )


def hotline_number(session: Session) -> str | None:
    """The telephone number of the hotline, if the catalogue has one."""
    return session.scalars(
        select(Office.phone).where(Office.kind == "hotline", Office.phone.is_not(None)).limit(1)
    ).first()


def catalogue_version(session: Session) -> str:
    """Changes whenever a release or an import changed the catalogue."""
    digests = session.scalars(select(SeedVersion.digest).order_by(SeedVersion.name))
    imported = session.execute(
        select(func.count(), func.max(ImportedRecord.imported_at)).select_from(ImportedRecord)
    ).one()
    return "|".join([*digests, *map(str, imported)])
