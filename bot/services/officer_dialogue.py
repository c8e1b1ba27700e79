"""A citizen wants a person: whom to call or visit, and a request that the staff can see."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Office, Place
from bot.messages import Button, Reply
from bot.services.catalogue import hotline_number
from bot.services.dialogue import Context, Heard, Turn
from bot.services.handovers import request_handover
from bot.services.office_dialogue import OfficeDialogue
from bot.services.place_choice import PlaceChoice, under_intent
from bot.text.digits import Language, format_number
from bot.wording import Wording


class OfficerDialogue:
    """Answers for one turn, on one database session."""

    def __init__(self, session: Session, offices: OfficeDialogue, wording: Wording) -> None:
        self._session = session
        self._offices = offices
        self._wording = wording
        self._choice = PlaceChoice(session, wording, under_intent("talk_to_officer"))

    def answer(self, heard: Heard, context: Context) -> Turn:
        """The contact of the place's office and of the Citizen's Office; the request is stored.

        Where no place is known, the general way and the question for the place.
        """
        here = context.after(topic="talk_to_officer")
        opened = self._choice.asked_for(heard)
        if opened is not None:
            return Turn((opened,), context.after(topic="talk_to_officer", awaiting="place"))
        place, places = self._place_of(heard, context)
        reason = heard.text if heard.intent == "talk_to_officer" else ""
        request = request_handover(
            self._session, heard.conversation_id, place.code if place else "", reason
        )
        asks = heard.intent == "talk_to_officer" and "place_code" not in heard.chosen
        noted = self._noted(request.id, heard.language) if request and asks else ""
        if len(places) > 1:
            which = self._choice.which_of(places, heard.language)
            replies = (self._general(noted, heard.language), which)
            return Turn(replies, context.after(topic="talk_to_officer", awaiting="place"))
        if place is None:
            question = self._say("utter_ask_place_of_officer", heard.language)
            ask = self._choice.provinces(question, heard.language)
            replies = (self._general(noted, heard.language), ask)
            return Turn(replies, context.after(topic="talk_to_officer", awaiting="place"))
        return Turn((self._at(place, noted, heard.language),), _at_place(here, place))

    def _place_of(self, heard: Heard, context: Context) -> tuple[Place | None, list[Place]]:
        """The place said now, else the one talked about; several where a name is of several."""
        chosen = self._session.get(Place, heard.chosen.get("place_code") or "")
        if chosen is not None:
            return chosen, []
        said = [
            self._session.get_one(Place, match.place.code)
            for match in self._offices.places_in(heard)
        ]
        if len(said) > 1:
            return None, said
        return (said[0] if said else self._session.get(Place, context.place_code or "")), []

    def _at(self, place: Place, noted: str, language: Language) -> Reply:
        lines = [noted, self._offices.offices_in_words(place, language)]
        if not self._has_citizens_office(place):
            lines.append(self._say("utter_citizens_office", language))
        lines.append(self._hotline(language))
        feedback = Button(self._say("utter_button_feedback", language), "/give_feedback")
        buttons = (feedback, self._choice.other_place(language))
        return Reply("\n".join(filter(None, lines)), buttons=buttons)

    def _general(self, noted: str, language: Language) -> Reply:
        lines = [noted, self._say("utter_talk_to_officer", language), self._hotline(language)]
        return Reply("\n".join(filter(None, lines)))

    def _has_citizens_office(self, place: Place) -> bool:
        query = select(Office.id).where(
            Office.kind == "citizens_office", Office.place_code == place.code[:4]
        )
        return self._session.scalars(query.limit(1)).first() is not None

    def _noted(self, number: int, language: Language) -> str:
        return self._say("utter_handover_noted", language, number=format_number(number, language))

    def _hotline(self, language: Language) -> str:
        number = hotline_number(self._session)
        return self._say("utter_hotline", language, hotline=number) if number else ""

    def _say(self, name: str, language: Language, **values: object) -> str:
        return self._wording.text(name, language, **values)


def _at_place(context: Context, place: Place) -> Context:
    return context.after(place_code=place.code)
