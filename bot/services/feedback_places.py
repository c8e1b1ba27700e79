"""Which place an office belongs to: a province for the provincial unit, else a district."""

from __future__ import annotations

from bot.services.dialogue import MOST_CHOICES, Heard
from bot.services.places import KnownPlace, PlaceFinder, PlaceMatch


class UnitPlaces:
    """Finds the places of units in what citizens write."""

    def __init__(self, places: PlaceFinder) -> None:
        self._places = places

    def get(self, code: str) -> KnownPlace | None:
        """The place with this code."""
        return self._places.get(code)

    def in_text(self, heard: Heard, unit: str) -> list[str]:
        """The codes that a message names by the way, fit for the unit where it is known."""
        matches = self._places.find(heard.text, limit=MOST_CHOICES)
        return self._codes(matches, unit)

    def answer(self, heard: Heard, unit: str, within: str = "") -> list[str]:
        """The codes that an answer to "where?" may mean; inside a province, if one was named."""
        level = "province" if unit == "province_owsu" else None
        inside = within if level is None and len(within) == 2 else None
        matches = self._places.find(heard.text, within=inside, level=level, limit=MOST_CHOICES)
        if not matches:
            matches = self._places.find(heard.text, limit=MOST_CHOICES)
        if not matches and heard.place:
            matches = self._places.find(heard.place, limit=MOST_CHOICES)
        if not matches and level is None:
            matches = self._places.find(heard.text, level="district", limit=MOST_CHOICES)
        return self._codes(matches, unit)

    def fit(self, code: str, unit: str) -> str:
        """The place cut to the unit's level: of a commune its district, of either its province."""
        return code[:2] if unit == "province_owsu" else code[:4]

    def is_of_unit(self, code: str, unit: str) -> bool:
        """Whether the unit can be at this place."""
        return len(code) == (2 if unit == "province_owsu" else 4)

    def _codes(self, matches: list[PlaceMatch], unit: str) -> list[str]:
        best = max((match.score for match in matches), default=0)
        equal = [match.place for match in matches if match.score == best]
        # A town, its commune and its province may share a name; people mean the town.
        districts = [place.code for place in equal if place.level == "district"]
        if len(districts) == 1 and unit != "province_owsu":
            return districts
        codes = [self.fit(place.code, unit) if unit else place.code[:4] for place in equal]
        return list(dict.fromkeys(codes))
