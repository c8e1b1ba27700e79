"""Where a ticket's owner can go: the office that has the paper, and the Citizen's Office."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Office, Place, Ticket
from bot.text.digits import Language
from bot.wording import Wording


class TicketOffice:
    """The offices of one ticket in one language, as much as is known of them."""

    def __init__(
        self, session: Session, wording: Wording, language: Language, ticket: Ticket
    ) -> None:
        self._session = session
        self._wording = wording
        self._language: Language = language
        self._ticket = ticket

    def name(self) -> str:
        """The office: its own name, that in the catalogue, or the place's office."""
        site = self._ticket.site
        own = site.name_km if self._language == "km" else site.name_en
        if own:
            return own
        place = self.place()
        if place is None:
            return self._wording.text("utter_ticket_office_unknown", self._language)
        office = self._office(place, ("owso", "owsu"))
        if office is not None:
            return self._with_phone(office)
        name = f"utter_ticket_office_of_{'unit' if place.level == 'province' else 'place'}"
        return self._wording.text(name, self._language, place=self._place_name(place))

    def citizens_office(self) -> str:
        """The district's ombudsman, who receives complaints (DESIGN: the Citizen's Office)."""
        place = self.place()
        office = self._office(place, ("citizens_office",)) if place else None
        if office is not None:
            return self._with_phone(office)
        if place is None or place.level == "province":
            return self._wording.text("utter_ticket_citizens_office", self._language)
        return self._wording.text(
            "utter_ticket_citizens_office_of", self._language, place=self._place_name(place)
        )

    def place(self) -> Place | None:
        """Where the office is: the site's place, else the district in the code."""
        code = self._ticket.site.place_code or self._ticket.code[:4]
        return self._session.get(Place, code[:4]) or self._session.get(Place, code[:2])

    def _office(self, place: Place, kinds: Sequence[str]) -> Office | None:
        return self._session.scalars(
            select(Office)
            .where(Office.place_code == place.code, Office.kind.in_(kinds))
            .order_by(Office.id)
            .limit(1)
        ).first()

    def _with_phone(self, office: Office) -> str:
        name = office.name_km if self._language == "km" else office.name_en
        return f"{name} ({office.phone})" if office.phone else name

    def _place_name(self, place: Place) -> str:
        return place.full_name_km if self._language == "km" else place.full_name_en
