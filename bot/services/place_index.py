"""Every spelling of every place, ready to be looked up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.db.models import Place
from bot.services.place_spelling import (
    KHMER_LETTER,
    fold_sound,
    khmer_spellings,
    latin_spellings,
)

_SHORTEST_SOUND = 4
# One wrong letter in seven; closer than that, other words come in.
SHORTEST_WITH_TYPO = 7
# Names shorter than this turn up inside or among other words.
_CLEAR_KHMER_CHARACTERS = {"province": 4, "district": 4, "commune": 7}
_CLEAR_LATIN_CHARACTERS = {"province": 4, "district": 5, "commune": 7}


@dataclass(frozen=True)
class KnownPlace:
    """A place as the finder gives it back; it needs no database session."""

    code: str
    level: str
    kind: str | None
    name_km: str
    name_en: str
    parent_code: str | None
    full_name_km: str
    full_name_en: str


@dataclass
class PlaceIndex:
    """Lookup tables from folded spellings to codes."""

    places: dict[str, KnownPlace] = field(default_factory=dict)
    khmer: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    latin: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    sounds: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    # Clear names of provinces and districts: those in which a typo is looked for in a sentence.
    long_khmer: dict[str, list[str]] = field(default_factory=dict)
    long_latin: dict[str, list[str]] = field(default_factory=dict)
    common_words: set[str] = field(default_factory=set)
    khmer_lengths: tuple[int, ...] = ()

    def is_clear(self, code: str, spelling: str) -> bool:
        """Whether this spelling means the place also in the middle of a sentence."""
        if self.is_common(code, spelling):
            return False
        is_khmer = KHMER_LETTER.search(spelling)
        limits = _CLEAR_KHMER_CHARACTERS if is_khmer else _CLEAR_LATIN_CHARACTERS
        return len(spelling) >= limits[self.places[code].level]

    def is_common(self, code: str, spelling: str) -> bool:
        """Whether this spelling is also an ordinary Khmer word."""
        return code in self.common_words and bool(KHMER_LETTER.search(spelling))


def build_index(session: Session) -> PlaceIndex:
    """The index of all places and aliases in the database."""
    index = PlaceIndex()
    query = select(Place).options(selectinload(Place.aliases)).order_by(Place.code)
    for place in session.scalars(query):
        index.places[place.code] = _known(place)
        if place.name_is_common_word:
            index.common_words.add(place.code)
        _add(index, place.code, [place.name_km, place.name_en, *(a.alias for a in place.aliases)])
    index.long_khmer = _long_names(index, index.khmer)
    index.long_latin = _long_names(index, index.latin)
    index.khmer_lengths = tuple(sorted({len(spelling) for spelling in index.khmer}, reverse=True))
    return index


def _long_names(index: PlaceIndex, table: dict[str, list[str]]) -> dict[str, list[str]]:
    names = {}
    for spelling, codes in table.items():
        large = [c for c in codes if len(c) < 6 and c not in index.common_words]
        if large and len(spelling) >= SHORTEST_WITH_TYPO:
            names[spelling] = large
    return names


def _known(place: Place) -> KnownPlace:
    return KnownPlace(
        place.code,
        place.level,
        place.kind,
        place.name_km,
        place.name_en,
        place.parent_code,
        place.full_name_km,
        place.full_name_en,
    )


def _add(index: PlaceIndex, code: str, names: Iterable[str]) -> None:
    for name in names:
        if KHMER_LETTER.search(name):
            tables = [(index.khmer, khmer_spellings(name))]
        else:
            sound = fold_sound(name)
            sounds = {sound} if len(sound) >= _SHORTEST_SOUND else set()
            tables = [(index.latin, latin_spellings(name)), (index.sounds, sounds)]
        for table, spellings in tables:
            for spelling in spellings:
                if code not in table[spelling]:
                    table[spelling].append(code)
