"""What the assistant can do, as the conductor sees it: who answers which intent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.services.dialogue import Context, FormDialogue, Heard, Turn

Answer = Callable[[Heard, Context], Turn]


@dataclass(frozen=True)
class Topic:
    """A part of what the assistant can do: what answers each of its intents, and its form.

    An entity of `entities` said alone ("and in 2023?", a bare ticket code) goes to `bare`, whether
    this topic was talked about last or is the only one that knows the entity. A message that
    `recognises` knows (a reference code) goes to `bare` too, whatever the engine made of it.
    `subject` names what a message is about (a service's id): two subjects are two questions.
    """

    answers: Mapping[str, Answer]
    form: FormDialogue | None = None
    entities: frozenset[str] = frozenset()
    bare: Answer | None = None
    recognises: Callable[[Heard], bool] | None = None
    subject: Callable[[Heard], str] | None = None


def form_topic(
    form: FormDialogue,
    intent: str,
    entities: Sequence[str] = (),
    recognises: Callable[[Heard], bool] | None = None,
) -> Topic:
    """The topic of a dialogue with a form, begun by an intent or by its entities said alone."""
    return Topic({intent: form.begin}, form, frozenset(entities), form.begin, recognises)


class Topics:
    """All topics together; they must answer every intent of the domain, and `nlu_fallback`."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._topics = topics
        self._by_intent = {intent: topic for topic in topics for intent in topic.answers}
        self._forms = {topic.form.topic: topic.form for topic in topics if topic.form}

    def answer_of(self, intent: str) -> Answer:
        """What answers an intent; an unknown one is answered like what was not understood."""
        known = intent if intent in self._by_intent else "nlu_fallback"
        return self._by_intent[known].answers[known]

    def form_named(self, name: str) -> FormDialogue | None:
        """The dialogue with the form of that name."""
        return self._forms.get(name)

    def taker_of_bare(self, entities: set[str], last_intent: str) -> Answer | None:
        """Who takes bare entities: the last topic that does, else the only one."""
        fitting = [topic for topic in self._topics if topic.bare and topic.entities & entities]
        last = [topic for topic in fitting if last_intent in topic.answers]
        chosen = last or (fitting if len(fitting) == 1 else [])
        return chosen[0].bare if chosen else None

    def recogniser_of(self, heard: Heard) -> Answer | None:
        """What takes a message that a topic knows by its words alone."""
        return next(
            (topic.bare for topic in self._topics if topic.recognises and topic.recognises(heard)),
            None,
        )

    def is_taken_by(self, entities: set[str], intent: str) -> bool:
        """Whether the topic of an intent takes one of the entities said alone."""
        topic = self._by_intent.get(intent)
        return bool(topic and topic.bare and topic.entities & entities)

    def subject_of(self, heard: Heard) -> str:
        """What a message is about, where its topic can tell."""
        topic = self._by_intent.get(heard.intent)
        return topic.subject(heard) if topic and topic.subject else ""
