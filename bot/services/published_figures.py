"""National and aggregate budget figures, each with the page it was read on."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from bot.db.models import PublishedFigure

_WHOLE_NUMBERS = (
    *("position", "year", "planned_riel", "actual_riel"),
    *("planned_us_dollars", "actual_us_dollars"),
)
_MOST_OF_THE_COUNTRY = 5
_AVERAGE_COMMUNE = "Each commune/sangkat (average)"


def published_figures(session: Session) -> Sequence[PublishedFigure]:
    """All of them, in the order of the seed file, which keeps together what belongs together."""
    return session.scalars(select(PublishedFigure).order_by(PublishedFigure.position)).all()


def average_commune_plan(session: Session, year: int) -> PublishedFigure | None:
    """What was announced that an average commune would have for development in a year.

    Of two announcements the later one, which stands further down in the file.
    """
    return session.scalars(
        select(PublishedFigure)
        .where(
            PublishedFigure.scope_en == _AVERAGE_COMMUNE,
            PublishedFigure.year == year,
            PublishedFigure.kind == "expenditure",
        )
        .order_by(PublishedFigure.position.desc())
        .limit(1)
    ).first()


def latest_of_the_country(session: Session) -> list[PublishedFigure]:
    """The newest figure of each thing that is counted over all places, the newest first."""
    newest: dict[tuple[str, str], PublishedFigure] = {}
    for figure in published_figures(session):
        if figure.scope_en.startswith(("All sub-national", "All communes", "Each commune")):
            key = (figure.scope_en, figure.name_en)
            if key not in newest or figure.year >= newest[key].year:
                newest[key] = figure
    return sorted(newest.values(), key=lambda figure: -figure.year)[:_MOST_OF_THE_COUNTRY]


def seed_published_figures(session: Session, path: Path) -> int:
    """Replace the figures by those of the seed file; returns how many there are."""
    session.execute(delete(PublishedFigure))
    rows = list(_read(path))
    if rows:
        session.execute(insert(PublishedFigure), rows)
    return len(rows)


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values: dict[str, Any] = {name: text or None for name, text in row.items()}
            for name in _WHOLE_NUMBERS:
                values[name] = int(row[name]) if row[name] else None
            values["name_km_is_translation"] = row["name_km_is_translation"] == "yes"
            yield values
