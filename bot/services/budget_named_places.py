"""The places that a question about a budget names."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import BudgetLine
from bot.services.dialogue import Heard
from bot.services.places import PlaceFinder, PlaceMatch

_MOST_READINGS = 12
_DISTRICT_DIGITS = 4

# All readings of one name, equally good; of several names the first one said comes first.
Readings = list[str]


class NamedPlaces:
    """Reads places out of messages, and knows which of them have budgets."""

    def __init__(self, session: Session, finder: PlaceFinder) -> None:
        self._session = session
        self._finder = finder

    def read(self, heard: Heard, level: str = "") -> list[Readings]:
        """The codes of each place that is named; a place that another one lies in is no second.

        Where a name has several readings, those with budgets are meant, if there are any. `level`
        says that a place of that level was asked for, which allows for more typos.
        """
        matches = self._finder.find(heard.text, limit=_MOST_READINGS)
        if not matches and heard.place:
            matches = self._finder.find(heard.place, limit=_MOST_READINGS)
        if not matches and level:
            matches = self._finder.find(heard.text, level=level, limit=_MOST_READINGS)
        return [self._with_budgets(codes) for codes in _by_name(matches)]

    def without_names(self, text: str) -> str:
        """The text without the places in it: in a name, water is no topic."""
        for match in self._finder.find(text, limit=_MOST_READINGS):
            text = text[: match.start] + " " * (match.end - match.start) + text[match.end :]
        return text

    def most_likely(self, codes: Readings) -> str:
        """The only reading, or the only district among them; nothing where it has to be asked.

        A district and one of its communes, or of its neighbour's, often share a name.
        """
        districts = [code for code in codes if len(code) == _DISTRICT_DIGITS]
        likely = codes if len(codes) == 1 else districts
        return likely[0] if len(likely) == 1 else ""

    def known_first(self, named: Sequence[Readings]) -> Sequence[Readings]:
        """Of several places those with budgets; where none has any, the first one.

        A name misread inside another one is no reason to compare two places.
        """
        if len(named) < 2:
            return named
        known = self._codes_with_budgets([code for codes in named for code in codes])
        return [codes for codes in named if known & set(codes)] or named[:1]

    def _codes_with_budgets(self, codes: Sequence[str]) -> set[str]:
        query = select(BudgetLine.place_code).where(BudgetLine.place_code.in_(codes)).distinct()
        return set(self._session.scalars(query))

    def _with_budgets(self, codes: Readings) -> Readings:
        if len(codes) < 2:
            return codes
        known = self._codes_with_budgets(codes)
        return [code for code in codes if code in known] or codes


def _by_name(matches: Sequence[PlaceMatch]) -> list[Readings]:
    names: dict[tuple[int, int], list[PlaceMatch]] = {}
    for match in matches:
        names.setdefault((match.start, match.end), []).append(match)
    readings = {
        span: [m.place.code for m in found if m.score == max(other.score for other in found)]
        for span, found in names.items()
    }
    kept: list[Readings] = []
    for span in sorted(readings):
        others = [code for other, codes in readings.items() if other != span for code in codes]
        if any(_lies_in(other, code) for other in others for code in readings[span]):
            continue
        inside = [c for c in readings[span] if any(_lies_in(c, other) for other in others)]
        kept.append(inside or readings[span])
    return kept


def _lies_in(code: str, other: str) -> bool:
    return code != other and code.startswith(other)
