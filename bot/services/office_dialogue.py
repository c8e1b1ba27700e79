"""A question about where an office is."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.db.models import Office, Place
from bot.messages import Button, Reply
from bot.services.dialogue import MOST_CHOICES, Context, Heard, Turn
from bot.services.place_choice import PlaceChoice, under_intent
from bot.services.place_names import PlaceNames
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
        self._names = PlaceNames(session, wording)
        self._choice = PlaceChoice(session, wording, under_intent("find_office"))

    def answer(self, heard: Heard, context: Context) -> Turn:
        """The offices of a chosen place, of the one in the message, or of the one talked about.

        Without any the question for a place.
        """
        opened = self._choice.asked_for(heard)
        if opened is not None:
            return Turn((opened,), context.after(awaiting="place", topic="find_office"))
        chosen = self._session.get(Place, heard.chosen.get("place_code") or "")
        if chosen is not None:
            return self._tell(chosen, heard, context)
        matches = self.places_in(heard)
        if len(matches) > 1:
            places = [self._session.get_one(Place, match.place.code) for match in matches]
            asked = context.after(awaiting="place", topic="find_office")
            return Turn((self._choice.which_of(places, heard.language),), asked)
        if matches:
            return self._tell(self._session.get_one(Place, matches[0].place.code), heard, context)
        return self._without_place(heard, context)

    def _without_place(self, heard: Heard, context: Context) -> Turn:
        known = self._session.get(Place, context.place_code or "")
        if heard.intent == "find_office" and known is not None and not heard.place:
            return self._tell(known, heard, context)
        found_none = context.awaiting == "place" or bool(heard.place)
        name = "utter_place_not_found" if found_none else "utter_ask_place"
        reply = self._choice.provinces(self._say(name, heard.language), heard.language)
        asked = context.after(awaiting="place", topic="find_office")
        return Turn((reply,), asked, understood=not found_none)

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

    def _tell(self, place: Place, heard: Heard, context: Context) -> Turn:
        text = self.offices_in_words(place, heard.language)
        services = Button(
            self._say("utter_button_all_services", heard.language), "/browse_services"
        )
        reply = Reply(text, buttons=(services, self._choice.other_place(heard.language)))
        return Turn((reply,), context.after(place_code=place.code, topic="find_office"))

    def offices_in_words(self, place: Place, language: Language) -> str:
        """The offices of a place, or where to ask if none is known."""
        offices = self._offices_at(place)
        name = self._names.full_name(place, language)
        if not offices:
            hall = self._hall(place, language)
            return self._say("utter_office_not_listed", language, place=name, hall=hall)
        lines = [self._say("utter_offices_of_place", language, place=name)]
        lines += [self._describe(office, language) for office in offices]
        return "\n".join(lines)

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
            "utter_hall_of_commune", language, district=self._names.full_name(district, language)
        )

    def _say(self, name: str, language: Language, **values: object) -> str:
        return self._wording.text(name, language, **values)
