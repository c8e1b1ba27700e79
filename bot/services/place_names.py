"""A place as people call it, with its kind and what it lies in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.db.models import Place
from bot.text.digits import Language
from bot.wording import Wording


def place_name(session: Session, wording: Wording, code: str, language: Language) -> str:
    """The kind and name of the place; a district with its province, for names repeat."""
    place = session.get_one(Place, code)
    own = _own_name(place, wording, language)
    if place.parent_code is None:
        return own
    parent = _own_name(session.get_one(Place, place.parent_code), wording, language)
    return f"{own} {parent}" if language == "km" else f"{own}, {parent}"


def _own_name(place: Place, wording: Wording, language: Language) -> str:
    name = place.name_km if language == "km" else place.name_en
    return wording.text(f"utter_place_{place.kind or place.level}", language, place=name)
