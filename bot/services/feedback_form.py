"""The answers of a feedback form: what they are read from, and which one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.db.models.feedback import ASPECTS, RATINGS, UNITS
from bot.services import feedback_reading as reading
from bot.services.concerns import concern_in
from bot.services.dialogue import Heard
from bot.services.feedback import GivenFeedback
from bot.services.feedback_places import UnitPlaces
from bot.services.feedback_questions import NOTHING, PAGE, YES, aspects_left

_LONGEST_TEXT = 2000


class FeedbackForm:
    """Takes answers into `fields`, a plain dictionary that a slot can hold as JSON."""

    def __init__(self, fields: Mapping[str, Any], places: UnitPlaces) -> None:
        self.fields: dict[str, Any] = dict(fields)
        self._places = places

    def absorb(self, heard: Heard, known_place: str = "") -> None:
        """Take from a message everything that it says by itself."""
        fields = self.fields
        said = reading.read(heard.text, heard.first("rating"))
        code = said.ticket_code or fields.get("ticket", "")
        found = self._places.in_text(heard, said.unit or fields.get("unit", ""))
        if len(found) == 1:
            fields["place"] = found[0]
        elif code and self._places.get(code[:4]):
            fields.setdefault("place", code[:4])
            fields.setdefault("unit", "district_owso")
        elif known_place:
            fields.setdefault("place", known_place[:4])
        for name, value in (("unit", said.unit), ("rating", said.rating), ("ticket", code)):
            if value:
                fields[name] = value
        self._keep_statement(heard)

    def choose(self, step: str, value: str) -> None:
        """Take what stands behind a pressed button; what does not fit changes nothing."""
        if step == "place" and value.startswith(PAGE):
            page = value.removeprefix(PAGE)
            self.fields["page"] = int(page) if page.isdecimal() else 1
        elif step in ("liked", "disliked"):
            self._choose_aspect(step, value)
        elif step == "text":
            self.fields["text"] = ""
        elif step in ("share", "answer"):
            self.fields[step] = value == YES
        elif step == "place" and self._places.get(value):
            self.fields["place"] = value
            # The next list, of the districts, begins at its first page.
            self.fields.pop("page", None)
        elif (step == "unit" and value in UNITS) or (step == "rating" and value in RATINGS):
            self.fields[step] = value

    def answer(self, step: str, heard: Heard) -> bool:
        """Take a typed answer to the question of a step; False where it is none."""
        if step == "unit":
            return self._answer_unit(heard)
        if step == "rating":
            return self._answer_rating(heard)
        if step in ("liked", "disliked"):
            return self._answer_aspects(step, heard)
        if step == "text":
            return self._answer_text(heard)
        return self._answer_yes_no(step, heard)

    def answer_place(self, heard: Heard) -> list[str]:
        """The places that the answer to "where?" may mean; a single one is taken."""
        found = self._places.answer(heard, self.fields["unit"], self.fields.get("place", ""))
        if len(found) == 1:
            self._keep_statement(heard)
            self.fields["place"] = found[0]
        return found

    def correct(self, heard: Heard) -> bool:
        """Take back an earlier answer ("no, Poipet"); False where the message names none."""
        changed = False
        if heard.first("rating") in RATINGS and "rating" in self.fields:
            self.fields["rating"] = heard.first("rating")
            changed = True
        found = self._places.in_text(heard, self.fields.get("unit", ""))
        if len(found) == 1 and "place" in self.fields:
            self.fields["place"] = found[0]
            changed = True
        return changed

    def missing(self) -> str:
        """The step of the next question; nothing when all is there."""
        fields = self.fields
        if "unit" not in fields:
            return "unit"
        fields["place"] = self._places.fit(fields.get("place", ""), fields["unit"])
        if not self._places.is_of_unit(fields["place"], fields["unit"]):
            return "place"
        if "rating" not in fields:
            return "rating"
        disliked_first = fields["rating"] == "dissatisfied"
        for opinion in ("disliked", "liked") if disliked_first else ("liked", "disliked"):
            if opinion not in fields.get("finished", ()):
                return opinion
        if "text" not in fields:
            return "text"
        if fields.get("concern") and "share" not in fields:
            return "share"
        return "" if "answer" in fields else "answer"

    def given(self, heard: Heard) -> GivenFeedback:
        """The complete form as a statement."""
        fields = self.fields
        return GivenFeedback(
            unit=fields["unit"],
            place_code=fields["place"],
            rating=fields["rating"],
            text=fields["text"],
            liked=fields.get("liked", ()),
            disliked=fields.get("disliked", ()),
            ticket_code=fields.get("ticket", ""),
            concern=fields.get("concern"),
            shared_with_citizens_office=bool(fields.get("share")),
            may_be_answered=bool(fields.get("answer")),
            language=heard.language,
            conversation_id=heard.conversation_id,
        )

    def _keep_statement(self, heard: Heard) -> None:
        """A complaint that comes with, or instead of, an answer becomes the free text."""
        said = reading.read(heard.text, heard.first("rating"))
        if not said.is_statement or self.fields.get("text"):
            return
        self.fields.update(text=heard.text[:_LONGEST_TEXT], just_stated=True)
        if said.concern:
            self.fields["concern"] = said.concern
        if said.liked or said.disliked:
            self.fields.update(liked=list(said.liked), disliked=list(said.disliked))
            self.fields["finished"] = ["liked", "disliked"]
        elif said.rating in ("satisfied", "dissatisfied"):
            # Of a short complaint only the reason is asked, not also what was good.
            self.fields["finished"] = ["disliked" if said.rating == "satisfied" else "liked"]

    def _answer_unit(self, heard: Heard) -> bool:
        unit = reading.unit_answer(heard.text)
        if not unit:
            return False
        self._keep_statement(heard)
        self.fields["unit"] = unit
        found = self._places.in_text(heard, unit)
        if len(found) == 1:
            self.fields["place"] = found[0]
        return True

    def _answer_rating(self, heard: Heard) -> bool:
        rating = reading.rating_answer(heard.text, heard.first("rating"))
        if not rating:
            return False
        self._keep_statement(heard)
        self.fields["rating"] = rating
        return True

    def _answer_aspects(self, opinion: str, heard: Heard) -> bool:
        offered = aspects_left(self.fields, opinion)
        # The last number of the list is the button that ends it.
        by_number = reading.aspects_answer(heard.text, [*offered, NOTHING]) == (NOTHING,)
        if by_number or reading.is_nothing(heard.text) or heard.intent == "deny":
            self._choose_aspect(opinion, NOTHING)
            return True
        named = reading.aspects_answer(heard.text, offered)
        self.fields[opinion] = [*self.fields.get(opinion, ()), *named]
        if len(named) > 1:
            self._choose_aspect(opinion, NOTHING)
        return bool(named)

    def _choose_aspect(self, opinion: str, value: str) -> None:
        chosen = self.fields.get(opinion, ())
        if value in ASPECTS:
            self.fields[opinion] = list(dict.fromkeys([*chosen, value]))
        else:
            self.fields[opinion] = list(chosen)
            self.fields["finished"] = sorted({*self.fields.get("finished", ()), opinion})

    def _answer_text(self, heard: Heard) -> bool:
        skips = reading.is_nothing(heard.text) or heard.intent == "deny"
        self.fields["text"] = "" if skips else heard.text[:_LONGEST_TEXT]
        code, concern = reading.ticket_code(heard.text), concern_in(heard.text)
        if code:
            self.fields["ticket"] = code
        if concern:
            self.fields["concern"] = concern
        return True

    def _answer_yes_no(self, step: str, heard: Heard) -> bool:
        if heard.intent in ("affirm", "deny"):
            self.fields[step] = heard.intent == "affirm"
            return True
        if reading.is_nothing(heard.text):
            self.fields[step] = False
            return True
        return False
