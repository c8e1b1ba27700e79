"""The conductor: every action calls it, and it decides what a turn means (docs/conversation.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.db.models.base import now
from bot.services.corrections import Correction, correction_of
from bot.services.dialogue import Context, Heard, Turn
from bot.services.earlier_steps import (
    latest_step,
    remember_answer,
    remember_question,
    without_latest_step,
)
from bot.services.emoji import with_emoji_read
from bot.services.form_conductor import FormConductor
from bot.services.menu import Menu
from bot.services.mood import mood_of
from bot.services.mood_answers import calmed, question_behind
from bot.services.several_answers import parts_that_count, together
from bot.services.spoken import spoken
from bot.services.topics import Answer, Topic, Topics, form_topic
from bot.services.universal_words import UniversalWord, universal_word
from bot.wording import Wording

__all__ = ["Answer", "Conversation", "Topic", "form_topic"]

# So many misunderstandings in a row, and the menu and a person are offered instead of another try.
MOST_MISUNDERSTOOD = 2
# A surer intent is believed, however short the message is.
_SURE = 0.7
_LONGEST_FOLLOW_UP = 30
_UNKNOWN = frozenset({"nlu_fallback", "out_of_scope"})
# What is said between two questions leaves the topic as it was.
_NO_TOPIC = frozenset(
    {"", "greet", "goodbye", "thank", "affirm", "deny", "ask_help", "bot_challenge", "inform"}
    | {"change_language", "out_of_scope", "nlu_fallback", "stop_messages", "forget_me"}
)
# What nobody wants to see again when they say "back".
_NOT_WORTH_GOING_BACK_TO = _NO_TOPIC - {"ask_help", "inform", "affirm", "nlu_fallback"}


class Conversation:
    """Decides one turn after the other; knows the topics by what they answer, not what they are.

    `names_place` says whether a message holds a place that the engine did not mark as one.
    """

    def __init__(
        self,
        wording: Wording,
        topics: Sequence[Topic],
        names_place: Callable[[Heard], bool] = lambda heard: False,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._wording = wording
        self._topics = Topics(topics)
        self._forms = FormConductor(wording, self._topics, clock)
        self._names_place = names_place

    def take(self, said: Heard, context: Context) -> Turn:
        """The turn that answers a message.

        In order: a universal word; whether to go on with a form of yesterday; the open form's
        answer; the topic's own dialogue, after which an open form asks its question again. Two
        misunderstandings in a row lead to the menu.
        """
        heard = with_emoji_read(said)
        known = self._forms.without_lost_form(context)
        word = universal_word(heard.text)
        if word == "back":
            return self._back(heard, known)
        turn = self._universal(word, heard, known) if word else self._decided(heard, known)
        turn = self._counted(turn, heard, known)
        return self._remembered(self._forms.dated(turn, known), heard, known, word)

    def _universal(self, word: UniversalWord, heard: Heard, context: Context) -> Turn:
        if word == "cancel":
            reply = spoken(self._wording, "utter_cancelled", heard.language)
            return Turn((reply,), context.after(form=None, tiers=(), topic=""))
        reply = Menu(self._wording).page(heard.language)
        turn = Turn((reply,), context.after(topic=""))
        # Not the form's question itself: its choices would take the numbers from the menu's.
        return self._forms.with_resumption(turn, heard.language, context)

    def _decided(self, heard: Heard, context: Context) -> Turn:
        if mood_of(heard.text) == "danger":
            turn = Turn((spoken(self._wording, "utter_danger", heard.language),), context)
            return self._forms.with_open_question(turn, heard, context)
        resumed = self._forms.resumed(heard, context, self._answered)
        if resumed is not None:
            return resumed
        correction = correction_of(heard)
        filled = self._forms.filled(heard, correction, context)
        if filled is not None:
            return filled
        turn = self._corrected(correction, context) or self._answered(heard, context)
        turn = self._with_question_in_new_language(turn, heard, context)
        return self._forms.with_open_question(turn, heard, context)

    def _corrected(self, correction: Correction | None, context: Context) -> Turn | None:
        """The answer to a correction, if it makes sense where the conversation stands."""
        if correction is None:
            return None
        if not correction.surely and correction.heard.intent != "inform":
            return None
        turn = self._answered_one(correction.heard, context)
        return calmed(self._wording, turn, correction.heard, context) if turn.understood else None

    def _answered(self, said: Heard, context: Context) -> Turn:
        heard = question_behind(said)
        parts = parts_that_count(heard, self._topics.subject_of)
        if parts:
            turn = together(parts, context, self._part_answered)
        else:
            turn = self._answered_one(heard, context)
        return calmed(self._wording, turn, heard, context)

    def _part_answered(self, part: Heard, context: Context) -> Turn:
        if part.intent == "greet":
            return Turn((spoken(self._wording, "utter_greet_briefly", part.language),), context)
        return self._answered_one(part, context)

    def _answered_one(self, said: Heard, context: Context) -> Turn:
        heard = self._as_follow_up(said, context)
        answer = (
            self._topics.recogniser_of(heard)
            or self._taker_of_bare(heard, context)
            or self._topics.answer_of(heard.intent)
        )
        turn = answer(heard, context)
        if heard.intent not in _NO_TOPIC and turn.context.topic == context.topic:
            return replace(turn, context=replace(turn.context, topic=heard.intent))
        return turn

    def _as_follow_up(self, heard: Heard, context: Context) -> Heard:
        """A short message of which the engine is unsure, read by what was talked about last.

        "and the fee?" and "and in Battambang?" are nearly nothing without what went before.
        """
        if heard.confidence >= _SURE or heard.chosen or len(heard.text) > _LONGEST_FOLLOW_UP:
            return heard
        if heard.intent in _UNKNOWN and heard.place and heard.place == heard.text.strip():
            return replace(heard, intent="inform")
        if heard.aspects and context.topic == "ask_service":
            return replace(heard, intent="ask_service")
        takes_place = self._topics.is_taken_by({"place"}, context.topic)
        if takes_place and (heard.place or self._names_place(heard)):
            return replace(heard, intent="inform")
        return heard

    def _taker_of_bare(self, heard: Heard, context: Context) -> Answer | None:
        """Who takes a bare entity that answers none of our questions but that for a place."""
        if heard.intent != "inform" or heard.chosen or context.awaiting not in ("", "place"):
            return None
        entities = set(heard.entities)
        if "place" not in entities and self._names_place(heard):
            entities.add("place")
        return self._topics.taker_of_bare(entities, context.topic)

    def _with_question_in_new_language(self, turn: Turn, heard: Heard, before: Context) -> Turn:
        """After a change of language, our open question once more in the new one."""
        if turn.language is None or before.form is not None or not before.awaiting:
            return turn
        step = latest_step(before, replace(heard, language=turn.language))
        if step is None or step.heard is None or step.context is None:
            return turn
        again = self._answered(step.heard, step.context)
        context = replace(again.context, earlier=before.earlier)
        return replace(turn, replies=(*turn.replies, *again.replies), context=context)

    def _back(self, heard: Heard, context: Context) -> Turn:
        """The previous question or choice once more; the menu where there is none."""
        if context.form is not None:
            return self._forms.back(heard, context)
        earlier = without_latest_step(context)
        step = latest_step(earlier, heard)
        if step is None or step.heard is None or step.context is None:
            turn = self._universal("menu", heard, context)
            return replace(turn, context=replace(turn.context, earlier="", misunderstood=0))
        word = universal_word(step.heard.text)
        turn = (
            self._universal(word, step.heard, step.context)
            if word
            else self._corrected(correction_of(step.heard), step.context)
            or self._answered(step.heard, step.context)
        )
        context = replace(turn.context, earlier=earlier.earlier, misunderstood=0)
        return replace(turn, context=context)

    def _counted(self, turn: Turn, heard: Heard, before: Context) -> Turn:
        if turn.understood:
            return replace(turn, context=replace(turn.context, misunderstood=0))
        count = before.misunderstood + 1
        context = replace(turn.context, misunderstood=count)
        if count < MOST_MISUNDERSTOOD:
            return replace(turn, context=context)
        reply = spoken(self._wording, "utter_misunderstood_again", heard.language)
        return Turn((reply,), context.after(), understood=False)

    def _remembered(
        self, turn: Turn, heard: Heard, before: Context, word: UniversalWord | None
    ) -> Turn:
        """The turn with a step to go back to, if it asked or showed something."""
        after = turn.context
        if after.form is not None:
            if after.form != before.form:
                after = remember_question(after)
        elif before.form is not None:
            # What was sent or left cannot be taken up again by going back.
            after = replace(after, earlier="")
        elif turn.understood and (
            word or heard.intent not in _NOT_WORTH_GOING_BACK_TO or _moved(before, after)
        ):
            after = remember_answer(after, heard, before)
        return replace(turn, context=after)


def _moved(before: Context, after: Context) -> bool:
    """Whether a turn went on to another service, place, ticket or year, as a correction does."""
    subjects = ("service_id", "tiers", "place_code", "ticket_code", "year")
    return any(
        getattr(after, name) and getattr(after, name) != getattr(before, name) for name in subjects
    )
