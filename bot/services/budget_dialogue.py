"""A question about a budget: find the place and the year, ask what is missing, answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from bot.db.models import Place
from bot.db.models.base import now
from bot.messages import Reply
from bot.services.budget_answers import BudgetAnswers
from bot.services.budget_links import BudgetLinks
from bot.services.budget_named_places import NamedPlaces, Readings
from bot.services.budget_question import BudgetQuestion, read_question, without_level_words
from bot.services.dialogue import Context, Form, Heard, Turn, form_payload
from bot.services.place_choice import PlaceChoice
from bot.services.places import PlaceFinder
from bot.text.digits import Language
from bot.wording import Wording

TOPIC = "budget"
# "in", "at", "នៅ" beside a name say nothing more than the name.
_LONGEST_FILLER = 3
# What may be the name of a place that the engine took for something else.
_MAY_BE_A_PLACE = frozenset({"inform", "ask_budget", "find_office", "out_of_scope", "nlu_fallback"})


# Between a place's code and the page of the list that its button opens: "02:1".
_PAGE = ":"


class BudgetDialogue:
    """Answers questions about budgets for one turn, on one database session."""

    topic = TOPIC

    def __init__(
        self,
        session: Session,
        places: PlaceFinder,
        wording: Wording,
        links: BudgetLinks,
        today: date,
    ) -> None:
        self._session = session
        self._places = NamedPlaces(session, places)
        self._wording = wording
        self._choice = PlaceChoice(session, wording, _choice_payload, with_province=False)
        self._links = links
        self._today = today

    def begin(self, heard: Heard, context: Context) -> Turn:
        """The answer, or the question for the place that is missing."""
        named = [] if heard.chosen else self._places.read(heard)
        question = self._question(heard)
        if heard.chosen.get("form_topic") == TOPIC:
            return self._place_chosen(heard, context)
        if heard.chosen.get("place_code"):
            named = [[heard.chosen["place_code"]]]
        if question.national and not named:
            return self._left(context, self._answers(heard.language).national())
        if named:
            return self._about(named, question, heard, context)
        if self._is_known(question, context):
            return self._about([[context.place_code]], question, heard, context)
        return self._ask_place(question, heard, context)

    def fill(self, heard: Heard, context: Context) -> Turn | None:
        """Take the message as the place that was asked for, if it can be one."""
        if context.form is None:
            return None
        if heard.chosen:
            is_ours = heard.chosen.get("form_topic") == TOPIC
            return self._place_chosen(heard, context) if is_ours else None
        if heard.intent not in _MAY_BE_A_PLACE or self._asks_for_an_office(heard):
            return None
        asked = BudgetQuestion.from_fields(context.form.fields)
        named = self._places.read(heard, asked.level or "commune")
        if named:
            return self._about(named, self._merged(asked, heard), heard, context)
        if heard.intent == "ask_budget":
            merged = self._merged(asked, heard)
            if self._is_known(merged, context):
                return self._about([[context.place_code]], merged, heard, context)
            return self._ask_place(merged, heard, context)
        reply = Reply(self._say("utter_budget_place_not_found", heard.language))
        return Turn((reply,), context, understood=False)

    def ask(self, context: Context, language: Language) -> Reply:
        """The question for the place once more, with the provinces to tap."""
        question = self._say("utter_budget_ask_place", language)
        return self._choice.provinces(question, language)

    def _asks_for_an_office(self, heard: Heard) -> bool:
        """Whether more than a place is said: the engine takes bare names for this intent too."""
        if heard.intent != "find_office":
            return False
        left = without_level_words(self._places.without_names(heard.text))
        return any(len(word) > _LONGEST_FILLER for word in left.split())

    def _place_chosen(self, heard: Heard, context: Context) -> Turn:
        fields = context.form.fields if context.form and context.form.topic == TOPIC else {}
        question = BudgetQuestion.from_fields(fields)
        code, _, page = heard.chosen.get("choice", "").partition(_PAGE)
        opened = self._choice.list_of(code, page, heard.language)
        if opened is not None:
            return Turn((opened,), context.after(form=self._form(question)))
        return self._about([[heard.chosen.get("choice", "")]], question, heard, context)

    def _about(
        self, named: Sequence[Readings], question: BudgetQuestion, heard: Heard, context: Context
    ) -> Turn:
        """The answer about one place, or two compared, or the question which of several."""
        named = self._places.known_first(named)
        answers = self._answers(heard.language)
        meant = [self._places.most_likely(codes) for codes in named[:2]]
        if len(meant) == 1 and not meant[0]:
            form = self._form(question)
            return Turn((answers.which_place(named[0]),), context.after(form=form))
        places = [
            self._session.get(Place, code or codes[0])
            for code, codes in zip(meant, named, strict=False)
        ]
        first = places[0]
        if first is None:
            return self._ask_place(question, heard, context)
        second = places[1] if len(places) > 1 else None
        year = self._year_said_before(question, first, context)
        if second is not None:
            reply, told = answers.compare(first, second, year), year
        else:
            reply, told = answers.about(first, year, question)
            others = [code for code in named[0] if code != first.code]
            reply = answers.with_other_places(reply, others, question)
        after = context.after(
            place_code=first.code, year=str(told or ""), form=self._other(context)
        )
        return Turn((reply,), after)

    def _year_said_before(
        self, question: BudgetQuestion, place: Place, context: Context
    ) -> int | None:
        """The year of the question, else that of the conversation about the same place."""
        if question.years:
            return max(question.years)
        same = context.place_code == place.code and context.topic == "ask_budget"
        return int(context.year) if same and context.year.isdecimal() else None

    def _is_known(self, question: BudgetQuestion, context: Context) -> bool:
        """Whether the place of the conversation is the one that is meant."""
        place = self._session.get(Place, context.place_code) if context.place_code else None
        return place is not None and question.level in ("", place.level)

    def _ask_place(self, question: BudgetQuestion, heard: Heard, context: Context) -> Turn:
        asked = context.after(form=self._form(question))
        return Turn((self.ask(asked, heard.language),), asked)

    def _question(self, heard: Heard) -> BudgetQuestion:
        text = self._places.without_names(heard.text)
        return replace(
            read_question(replace(heard, text=text), self._today),
            level=read_question(heard, self._today).level,
        )

    def _merged(self, asked: BudgetQuestion, heard: Heard) -> BudgetQuestion:
        """The question that was asked, with what the answer adds to it: "Poipet, 2021"."""
        added = self._question(heard)
        return replace(
            asked,
            years=added.years or asked.years,
            aspect=added.aspect or asked.aspect,
            topic=added.topic or asked.topic,
            side=added.side or asked.side,
        )

    def _form(self, question: BudgetQuestion) -> Form:
        return Form(TOPIC, "place", now(), question.to_fields())

    def _other(self, context: Context) -> Form | None:
        """An open form of another topic; ours is done."""
        return context.form if context.form and context.form.topic != TOPIC else None

    def _left(self, context: Context, reply: Reply) -> Turn:
        return Turn((reply,), context.after(form=self._other(context)))

    def _answers(self, language: Language) -> BudgetAnswers:
        return BudgetAnswers(self._session, self._wording, self._links, language)

    def _say(self, name: str, language: Language) -> str:
        return self._wording.text(name, language)


def _choice_payload(code: str, page: str) -> str:
    return form_payload(TOPIC, "place", f"{code}{_PAGE}{page}" if page else code)
