"""Giving feedback: what was said is taken, what is missing is asked, one question at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.db.models import Feedback
from bot.db.models.base import now
from bot.messages import Reply
from bot.services import feedback_reading as reading
from bot.services.dialogue import Context, Form, Heard, Turn
from bot.services.feedback import submit
from bot.services.feedback_following import FeedbackFollowing, asks_what_became
from bot.services.feedback_form import FeedbackForm
from bot.services.feedback_places import UnitPlaces
from bot.services.feedback_questions import TOPIC, FeedbackQuestions
from bot.services.feedback_reference import references_in
from bot.services.officials import readers
from bot.services.places import PlaceFinder
from bot.text.digits import Language
from bot.wording import Wording

Answer = Callable[[Heard, Context], Turn]

# So sure must the engine be that a message is a question before it is not taken as an answer.
_SURELY = 0.85
_QUESTIONS = frozenset(
    {"ask_service", "browse_services", "find_office", "ask_budget", "track_ticket"}
)
_ABOUT_THE_TALK = frozenset(
    {"change_language", "stop_messages", "forget_me", "talk_to_officer"}
    | {"ask_help", "bot_challenge"}
)
_QUESTION_WORDS = ("?", "តើ", "ប៉ុន្មាន", "how much", "where", "what ")


class FeedbackDialogue:
    """Takes feedback for one turn, on one database session.

    `secret` keys the authors; days are those of `zone`.
    """

    topic = TOPIC

    def __init__(
        self,
        session: Session,
        places: PlaceFinder,
        wording: Wording,
        secret: str,
        zone: ZoneInfo,
    ) -> None:
        self._session = session
        self._places = UnitPlaces(places)
        self._wording = wording
        self._secret = secret
        self._following = FeedbackFollowing(session, wording, secret, zone)

    def begin(self, heard: Heard, context: Context) -> Turn:
        """Take a complaint as it is and ask for the rest; tell what became of one that is named."""
        if self.names_reference(heard):
            return self._following.status(heard, context)
        form = self._form(context)
        if heard.chosen.get("form_topic") == TOPIC:
            return self._pressed(heard, context, form)
        if context.ticket_code:
            form.fields.setdefault("ticket", context.ticket_code)
        form.absorb(heard, context.place_code)
        return self._next(heard, context, form)

    def fill(self, heard: Heard, context: Context) -> Turn | None:
        """Take the message as the answer to the open question, if it can be one."""
        if context.form is None:
            return None
        step, form = context.form.step, self._form(context)
        if heard.chosen:
            of_us = heard.chosen.get("form_topic") == TOPIC
            return self._pressed(heard, context, form) if of_us else None
        if self.names_reference(heard) or self._is_about_something_else(heard):
            return None
        if heard.corrects and form.correct(heard):
            return self._next(heard, context, form)
        if step == "still_wrong":
            return self._following.still_wrong(heard, context)
        if step == "place":
            return self._place(heard, context, form)
        if form.answer(step, heard):
            return self._next(heard, context, form)
        return self._statement(heard, context, form) or self._again(heard, context, step, form)

    def ask(self, context: Context, language: Language) -> Reply:
        """The open question once more; raises `ValueError` where none is open."""
        if context.form is None:
            raise ValueError("no form is open")
        return self._questions(language).ask(context.form.step, context.form.fields)

    def names_reference(self, heard: Heard) -> bool:
        """Whether a message is about a feedback given earlier, whatever its intent."""
        return bool(references_in(heard.text)) or asks_what_became(heard.text)

    def or_solved(self, otherwise: Answer, *, solved: bool) -> Answer:
        """What takes a typed "yes" or "no": our question whether a problem is solved, or other."""

        def answer(heard: Heard, context: Context) -> Turn:
            turn = self._following.solved_answer(heard, context, solved=solved)
            return turn or otherwise(heard, context)

        return answer

    def _pressed(self, heard: Heard, context: Context, form: FeedbackForm) -> Turn:
        step, value = heard.chosen.get("step", ""), heard.chosen.get("choice", "")
        if step in ("solved", "gender", "age_group"):
            return self._following.pressed(step, value, heard, context)
        if step == "still_wrong":
            return self._following.still_wrong(heard, context)
        form.choose(step, value)
        return self._next(heard, context, form)

    def _place(self, heard: Heard, context: Context, form: FeedbackForm) -> Turn:
        found = form.answer_place(heard)
        if len(found) > 1:
            reply = self._questions(heard.language).which_place(found)
            return Turn((reply,), self._open(context, "place", form))
        if found:
            return self._next(heard, context, form)
        return self._statement(heard, context, form) or self._again(heard, context, "place", form)

    def _statement(self, heard: Heard, context: Context, form: FeedbackForm) -> Turn | None:
        """A complaint that is typed instead of an answer is taken, and the question asked again."""
        if form.fields.get("text") or not reading.read(heard.text).is_statement:
            return None
        form.absorb(heard)
        return self._next(heard, context, form)

    def _next(self, heard: Heard, context: Context, form: FeedbackForm) -> Turn:
        step = form.missing()
        if step:
            question = self._questions(heard.language).ask(step, form.fields)
            form.fields.pop("just_stated", None)
            return Turn((question,), self._open(context, step, form))
        feedback = submit(self._session, form.given(heard), self._secret, now())
        left = context.after(form=None, place_code=feedback.place_code)
        return Turn(self._thanks(feedback, heard.language), left)

    def _thanks(self, feedback: Feedback, language: Language) -> tuple[Reply, ...]:
        questions = self._questions(language)
        if feedback.kept_back:
            return (Reply(questions.say("kept_back", reference=feedback.reference)),)
        told = readers(self._session, feedback.place_code, feedback.unit)
        name = "received" if told else "received_no_office"
        known = {
            "unit": questions.say(f"unit_{feedback.unit}"),
            "place": questions.place(feedback.place_code),
            "rating": questions.say(f"rating_{feedback.rating}"),
            "reference": feedback.reference,
        }
        lines = []
        if feedback.contact_id and told:
            lines.append(questions.say("received_answer"))
        if feedback.shared_with_citizens_office and any(o.role == "citizens_office" for o in told):
            lines.append(questions.say("received_shared"))
        thanks = Reply(
            "\n".join([questions.say(name, **known), *lines]),
            short_text="\n".join([questions.say_shortly(name, **known), *lines]),
        )
        return (thanks, questions.about_you("gender", feedback.reference))

    def _again(self, heard: Heard, context: Context, step: str, form: FeedbackForm) -> Turn:
        questions = self._questions(heard.language)
        opening = questions.say("place_not_found" if step == "place" else "not_understood")
        question = questions.ask(step, form.fields)
        reply = replace(question, text=f"{opening}\n{question.text}")
        return Turn((reply,), self._open(context, step, form), understood=False)

    def _open(self, context: Context, step: str, form: FeedbackForm) -> Context:
        return context.after(form=Form(TOPIC, step, now(), form.fields))

    def _form(self, context: Context) -> FeedbackForm:
        form = context.form
        kept = form is not None and form.topic == TOPIC and form.step != "still_wrong"
        return FeedbackForm(form.fields if form and kept else {}, self._places)

    def _is_about_something_else(self, heard: Heard) -> bool:
        if heard.confidence < _SURELY:
            return False
        if heard.intent in _ABOUT_THE_TALK:
            return True
        asks = any(word in heard.text.lower() for word in _QUESTION_WORDS)
        return heard.intent in _QUESTIONS and asks

    def _questions(self, language: Language) -> FeedbackQuestions:
        return FeedbackQuestions(self._session, self._wording, language)
