"""Whole replies about budgets: the card with its picture, its link and the ways on from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from bot.db.models import Place, PublishedFigure
from bot.messages import Button, Reply
from bot.services.budget_card import BudgetCard, fit_short
from bot.services.budget_links import BudgetLinks
from bot.services.budget_places import children_of
from bot.services.budget_question import BudgetQuestion
from bot.services.budget_report import BudgetReport, report
from bot.services.budget_words import BudgetWords
from bot.services.budgets import EXPENDITURE, REVENUE, Side, years_of
from bot.services.dialogue import MOST_CHOICES, form_payload
from bot.services.published_figures import average_commune_plan, latest_of_the_country
from bot.text.digits import Language, format_number, format_riel_in_words
from bot.wording import Wording

_FORM_TOPIC = "budget"
# Answers to these are helped by the picture of planned and actual by chapter.
_WITH_PICTURE = frozenset({"", "chapters", "execution", "revenue"})


class BudgetAnswers:
    """Makes replies in one language; knows the ways on: another year, revenue, feedback."""

    def __init__(
        self, session: Session, wording: Wording, links: BudgetLinks, language: Language
    ) -> None:
        self._session = session
        self._words = BudgetWords(wording, language)
        self._links = links

    def about(
        self, place: Place, year: int | None, question: BudgetQuestion
    ) -> tuple[Reply, int | None]:
        """The answer to a question about one place, and the year it tells of."""
        found = report(self._session, place, year)
        if found is None:
            return self._missing(place, year), None
        words, told = self._words, found.budget.year
        card = BudgetCard(words, found, self._inside(place))
        wanted = question.side or found.budget.main.kind
        side = found.side(wanted)
        if side is None:
            text = words.say(f"utter_budget_{wanted}_unknown")
            reply = Reply(f"{words.title(found, self._inside(place))}\n{text}")
        elif question.topic:
            others = [other for other in found.budget.sides.values() if other is not side]
            reply = card.topic(question.topic, side, others)
        elif len(question.years) > 1:
            reply = self._since(min(question.years), place, card, side)
        else:
            reply = card.answer(question.aspect, side)
        return self._complete(reply, found, question, side), told

    def compare(self, first: Place, second: Place, year: int | None) -> Reply:
        """Two places side by side, in a year of which both are known."""
        words = self._words
        both = set(years_of(self._session, first.code)) & set(years_of(self._session, second.code))
        if year is None:
            year = max(both, default=None)
        lines = []
        for place in (first, second):
            found = report(self._session, place, year) if year else None
            lines.append(self._compared(place, found, year))
        heading = words.say("utter_budget_compared", year=words.year(year) if year else "–")
        text = "\n".join([heading, *lines])
        buttons = tuple(self._button_of(place, year) for place in (first, second))
        return Reply(text, short_text=fit_short([heading, *lines], buttons), buttons=buttons)

    def with_other_places(
        self, reply: Reply, codes: Sequence[str], question: BudgetQuestion
    ) -> Reply:
        """The reply with a button for the place that may have been meant instead."""
        year = max(question.years, default=None)
        if not codes:
            return reply
        other = self._button_of(self._session.get_one(Place, codes[0]), year)
        # Short enough for an SMS: the first way on, the way to feedback, the other place.
        buttons = (*reply.buttons[:1], *reply.buttons[-1:], other)
        short = fit_short(reply.short_text.splitlines(), buttons)
        return replace(reply, buttons=buttons, short_text=short)

    def which_place(self, codes: Sequence[str]) -> Reply:
        """The question which of several places of the same name is meant."""
        buttons = []
        for code in codes[:MOST_CHOICES]:
            place = self._session.get_one(Place, code)
            title = self._words.place(place, self._inside(place))
            buttons.append(Button(title, form_payload(_FORM_TOPIC, "place", code)))
        return Reply(self._words.say("utter_ask_which_place"), buttons=tuple(buttons))

    def national(self) -> Reply:
        """What is published for the whole country, in the currency of the source."""
        lines = [self._words.say("utter_budget_national")]
        lines += [self._published(figure) for figure in latest_of_the_country(self._session)]
        lines.append(self._words.say("utter_budget_of_places_too"))
        link = self._links.index(self._words.language)
        return Reply("\n".join(lines), short_text=fit_short(lines), link_url=link)

    def _since(self, year: int, place: Place, card: BudgetCard, side: Side) -> Reply:
        earlier = report(self._session, place, year)
        if earlier is None:
            return card.answer("", side)
        return card.change_since(earlier, side)

    def _compared(self, place: Place, found: BudgetReport | None, year: int | None) -> str:
        words = self._words
        name = words.place(place, self._inside(place))
        if found is None:
            return words.say(
                "utter_budget_none_of_year", place=name, year=words.year(year) if year else "–"
            )
        side = found.budget.main
        lines = [words.marked(f"• {name}", found.budget), words.totals(side)]
        per_person = found.per_person(side.amounts.latest)
        if per_person is not None:
            amount = words.amount(per_person)
            lines.append(words.say("utter_budget_per_person_short", amount=amount))
        return "\n".join(lines)

    def _missing(self, place: Place, year: int | None) -> Reply:
        """No figures of that year, or none at all: said plainly, with what there is instead."""
        words, name = self._words, self._words.place(place, self._inside(place))
        years = years_of(self._session, place.code)
        if years and year is not None:
            listed = ", ".join(words.year(known) for known in years)
            text = words.say(
                "utter_budget_no_such_year", place=name, year=words.year(year), years=listed
            )
            buttons = [
                Button(
                    words.say("utter_button_budget_of_year", year=words.year(known)),
                    _payload(place_code=place.code, year=str(known)),
                )
                for known in years[:MOST_CHOICES]
            ]
            return Reply(text, short_text=text, buttons=tuple(buttons))
        lines = [words.say("utter_budget_none", place=name)]
        announced = average_commune_plan(self._session, year or 2022)
        if announced is not None and place.level == "commune":
            lines.append(self._published(announced))
        buttons = self._nearby(place)
        if buttons:
            lines.append(words.say("utter_budget_known_nearby"))
        short = fit_short(lines[:1])
        return Reply("\n".join(lines), short_text=short, buttons=tuple(buttons))

    def _nearby(self, place: Place) -> list[Button]:
        """The places inside this one, or the one it lies in, of which there are figures."""
        inside = [p.place for p in children_of(self._session, place) if p.years]
        parent = self._inside(place)
        if not inside and parent is not None and years_of(self._session, parent.code):
            inside = [parent]
        return [
            Button(self._words.place(p), _payload(place_code=p.code)) for p in inside[:MOST_CHOICES]
        ]

    def _button_of(self, place: Place, year: int | None) -> Button:
        title = self._words.place(place, self._inside(place) if place.level == "commune" else None)
        asked = {"year": str(year)} if year else {}
        return Button(title, _payload(place_code=place.code, **asked))

    def _published(self, figure: PublishedFigure) -> str:
        words, is_khmer = self._words, self._words.language == "km"
        amounts = [figure.planned_riel, figure.actual_riel]
        riel = next((amount for amount in amounts if amount is not None), None)
        if riel is not None:
            amount = format_riel_in_words(riel, words.language)
        else:
            dollars = figure.planned_us_dollars or figure.actual_us_dollars or 0
            amount = words.say(
                "utter_budget_us_dollars", amount=format_number(dollars, words.language)
            )
        return words.say(
            "utter_budget_published",
            scope=figure.scope_km if is_khmer else figure.scope_en,
            figure=figure.name_km if is_khmer else figure.name_en,
            year=words.year(figure.year),
            amount=amount,
            source=urlsplit(figure.source_url).netloc.removeprefix("www.").rstrip("."),
        )

    def _complete(
        self, reply: Reply, found: BudgetReport, question: BudgetQuestion, side: Side | None
    ) -> Reply:
        language, code, year = self._words.language, found.place.code, found.budget.year
        has_picture = question.aspect in _WITH_PICTURE and not question.topic
        is_main = side is not None and side.kind == found.budget.main.kind
        picture = self._links.chart(code, year, language) if has_picture and is_main else ""
        buttons = tuple(self._ways_on(found, question, side))
        return replace(
            reply,
            short_text=fit_short(reply.short_text.splitlines(), buttons),
            buttons=buttons,
            image_url=picture,
            link_url=self._links.page(code, year, language),
        )

    def _ways_on(
        self, found: BudgetReport, question: BudgetQuestion, side: Side | None
    ) -> list[Button]:
        words, code, year = self._words, found.place.code, str(found.budget.year)
        buttons = []
        if found.previous is not None and question.aspect != "change":
            title = words.say("utter_button_budget_change", year=words.year(found.budget.year - 1))
            buttons.append(Button(title, _payload(place_code=code, year=year, choice="change")))
        other = EXPENDITURE if side is not None and side.kind == REVENUE else REVENUE
        if found.side(other) is not None:
            title = words.say(f"utter_button_budget_{other}")
            buttons.append(Button(title, _payload(place_code=code, year=year, choice=other)))
        if question.aspect != "largest":
            title = words.say("utter_button_budget_largest")
            buttons.append(Button(title, _payload(place_code=code, year=year, choice="largest")))
        opinion = f"/give_feedback{json.dumps({'place_code': code})}"
        return [*buttons[:2], Button(words.say("utter_button_budget_opinion"), opinion)]

    def _inside(self, place: Place) -> Place | None:
        return self._session.get(Place, place.parent_code) if place.parent_code else None


def _payload(**entities: str) -> str:
    return f"/ask_budget{json.dumps(entities, ensure_ascii=False)}"
