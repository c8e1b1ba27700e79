"""Entities that the tagger missed although the words can hardly mean anything else."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.aspect_words import find_aspects
from bot.nlu.place_names import KIND_WORDS, find_places
from bot.text.normalise import normalise_with_offsets

_ASKS_FOR_ASPECTS = "ask_service"
_NOTHING_OF_OURS = "out_of_scope"
_KHMER = re.compile("[\u1780-\u17b3]")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CertainWordsExtractor(GraphComponent):
    """Adds places of the gazetteer, and aspects where a service is asked about."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CertainWordsExtractor:
        """Rasa's constructor."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to each message; what is found already stays."""
        for message in messages:
            known = _believed(message)
            added = [*_places(message), *_aspects(message, known)]
            fresh = [entity for entity in added if not any(_overlap(entity, k) for k in known)]
            for entity in fresh:
                entity["extractor"] = type(self).__name__
            if fresh or known != (message.get(ENTITIES) or []):
                message.set(ENTITIES, [*known, *fresh], add_to_output=True)
        return messages


def _believed(message: Message) -> list[dict[str, Any]]:
    """What was found so far; the price of gold is no aspect of a service."""
    entities: list[dict[str, Any]] = message.get(ENTITIES, []) or []
    intent: dict[str, Any] = message.get(INTENT) or {}
    if intent.get("name") != _NOTHING_OF_OURS:
        return entities
    return [entity for entity in entities if entity["entity"] != "aspect"]


def _places(message: Message) -> list[dict[str, Any]]:
    tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
    text: str = message.get(TEXT) or ""
    words = tuple(token.lemma for token in tokens)
    found = []
    for name in find_places(words):
        if not name.certain:
            continue
        first, last = name.start, name.end - 1
        # The word for its kind belongs to the place, as in the training data.
        if first and words[first - 1] in KIND_WORDS:
            first -= 1
        elif last + 1 < len(words) and words[last + 1] in KIND_WORDS and _is_latin(words[last]):
            last += 1
        start, end = tokens[first].start, tokens[last].end
        found.append({"entity": "place", "value": text[start:end], "start": start, "end": end})
    return found


def _aspects(message: Message, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    intent: dict[str, Any] = message.get(INTENT) or {}
    if intent.get("name") != _ASKS_FOR_ASPECTS:
        return []
    values = {str(entity["value"]) for entity in known if entity["entity"] == "aspect"}
    normalised = normalise_with_offsets(message.get(TEXT) or "")
    found = []
    for value, begin, finish in find_aspects(normalised.text, values):
        start, end = normalised.original_span(begin, finish)
        found.append({"entity": "aspect", "value": value, "start": start, "end": end})
    return found


def _is_latin(word: str) -> bool:
    return not _KHMER.match(word)


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["start"] < other["end"] and other["start"] < one["end"])
