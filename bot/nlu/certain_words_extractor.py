"""Entities that the tagger missed although the words can hardly mean anything else."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.aspect_words import find_aspects
from bot.nlu.components import RuleComponent
from bot.nlu.overlaps import overlap
from bot.nlu.place_names import KIND_WORDS, find_places
from bot.nlu.possible_entities import BARE_ANSWER, Intents
from bot.nlu.rating_words import find_rating
from bot.text.language_names import (
    OTHER_LANGUAGE,
    language_named,
    languages_in_khmer,
    other_languages,
)
from bot.text.normalise import Normalised, normalise_with_offsets

_KHMER = re.compile("[\u1780-\u17b3]")
# "My district" names none.
_NO_NAMES = KIND_WORDS | {
    "my", "our", "your", "the", "this", "that", "other", "another", "which", "any", "a", "in",
    "knhom", "yeung", "nis", "na", "klas", "ខ្ញុំ", "យើង", "នេះ", "ណា", "ផ្សេង", "របស់",
}  # fmt: skip


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CertainWordsExtractor(RuleComponent):
    """Adds places, languages, ratings and aspects that the words name; drops what cannot be.

    Which of them a message can hold is said by its intent and those of its clauses.
    """

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to each message; what is found already and can be so stays."""
        for message in messages:
            intents = _intents_of(message)
            normalised = normalise_with_offsets(message.get(TEXT) or "")
            places = _places(message)
            ratings = [
                entity for entity in _ratings(normalised, intents.names) if intents.allow(entity)
            ]
            known = _believed(message, intents, places, ratings)
            added = [
                *places,
                *(_languages(message, normalised) if intents.may_hold("language") else ()),
                *ratings,
                *_aspects(normalised, known),
            ]
            fresh = [
                {**entity, "extractor": type(self).__name__}
                for entity in added
                if intents.allow(entity) and not any(overlap(entity, k) for k in known)
            ]
            if fresh or known != (message.get(ENTITIES) or []):
                message.set(ENTITIES, [*known, *fresh], add_to_output=True)
        return messages


def _intents_of(message: Message) -> Intents:
    whole: dict[str, Any] = message.get(INTENT) or {}
    return Intents(str(whole.get("name")), message.get("clauses") or [])


def _believed(
    message: Message,
    intents: Intents,
    places: list[dict[str, Any]],
    ratings: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """What was found so far and can be so.

    The gazetteer knows the edges of places better, and the words of a rating what they say: the
    tagger takes "not happy" for "happy" at times.
    """
    entities: list[dict[str, Any]] = message.get(ENTITIES, []) or []
    tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
    return [
        entity
        for entity in entities
        if intents.allow(entity)
        and not (entity["entity"] == "place" and any(overlap(entity, known) for known in places))
        and (entity["entity"] != "place" or _names(entity, tokens))
        and not (entity["entity"] == "rating" and any(overlap(entity, said) for said in ratings))
    ]


def _names(place: dict[str, Any], tokens: list[Token]) -> bool:
    words = {t.lemma for t in tokens if t.start < place["end"] and place["start"] < t.end}
    return not words <= _NO_NAMES


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


def _languages(message: Message, normalised: Normalised) -> list[dict[str, Any]]:
    tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
    found = [
        ("language", value, *normalised.original_span(start, end))
        for value, start, end in languages_in_khmer(normalised.text)
    ]
    found += [
        ("language", OTHER_LANGUAGE, *normalised.original_span(start, end))
        for start, end in other_languages(normalised.text)
    ]
    found += [
        ("language", value, token.start, token.end)
        for token in tokens
        if (value := language_named(token.lemma))
    ]
    return [_entity(*span) for span in found]


def _ratings(normalised: Normalised, intents: frozenset[str]) -> list[dict[str, Any]]:
    found = find_rating(normalised.text, asked=BARE_ANSWER in intents)
    if found is None:
        return []
    value, start, end = found
    return [_entity("rating", value, *normalised.original_span(start, end))]


def _aspects(normalised: Normalised, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    values = {str(entity["value"]) for entity in known if entity["entity"] == "aspect"}
    return [
        _entity("aspect", value, *normalised.original_span(start, end))
        for value, start, end in find_aspects(normalised.text, values)
    ]


def _entity(name: str, value: str, start: int, end: int) -> dict[str, Any]:
    return {"entity": name, "value": value, "start": start, "end": end}


def _is_latin(word: str) -> bool:
    return not _KHMER.match(word)
