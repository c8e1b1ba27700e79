"""A place by tapping alone: the province, then the district."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Place
from bot.messages import Button, Reply
from bot.services.dialogue import Heard, choice
from bot.services.place_names import PlaceNames
from bot.text.digits import Language
from bot.wording import Wording

# Instead of a code: the choice of a province, for whoever wants another place than the known one.
ANY_PLACE = "any"


# What is behind a button: of a place's code, and of the page of the list that it opens, or "".
PayloadOf = Callable[[str, str], str]


class PlaceChoice:
    """Questions for a place: each province opens the list of its districts.

    `with_province` says whether a province itself can be chosen from that list.
    """

    def __init__(
        self,
        session: Session,
        wording: Wording,
        payload_of: PayloadOf,
        *,
        with_province: bool = True,
    ) -> None:
        self._session = session
        self._wording = wording
        self._payload_of = payload_of
        self._with_province = with_province
        self._names = PlaceNames(session, wording)

    def asked_for(self, heard: Heard) -> Reply | None:
        """The choice that a pressed button opens: some provinces, or the districts of one."""
        page = heard.chosen.get("page", "")
        return self.list_of(heard.chosen.get("place_code", ""), page, heard.language)

    def list_of(self, code: str, page: str, language: Language) -> Reply | None:
        """A page of the provinces (`ANY_PLACE`) or of a province's districts; None for no page."""
        number = int(page) if page.isdecimal() else 0
        if code == ANY_PLACE:
            question = self._wording.text("utter_ask_place", language)
            return self.provinces(question, language, number or 1)
        province = self._session.get(Place, code) if code and number else None
        return self._districts(province, language, number) if province else None

    def provinces(self, question: str, language: Language, page: int = 1) -> Reply:
        """A question with the provinces; each opens its districts."""
        rows = self._session.scalars(
            select(Place).where(Place.level == "province").order_by(Place.code)
        )
        buttons = [
            Button(self._names.own_name(place, language), self._payload_of(place.code, "1"))
            for place in rows
        ]
        more = self._payload_of(ANY_PLACE, "{page}")
        return choice(self._wording, language, question, buttons, more, page)

    def which_of(self, places: Sequence[Place], language: Language) -> Reply:
        """The question which of some places of one name is meant."""
        buttons = tuple(
            Button(self._names.full_name(place, language), self._payload_of(place.code, ""))
            for place in places
        )
        return Reply(self._wording.text("utter_ask_which_place", language), buttons=buttons)

    def other_place(self, language: Language) -> Button:
        """The button beside an answer about a known place."""
        title = self._wording.text("utter_button_other_place", language)
        return Button(title, self._payload_of(ANY_PLACE, "1"))

    def _districts(self, province: Place, language: Language, page: int) -> Reply:
        rows = self._session.scalars(
            select(Place).where(Place.parent_code == province.code).order_by(Place.code)
        )
        whole = Button(self._names.name(province, language), self._payload_of(province.code, ""))
        buttons = [whole] if self._with_province else []
        buttons += [
            Button(self._names.own_name(place, language), self._payload_of(place.code, ""))
            for place in rows
        ]
        question = self._wording.text(
            "utter_ask_district", language, province=self._names.name(province, language)
        )
        more = self._payload_of(province.code, "{page}")
        return choice(self._wording, language, question, buttons, more, page)


def under_intent(intent: str) -> PayloadOf:
    """Buttons that carry `place_code` and `page` under an intent of the topic."""

    def payload(code: str, page: str) -> str:
        entities = {"place_code": code, "page": page} if page else {"place_code": code}
        return f"/{intent}{json.dumps(entities)}"

    return payload
