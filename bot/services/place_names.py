"""A place as people call it, with its kind and what it lies in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.db.models import Place
from bot.text.digits import Language
from bot.wording import Wording


class PlaceNames:
    """Names places in either language, on one database session."""

    def __init__(self, session: Session, wording: Wording) -> None:
        self._session = session
        self._wording = wording

    def name(self, place: Place, language: Language) -> str:
        """The place's kind and name: "Poipet municipality"."""
        own = self.own_name(place, language)
        return self._wording.text(f"utter_place_{place.kind or place.level}", language, place=own)

    def full_name(self, place: Place, language: Language) -> str:
        """The same, and below a province what it lies in, for names repeat."""
        name = self.name(place, language)
        if place.parent_code is None:
            return name
        parent = self.name(self._session.get_one(Place, place.parent_code), language)
        return f"{name} {parent}" if language == "km" else f"{name}, {parent}"

    def of_level(self, code: str, level: str, language: Language) -> str:
        """The place cut to a level (of a commune its district); empty where it is above that."""
        digits = {"province": 2, "district": 4, "commune": 6}[level]
        place = self._session.get(Place, code[:digits]) if len(code) >= digits else None
        return self.name(place, language) if place else ""

    def own_name(self, place: Place, language: Language) -> str:
        """The name alone, short enough for a button."""
        return place.name_km if language == "km" else place.name_en


def place_name(session: Session, wording: Wording, code: str, language: Language) -> str:
    """The full name of the place with that code."""
    names = PlaceNames(session, wording)
    return names.full_name(session.get_one(Place, code), language)
