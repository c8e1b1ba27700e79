"""The conductor: every action calls it, and it decides what a turn means (docs/conversation.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.services.dialogue import Context, FormDialogue, Heard, Turn
from bot.services.spoken import spoken
from bot.services.universal_words import UniversalWord, universal_word
from bot.wording import Wording

Answer = Callable[[Heard, Context], Turn]

# So many misunderstandings in a row, and the menu and a person are offered instead of another try.
MOST_MISUNDERSTOOD = 2
# What is said between two questions leaves the topic as it was.
_NO_TOPIC = frozenset(
    {"", "greet", "goodbye", "thank", "affirm", "deny", "ask_help", "bot_challenge", "inform"}
    | {"change_language", "out_of_scope", "nlu_fallback", "stop_messages", "forget_me"}
)


@dataclass(frozen=True)
class Topic:
    """A part of what the assistant can do: what answers each of its intents, and its form.

    An entity of `entities` said alone ("and in 2023?", a bare ticket code) goes to `bare`, whether
    this topic was talked about last or is the only one that knows the entity. A message that
    `recognises` knows (a reference code) goes to `bare` too, whatever the engine made of it.
    """

    answers: Mapping[str, Answer]
    form: FormDialogue | None = None
    entities: frozenset[str] = frozenset()
    bare: Answer | None = None
    recognises: Callable[[Heard], bool] | None = None


def form_topic(
    form: FormDialogue,
    intent: str,
    entities: Sequence[str] = (),
    recognises: Callable[[Heard], bool] | None = None,
) -> Topic:
    """The topic of a dialogue with a form, begun by an intent or by its entities said alone."""
    return Topic({intent: form.begin}, form, frozenset(entities), form.begin, recognises)


class Conversation:
    """Decides one turn after the other; knows the topics by what they answer, not what they are.

    `topics` must answer every intent of the domain, and `nlu_fallback`.
    """

    def __init__(self, wording: Wording, topics: Sequence[Topic]) -> None:
        self._wording = wording
        self._topics = topics
        self._answers = {
            intent: answer for topic in topics for intent, answer in topic.answers.items()
        }
        self._forms = {topic.form.topic: topic.form for topic in topics if topic.form}

    def take(self, heard: Heard, context: Context) -> Turn:
        """The turn that answers a message.

        In order: a universal word; the open form's answer; the topic's own dialogue, after which
        an open form asks its question again. Two misunderstandings in a row lead to the menu.
        """
        known = self._without_lost_form(context)
        word = universal_word(heard.text)
        if word is not None:
            return self._universal(word, heard, known)
        turn = self._filled(heard, known)
        if turn is None:
            turn = self._with_open_question(self._answered(heard, known), heard, known)
        return self._counted(turn, heard, known)

    def _universal(self, word: UniversalWord, heard: Heard, context: Context) -> Turn:
        understood = replace(context, misunderstood=0)
        if word == "cancel":
            reply = spoken(self._wording, "utter_cancelled", heard.language)
            return Turn((reply,), understood.after(form=None, tiers=(), topic=""))
        reply = spoken(self._wording, "utter_menu", heard.language)
        turn = Turn((reply,), understood.after(topic=""))
        return self._with_open_question(turn, heard, context)

    def _filled(self, heard: Heard, context: Context) -> Turn | None:
        """The message as an answer to a form's question, if it is one."""
        pressed = heard.chosen.get("form_topic", "")
        form = context.form
        if pressed and (form is None or form.topic != pressed):
            # A button of a form that was left: it begins anew.
            dialogue = self._forms.get(pressed)
            return dialogue.begin(heard, context) if dialogue else None
        if form is None or (heard.chosen and not pressed):
            return None
        return self._forms[form.topic].fill(heard, context)

    def _answered(self, heard: Heard, context: Context) -> Turn:
        bare = self._recognised(heard) or self._topic_of_entities(heard, context)
        answer = bare or self._answers.get(heard.intent) or self._answers["nlu_fallback"]
        turn = answer(heard, context)
        if heard.intent not in _NO_TOPIC and turn.context.topic == context.topic:
            return replace(turn, context=replace(turn.context, topic=heard.intent))
        return turn

    def _recognised(self, heard: Heard) -> Answer | None:
        return next(
            (topic.bare for topic in self._topics if topic.recognises and topic.recognises(heard)),
            None,
        )

    def _topic_of_entities(self, heard: Heard, context: Context) -> Answer | None:
        """What takes a bare entity: the last topic, else the only one that knows the entity."""
        if heard.intent != "inform" or heard.chosen or context.awaiting:
            return None
        fitting = [topic for topic in self._topics if topic.entities & set(heard.entities)]
        last = [topic for topic in fitting if context.topic in topic.answers]
        chosen = last or (fitting if len(fitting) == 1 else [])
        return chosen[0].bare if chosen else None

    def _with_open_question(self, turn: Turn, heard: Heard, before: Context) -> Turn:
        """The turn, and after it the question of a form that it has not moved."""
        form = turn.context.form
        if form is None or form != before.form:
            return turn
        question = self._forms[form.topic].ask(turn.context, turn.language or heard.language)
        return replace(turn, replies=(*turn.replies, question))

    def _counted(self, turn: Turn, heard: Heard, before: Context) -> Turn:
        if turn.understood:
            return replace(turn, context=replace(turn.context, misunderstood=0))
        count = before.misunderstood + 1
        context = replace(turn.context, misunderstood=count)
        if count < MOST_MISUNDERSTOOD:
            return replace(turn, context=context)
        reply = spoken(self._wording, "utter_misunderstood_again", heard.language)
        return Turn((reply,), context.after(), understood=False)

    def _without_lost_form(self, context: Context) -> Context:
        """The context without a form whose dialogue a release has taken away."""
        if context.form is None or context.form.topic in self._forms:
            return context
        return replace(context, form=None)
