"""Entities of a closed list that a message holds, judged by the message as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.certain_words_extractor import CertainWordsExtractor
from bot.nlu.components import RuleComponent
from bot.nlu.entity_chances import ENTITY_CHANCES, Chances, likeliest_words
from bot.nlu.linear_intent_classifier import LinearIntentClassifier
from bot.nlu.possible_entities import OF_WHOLE_MESSAGES, Intents, intents_with
from bot.nlu.value_lessons import VALUE_MARGINS

# The value of an entity as such, whichever it is.
_ANY = ""


@dataclass(frozen=True)
class _Part:
    """Tokens of a message, from place `first` on, that may hold the entity, and what is known."""

    entity: str
    first: int
    tokens: Sequence[Token]
    margins: Mapping[str, float]
    chances: Chances

    @property
    def single(self) -> bool:
        return _ANY in self.margins

    def holds(self, entity: Mapping[str, Any]) -> bool:
        is_inside = self.tokens[0].start <= entity["start"] < self.tokens[-1].end
        return bool(entity["entity"] == self.entity and is_inside)

    def likely(self, value: str) -> Sequence[float]:
        """How likely each of the words is the value's, or any value's, to the tagger."""
        ours = [
            row[self.first : self.first + len(self.tokens)]
            for (entity, its_value), row in self.chances.items()
            if entity == self.entity and value in (its_value, _ANY)
        ]
        return [sum(column) for column in zip(*ours, strict=True)]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class WholeMessageExtractor(RuleComponent):
    """Judges the values of closed entities by a linear SVM for each, over the whole message.

    The tagger must find the words that name an aspect or a feeling; often there are none that it
    knows ("can I sign for my mother"). Here three witnesses are added up for each value: the
    margin of the whole message, how likely the tagger thinks any of its words to be the value's,
    and whether the word lists found it. What they deny is dropped; what they affirm
    is found, over the words that the tagger thinks likeliest.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """How the witnesses count.

        `tagger` and `words`: what a certain tagger and a found word weigh against an SVM's margin;
        their sum must pass `threshold`.
        """
        return {"tagger": 2.0, "words": 0.6, "threshold": 0.2}

    @classmethod
    def required_components(cls) -> list[type]:
        """The margins come first."""
        return [LinearIntentClassifier]

    def process(self, messages: list[Message]) -> list[Message]:
        """Add and drop entities of each message whose intent, or a part's, can hold them."""
        for message in messages:
            known: list[dict[str, Any]] = message.get(ENTITIES) or []
            judged = known
            for entity in OF_WHOLE_MESSAGES:
                for part in _parts(message, entity):
                    judged = self._judge(part, judged)
            if judged != known:
                message.set(ENTITIES, judged, add_to_output=True)
        return messages

    def _judge(self, part: _Part, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
        here = [entity for entity in known if part.holds(entity)]
        sums = self._sums(part, here)
        values = [value for value, total in sums.items() if total > self._config["threshold"]]
        if part.single:
            is_there = sums.pop(_ANY) > self._config["threshold"]
            named = [value for value in sums if value in _named(here)]
            values = [max(named or sums, key=sums.__getitem__)] if is_there else []
        found = []
        for value in values:
            its_own = [e for e in here if part.single or e["value"] == value]
            found.append(_entity(part, value, its_own))
        return [entity for entity in known if entity not in here] + found

    def _sums(self, part: _Part, here: list[dict[str, Any]]) -> dict[str, float]:
        """What the witnesses say together, for each value and for any of them."""
        by_words = _named(here)
        sums = {}
        for value, margin in part.margins.items():
            likely = max(part.likely(value), default=0.0)
            named = bool(by_words) if value == _ANY else value in by_words
            sums[value] = margin + self._config["tagger"] * likely + self._config["words"] * named
        return sums


def _named(entities: list[dict[str, Any]]) -> frozenset[str]:
    """The values that words of the lists say."""
    return frozenset(
        entity["value"]
        for entity in entities
        if entity.get("extractor") == CertainWordsExtractor.__name__
    )


def _parts(message: Message, entity: str) -> Iterator[_Part]:
    """The whole of a message whose intent can hold the entity, or else such clauses."""
    tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
    intent: dict[str, Any] = message.get(INTENT) or {}
    clauses = Intents(str(intent.get("name")), message.get("clauses") or []).sure_clauses
    intents = intents_with(entity)
    if not tokens:
        return
    if intent.get("name") in intents:
        clauses = [{"start": tokens[0].start, "end": tokens[-1].end, "intent": intent["name"]}]
    margins: Mapping[tuple[int, int], Mapping[str, float]] = message.get(VALUE_MARGINS) or {}
    for clause in clauses:
        places = [p for p, t in enumerate(tokens) if clause["start"] <= t.start < clause["end"]]
        if not places or clause["intent"] not in intents:
            continue
        part = tokens[places[0] : places[-1] + 1]
        judged = {
            name.partition("=")[2]: margin
            for name, margin in margins.get((part[0].start, part[-1].end), {}).items()
            if name.partition("=")[0] == entity
        }
        if judged:
            yield _Part(entity, places[0], part, judged, message.get(ENTITY_CHANCES) or {})


def _entity(part: _Part, value: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    """The likeliest of those found already, or one over the likeliest words."""
    likely = part.likely(_ANY if part.single else value)

    def likelihood(entity: dict[str, Any]) -> float:
        inside = [
            chance
            for chance, token in zip(likely, part.tokens, strict=False)
            if token.start < entity["end"] and entity["start"] < token.end
        ]
        return max(inside, default=0.0)

    if found:
        return {**sorted(found, key=likelihood)[-1], "value": value}
    start, end = likeliest_words(likely) or (0, len(part.tokens))
    return {
        "entity": part.entity,
        "value": value,
        "start": part.tokens[start].start,
        "end": part.tokens[end - 1].end,
        "extractor": WholeMessageExtractor.__name__,
    }
