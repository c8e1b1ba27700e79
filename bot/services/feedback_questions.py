"""The questions of the feedback form, one for each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Place
from bot.db.models.feedback import AGE_GROUPS, ASPECTS, GENDERS, RATINGS
from bot.messages import Button, Reply
from bot.services.dialogue import choice, form_payload
from bot.services.feedback_reading import UNITS_SHOWN
from bot.services.place_names import place_name
from bot.text.digits import Language
from bot.wording import Wording

TOPIC = "feedback"
NOTHING, YES, NO = "nothing", "yes", "no"
# A choice of the step `place` that only turns the page of the list: page:2
PAGE = "page:"

Fields = Mapping[str, Any]


class FeedbackQuestions:
    """Words the open question of a form in one language."""

    def __init__(self, session: Session, wording: Wording, language: Language) -> None:
        self._session = session
        self._wording = wording
        self._language = language

    def ask(self, step: str, fields: Fields) -> Reply:
        """The question of a step."""
        return {
            "unit": self._unit,
            "place": self._place,
            "rating": self._rating,
            "liked": self._liked,
            "disliked": self._disliked,
            "text": self._text,
            "share": self._share,
            "answer": self._answer,
            "still_wrong": self._still_wrong,
        }[step](fields)

    def say(self, name: str, **values: object) -> str:
        """A response of the domain in the form's language."""
        return self._wording.text(f"utter_feedback_{name}", self._language, **values)

    def say_shortly(self, name: str, **values: object) -> str:
        """The short form of a response, or the response itself if it is short anyway."""
        short = self._wording.short_text(f"utter_feedback_{name}", self._language, **values)
        return short or self.say(name, **values)

    def aspect_names(self, aspects: Sequence[str]) -> str:
        """Aspects as a list to read."""
        return ", ".join(self.say(f"aspect_{aspect}") for aspect in aspects)

    def place(self, code: str) -> str:
        """A place with its kind and province."""
        return place_name(self._session, self._wording, code, self._language)

    def which_place(self, codes: Sequence[str]) -> Reply:
        """The choice between places that a name may mean."""
        buttons = tuple(self._button("place", code, self.place(code)) for code in codes)
        return Reply(self._wording.text("utter_ask_which_place", self._language), buttons=buttons)

    def about_you(self, step: str, reference: str) -> Reply:
        """The voluntary question for `gender` or `age_group`, after the feedback is stored."""
        offered = GENDERS if step == "gender" else AGE_GROUPS
        buttons = [
            self._button(step, f"{value}:{reference}", self.say(f"button_{value}"))
            for value in offered
        ]
        return Reply(self.say(f"ask_{step}"), buttons=tuple(buttons))

    def solved(self, text: str, reference: str) -> Reply:
        """A text with the question whether the problem is solved."""
        return Reply(text, buttons=solved_buttons(self._wording, self._language, reference))

    def _unit(self, fields: Fields) -> Reply:
        name = "ask_unit_statement" if fields.get("just_stated") else "ask_unit"
        buttons = [self._button("unit", unit, self.say(f"button_{unit}")) for unit in UNITS_SHOWN]
        return Reply(self.say(name), buttons=tuple(buttons))

    def _place(self, fields: Fields) -> Reply:
        if fields["unit"] == "province_owsu":
            return self._choice_of_places(self.say("ask_province"), None, fields)
        province = str(fields.get("place", ""))
        if not province:
            name = "ask_district_statement" if fields.get("just_stated") else "ask_district"
            return self._choice_of_places(self.say(name), None, fields)
        question = self.say("ask_district_of", place=self.place(province))
        return self._choice_of_places(question, province, fields)

    def _choice_of_places(self, question: str, parent: str | None, fields: Fields) -> Reply:
        """A page of the provinces, or of one's districts: nobody has to write a name."""
        inside = Place.parent_code == parent if parent else Place.level == "province"
        khmer = self._language == "km"
        return choice(
            self._wording,
            self._language,
            question,
            [
                self._button("place", place.code, place.full_name_km if khmer else place.name_en)
                for place in self._session.scalars(select(Place).where(inside).order_by(Place.code))
            ],
            form_payload(TOPIC, "place", f"{PAGE}{{page}}"),
            int(fields.get("page", 1)),
        )

    def _rating(self, fields: Fields) -> Reply:
        buttons = [self._button("rating", name, self.say(f"button_{name}")) for name in RATINGS]
        return Reply(self.say("ask_rating"), buttons=tuple(buttons))

    def _liked(self, fields: Fields) -> Reply:
        return self._aspects("liked", fields)

    def _disliked(self, fields: Fields) -> Reply:
        return self._aspects("disliked", fields)

    def _aspects(self, opinion: str, fields: Fields) -> Reply:
        chosen = [str(aspect) for aspect in fields.get(opinion, ())]
        text = self.say(f"ask_{opinion}")
        if chosen:
            text = self.say("ask_more_aspects", aspects=self.aspect_names(chosen))
        buttons = [
            self._button(opinion, aspect, self.say(f"aspect_{aspect}"))
            for aspect in aspects_left(fields, opinion)
        ]
        ending = self.say("button_done" if chosen else "button_nothing")
        return Reply(text, buttons=(*buttons, self._button(opinion, NOTHING, ending)))

    def _text(self, fields: Fields) -> Reply:
        skip = self._button("text", NOTHING, self.say("button_skip"))
        return Reply(self.say("ask_text"), buttons=(skip,))

    def _share(self, fields: Fields) -> Reply:
        concern = str(fields["concern"])
        name = "ask_share_safety" if concern == "safety" else "ask_share"
        words = {"concern": self.say(f"concern_{concern}")}
        asked = self._yes_no(
            "share", self.say(name, **words), "button_share", "button_do_not_share"
        )
        short = self._wording.short_text(f"utter_feedback_{name}", self._language, **words)
        return replace(asked, short_text=short)

    def _answer(self, fields: Fields) -> Reply:
        text = self.say("ask_answer")
        return self._yes_no("answer", text, "button_answer_me", "button_anonymous")

    def _still_wrong(self, fields: Fields) -> Reply:
        skip = self._button("still_wrong", NOTHING, self.say("button_skip"))
        return Reply(self.say("reopened", reference=fields["reference"]), buttons=(skip,))

    def _yes_no(self, step: str, text: str, yes: str, no: str) -> Reply:
        buttons = (self._button(step, YES, self.say(yes)), self._button(step, NO, self.say(no)))
        return Reply(text, buttons=buttons)

    def _button(self, step: str, value: str, title: str) -> Button:
        return Button(title, form_payload(TOPIC, step, value))


def aspects_left(fields: Fields, opinion: str) -> list[str]:
    """The aspects that can still be chosen: what is liked is not offered as disliked."""
    taken = {*fields.get("liked", ()), *fields.get("disliked", ())}
    return [aspect for aspect in ASPECTS if aspect not in taken]


def solved_buttons(wording: Wording, language: Language, reference: str) -> tuple[Button, Button]:
    """The answers to "is the problem solved?", fit for a notice outside any form."""
    yes = wording.text("utter_feedback_button_solved", language)
    no = wording.text("utter_feedback_button_not_solved", language)
    return (
        Button(yes, form_payload(TOPIC, "solved", f"{YES}:{reference}")),
        Button(no, form_payload(TOPIC, "solved", f"{NO}:{reference}")),
    )
