"""Leads through forms: their answers, their open question, going back, and those of yesterday."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.messages import Button, Reply
from bot.services.corrections import Correction
from bot.services.dialogue import Context, Heard, Turn, form_payload
from bot.services.earlier_steps import latest_step, without_latest_step
from bot.services.spoken import spoken
from bot.services.topics import Answer, Topics
from bot.text.digits import Language
from bot.wording import Wording

# A form that was left half filled for longer is not simply gone on with.
LIVES = timedelta(hours=24)
# The "topic" behind the buttons of our question whether to go on.
_RESUMPTION = "resumption"
# These say nothing by themselves: after a day they need no answer but our question.
_BARE = frozenset({"", "affirm", "deny", "inform", "nlu_fallback", "out_of_scope"})


class FormConductor:
    """What happens to the form of a conversation in one turn."""

    def __init__(self, wording: Wording, topics: Topics, clock: Callable[[], datetime]) -> None:
        self._wording = wording
        self._topics = topics
        self._clock = clock

    def without_lost_form(self, context: Context) -> Context:
        """The context without a form whose dialogue a release has taken away."""
        if context.form is None or self._topics.form_named(context.form.topic):
            return context
        return replace(context, form=None, earlier="")

    def dated(self, turn: Turn, before: Context) -> Turn:
        """The turn with the moment of its form's question, if the form moved."""
        form = turn.context.form
        if form is None or form == before.form:
            return turn
        asked = replace(form, asked_at=self._clock())
        return replace(turn, context=replace(turn.context, form=asked))

    def filled(self, heard: Heard, correction: Correction | None, context: Context) -> Turn | None:
        """The message as an answer to a form's question, or as the correction of one."""
        pressed = heard.chosen.get("form_topic", "")
        form = context.form
        if pressed and (form is None or form.topic != pressed):
            # A button of a form that was left: it begins anew.
            left = self._topics.form_named(pressed)
            return left.begin(heard, context) if left else None
        dialogue = self._topics.form_named(form.topic) if form else None
        if dialogue is None or (heard.chosen and not pressed):
            return None
        tries = [heard]
        if correction is not None:
            tries.insert(0 if correction.surely else 1, correction.heard)
        turns = (dialogue.fill(said, context) for said in tries)
        return next((turn for turn in turns if turn is not None), None)

    def with_open_question(self, turn: Turn, heard: Heard, before: Context) -> Turn:
        """The turn, and after it the question of a form that it has not moved."""
        form = turn.context.form
        if form is None or form != before.form:
            return turn
        question = self._question(turn.context, turn.language or heard.language)
        return replace(turn, replies=(*turn.replies, question))

    def back(self, heard: Heard, context: Context) -> Turn:
        """The form's previous question; at the first one, the first one again."""
        earlier = without_latest_step(context)
        step = latest_step(earlier, heard)
        form = step.form if step else None
        if form is None or context.form is None or form.topic != context.form.topic:
            first = Reply(self._wording.text("utter_first_question", heard.language))
            return Turn((first, self._question(context, heard.language)), context)
        asked = replace(earlier, form=replace(form, asked_at=self._clock()), misunderstood=0)
        return Turn((self._question(asked, heard.language),), asked)

    def resumed(self, heard: Heard, context: Context, answered: Answer) -> Turn | None:
        """Whether to go on with a form of yesterday: the question, or what follows its answer.

        None where no form is too old. A question of the citizen is answered first.
        """
        form = context.form
        if form is None:
            return None
        asked = context.awaiting == "resumption"
        pressed = heard.chosen.get("form_topic", "")
        choice = heard.chosen.get("choice", "") if pressed == _RESUMPTION else ""
        if choice == "yes" or (asked and heard.intent == "affirm"):
            going_on = context.after(form=replace(form, asked_at=self._clock()))
            return Turn((self._question(going_on, heard.language),), going_on)
        if choice == "no" or (asked and heard.intent == "deny"):
            reply = spoken(self._wording, "utter_cancelled", heard.language)
            return Turn((reply,), context.after(form=None))
        if self._clock() - form.asked_at <= LIVES or pressed == form.topic:
            return None
        turn = None if heard.intent in _BARE and not heard.chosen else answered(heard, context)
        return self.with_resumption(turn or Turn((), context), heard.language, context)

    def with_resumption(self, turn: Turn, language: Language, before: Context) -> Turn:
        """The turn, and after it the question whether to go on with a form it has not moved."""
        if turn.context.form is None or turn.context.form != before.form:
            return turn
        question = self._question(turn.context, language).text.strip().split("\n")[-1]
        text = self._wording.text("utter_ask_resumption", language, question=question)
        buttons = tuple(
            Button(self._wording.text(name, language), form_payload(_RESUMPTION, "", choice))
            for name, choice in (("utter_button_go_on", "yes"), ("utter_button_leave", "no"))
        )
        context = replace(turn.context, awaiting="resumption")
        return replace(turn, replies=(*turn.replies, Reply(text, buttons=buttons)), context=context)

    def _question(self, context: Context, language: Language) -> Reply:
        form = context.form
        dialogue = self._topics.form_named(form.topic) if form else None
        assert dialogue is not None, "a form without its dialogue was taken out before"  # noqa: S101  an invariant
        return dialogue.ask(context, language)
