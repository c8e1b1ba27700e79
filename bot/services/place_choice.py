"""A place by tapping alone: the province, then the district."""

from __future__ import annotations

import json
from collections.abc import Sequence

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


class PlaceChoice:
    """Questions for a place whose buttons carry `place_code` under an intent of the topic."""

    def __init__(self, session: Session, wording: Wording, intent: str) -> None:
        self._session = session
        self._wording = wording
        self._intent = intent
        self._names = PlaceNames(session, wording)

    def asked_for(self, heard: Heard) -> Reply | None:
        """The choice that a pressed button opens: some provinces, or the districts of one."""
        code = heard.chosen.get("place_code", "")
        if code == ANY_PLACE:
            question = self._wording.text("utter_ask_place", heard.language)
            return self.provinces(question, heard.language, _page(heard))
        if not code or "page" not in heard.chosen:
            return None
        province = self._session.get(Place, code)
        return self._districts(province, heard.language, _page(heard)) if province else None

    def provinces(self, question: str, language: Language, page: int = 1) -> Reply:
        """A question with the provinces; each opens its districts."""
        rows = self._session.scalars(
            select(Place).where(Place.level == "province").order_by(Place.code)
        )
        buttons = [
            Button(self._names.own_name(place, language), self._payload(place.code, page="1"))
            for place in rows
        ]
        more = self._payload(ANY_PLACE, page="{page}")
        return choice(self._wording, language, question, buttons, more, page)

    def which_of(self, places: Sequence[Place], language: Language) -> Reply:
        """The question which of some places of one name is meant."""
        buttons = tuple(
            Button(self._names.full_name(place, language), self._payload(place.code))
            for place in places
        )
        return Reply(self._wording.text("utter_ask_which_place", language), buttons=buttons)

    def other_place(self, language: Language) -> Button:
        """The button beside an answer about a known place."""
        title = self._wording.text("utter_button_other_place", language)
        return Button(title, self._payload(ANY_PLACE, page="1"))

    def _districts(self, province: Place, language: Language, page: int) -> Reply:
        rows = self._session.scalars(
            select(Place).where(Place.parent_code == province.code).order_by(Place.code)
        )
        whole = Button(self._names.name(province, language), self._payload(province.code))
        buttons = [whole] + [
            Button(self._names.own_name(place, language), self._payload(place.code))
            for place in rows
        ]
        question = self._wording.text(
            "utter_ask_district", language, province=self._names.name(province, language)
        )
        more = self._payload(province.code, page="{page}")
        return choice(self._wording, language, question, buttons, more, page)

    def _payload(self, code: str, **entities: str) -> str:
        return f"/{self._intent}{json.dumps({'place_code': code, **entities})}"


def _page(heard: Heard) -> int:
    page = heard.chosen.get("page", "")
    return int(page) if page.isdigit() else 1
