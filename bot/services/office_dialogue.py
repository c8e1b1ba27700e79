"""A question about where an office is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.db.models import Office, Place
from bot.messages import Button, Reply
from bot.services.dialogue import MOST_CHOICES, Context, Heard, Turn
from bot.services.places import PlaceFinder, PlaceMatch
from bot.text.digits import Language
from bot.wording import Wording

_MOST_OFFICES = 6


class OfficeDialogue:
    """Finds offices by place for one turn, on one database session."""

    def __init__(self, session: Session, places: PlaceFinder, wording: Wording) -> None:
        self._session = session
        self._places = places
        self._wording = wording

    def answer(self, heard: Heard, context: Context) -> Turn:
        """The offices of the place in the message, of a chosen one, or the question for a place."""
        chosen = self._session.get(Place, heard.chosen.get("place_code") or "")
        if chosen is not None:
            return self._tell(chosen, heard, context)
        matches = self.places_in(heard)
        if len(matches) > 1:
            return self._ask_which(matches, heard, context)
        if matches:
            return self._tell(self._session.get_one(Place, matches[0].place.code), heard, context)
        if context.awaiting == "place":
            return self._ask(heard, context, "utter_place_not_found")
        return self._ask(heard, context, "utter_ask_place")

    def places_in(self, heard: Heard) -> list[PlaceMatch]:
        """The places that the message may mean: those that fit it equally well."""
        matches = self._places.find(heard.text, limit=MOST_CHOICES)
        if not matches and heard.place:
            matches = self._places.find(heard.place, limit=MOST_CHOICES)
        best = max((match.score for match in matches), default=0)
        equal = [match for match in matches if match.score == best]
        districts = [match for match in equal if match.place.level == "district"]
        # A town and its commune share a name (Poipet): the office is the town's.
        return districts if len(districts) == 1 else equal

    def _ask(self, heard: Heard, context: Context, name: str) -> Turn:
        reply = Reply(self._say(name, heard.language))
        return Turn((reply,), context.after(awaiting="place"))

    def _ask_which(self, matches: Sequence[PlaceMatch], heard: Heard, context: Context) -> Turn:
        buttons = tuple(
            Button(
                self._full_name(self._session.get_one(Place, match.place.code), heard.language),
                "/find_office" + json.dumps({"place_code": match.place.code}),
            )
            for match in matches
        )
        reply = Reply(self._say("utter_ask_which_place", heard.language), buttons=buttons)
        return Turn((reply,), context.after(awaiting="place"))

    def _tell(self, place: Place, heard: Heard, context: Context) -> Turn:
        offices = self._offices_at(place)
        name = self._full_name(place, heard.language)
        if offices:
            lines = [self._say("utter_offices_of_place", heard.language, place=name)]
            lines += [self._describe(office, heard.language) for office in offices]
            text = "\n".join(lines)
        else:
            text = self._say(
                "utter_office_not_listed",
                heard.language,
                place=name,
                hall=self._hall(place, heard.language),
            )
        services = Button(
            self._say("utter_button_all_services", heard.language), "/browse_services"
        )
        reply = Reply(text, buttons=(services,))
        return Turn((reply,), context.after(place_code=place.code))

    def _offices_at(self, place: Place) -> list[Office]:
        """The offices of the place; for a commune, those of its district."""
        code = place.code[:4]
        inside = or_(Office.place_code == code, Office.place_code.startswith(code))
        return list(
            self._session.scalars(
                select(Office)
                .where(Office.place_code.is_not(None), inside, Office.kind != "hotline")
                .order_by(Office.kind.not_in(("owso", "owsu")), Office.kind, Office.id)
                .limit(_MOST_OFFICES)
            )
        )

    def _describe(self, office: Office, language: Language) -> str:
        khmer = language == "km"
        lines = [f"• {office.name_km if khmer else office.name_en}"]
        address = office.address_km if khmer else office.address_en
        hours = office.opening_hours_km if khmer else office.opening_hours_en
        if address:
            lines.append(self._say("utter_office_address", language, address=address))
        if office.phone:
            lines.append(self._say("utter_office_phone", language, phone=office.phone))
        if hours:
            lines.append(self._say("utter_office_hours", language, hours=hours))
        if not address and not office.phone:
            lines.append(self._say("utter_office_details_unknown", language))
        host = urlsplit(office.source_url).netloc.removeprefix("www.")
        lines.append(self._say("utter_office_source", language, source=host))
        return "\n".join(lines)

    def _hall(self, place: Place, language: Language) -> str:
        if place.level != "commune":
            return self._say(f"utter_hall_of_{place.level}", language)
        district = self._session.get_one(Place, place.parent_code)
        return self._say(
            "utter_hall_of_commune", language, district=self._full_name(district, language)
        )

    def _full_name(self, place: Place, language: Language) -> str:
        """The place's kind and name; below a province, with what it lies in."""
        name = self._name(place, language)
        if place.parent_code is None:
            return name
        parent = self._name(self._session.get_one(Place, place.parent_code), language)
        return f"{name} {parent}" if language == "km" else f"{name}, {parent}"

    def _name(self, place: Place, language: Language) -> str:
        own = place.name_km if language == "km" else place.name_en
        return self._say(f"utter_place_{place.kind or place.level}", language, place=own)

    def _say(self, name: str, language: Language, **values: object) -> str:
        return self._wording.text(name, language, **values)
