"""Entities of a closed list that a message holds, judged by the message as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.augmentation import Augmenter
from bot.nlu.certain_words_extractor import CertainWordsExtractor
from bot.nlu.components import TrainedComponent
from bot.nlu.entity_chances import ENTITY_CHANCES, Chances, likeliest_words
from bot.nlu.entity_labels import labelled_words
from bot.nlu.intent_features import feature_views, readable_words, words_of_tokens
from bot.nlu.linear_machines import Lesson, fit_machines
from bot.nlu.quick_scoring import QuickScorer

_FILE = "values.npz"
_WEIGHT_OF_COPY = 0.5
_ANY = "any"


@dataclass(frozen=True)
class _Part:
    """The tokens of a message from place `first` on that may hold the entity."""

    first: int
    tokens: Sequence[Token]

    def holds(self, entity: Mapping[str, Any]) -> bool:
        return bool(self.tokens[0].start <= entity["start"] < self.tokens[-1].end)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class WholeMessageExtractor(TrainedComponent):
    """A linear SVM for each value of a closed entity over the views of `intent_features`.

    The tagger must find the words that name an aspect or a feeling; often there are none that it
    knows ("can I sign for my mother"). Here three witnesses are added up for each value: the
    margin of the whole message, how likely the tagger thinks any of its words to be the value's,
    and whether the word lists found it. What they deny is dropped; what they affirm
    is found, over the words that the tagger thinks likeliest.
    """

    _scorer: QuickScorer | None = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What is sought in messages of which `intents`, and how the witnesses count.

        `single`: a message holds at most one of the values. `tagger` and `words`: what a certain
        tagger and a found word weigh against an SVM's margin; their sum must pass `threshold`.
        `penalty`: the SVM's C; `copies` of each example.
        """
        return {
            "entity": "aspect", "intents": ["ask_service"], "single": False,
            "tagger": 2.0, "words": 0.6, "threshold": 0.1,
            "penalty": 0.3, "copies": 3, "random_state": 42,
        }  # fmt: skip

    def train(self, training_data: TrainingData) -> Resource:
        """Fit and store the model; without examples that hold the entity there is none."""
        examples = [
            example
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT) in self._config["intents"]
        ]
        if any(self._values_in(example) for example in examples):
            self._scorer = self._fit(examples)
            with self._model_storage.write_to(self._resource) as folder:
                self._scorer.write(folder / _FILE)
        return self._resource

    def read(self, folder: Path) -> None:
        """Take the stored model."""
        self._scorer = QuickScorer.read(folder / _FILE)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add and drop entities of each message whose intent, or a part's, can hold them."""
        if self._scorer is None:
            return messages
        for message in messages:
            known: list[dict[str, Any]] = message.get(ENTITIES) or []
            chances: Chances = message.get(ENTITY_CHANCES) or {}
            judged = known
            for part in self._parts(message):
                judged = self._judge(self._scorer, part, judged, chances)
            if judged != known:
                message.set(ENTITIES, judged, add_to_output=True)
        return messages

    def _values_in(self, example: Message) -> frozenset[str]:
        entities: list[dict[str, Any]] = example.get(ENTITIES) or []
        return frozenset(str(e["value"]) for e in entities if e["entity"] == self._config["entity"])

    def _parts(self, message: Message) -> list[_Part]:
        """The whole of a message whose intent can hold the entity, or else such clauses."""
        tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
        intent: dict[str, Any] = message.get(INTENT) or {}
        clauses: list[dict[str, Any]] = message.get("clauses") or []
        intents = self._config["intents"]
        if not tokens:
            return []
        if intent.get("name") in intents:
            return [_Part(0, tokens)]
        parts = []
        for clause in clauses:
            places = [p for p, t in enumerate(tokens) if clause["start"] <= t.start < clause["end"]]
            if places and clause["intent"] in intents:
                parts.append(_Part(places[0], tokens[places[0] : places[-1] + 1]))
        return parts

    def _fit(self, examples: list[Message]) -> QuickScorer:
        augmenter = Augmenter(map(labelled_words, examples))
        weights: dict[str, float] = {}
        held: dict[str, frozenset[str]] = {}
        for example in examples:
            copies = augmenter.copies(labelled_words(example), example.get(INTENT))
            for place, copy in enumerate(islice(copies, 1 + self._config["copies"])):
                text = readable_words(copy.words)
                weights[text] = max(weights.get(text, 0.0), _WEIGHT_OF_COPY if place else 1.0)
                held.setdefault(text, self._values_in(example))
        values = tuple(sorted(frozenset().union(*held.values())))
        questions = [np.array([value in found for found in held.values()]) for value in values]
        if self._config["single"]:
            values = (*values, _ANY)
            questions.append(np.array([bool(found) for found in held.values()]))
        views = feature_views()
        matrix = views.fit_transform(weights)
        counts = np.array(list(weights.values()))
        machines = fit_machines(
            [Lesson(matrix, labels, counts) for labels in questions],
            C=self._config["penalty"],
            random_state=self._config["random_state"],
        )
        coefficients = np.vstack([machine.coef_ for machine in machines])
        intercepts = np.concatenate([machine.intercept_ for machine in machines])
        return QuickScorer.of(values, views, coefficients, intercepts)

    def _judge(
        self, scorer: QuickScorer, part: _Part, known: list[dict[str, Any]], chances: Chances
    ) -> list[dict[str, Any]]:
        name = self._config["entity"]
        here = [entity for entity in known if entity["entity"] == name and part.holds(entity)]
        sums = self._sums(scorer, part, here, chances)
        values = [value for value, total in sums.items() if total > self._config["threshold"]]
        if self._config["single"]:
            is_there = sums.pop(_ANY) > self._config["threshold"]
            values = [max(sums, key=sums.__getitem__)] if is_there else []
        found = []
        for value in values:
            its_own = [e for e in here if self._config["single"] or e["value"] == value]
            found.append(self._entity(part, value, its_own, chances))
        return [entity for entity in known if entity not in here] + found

    def _sums(
        self, scorer: QuickScorer, part: _Part, here: list[dict[str, Any]], chances: Chances
    ) -> dict[str, float]:
        """What the witnesses say together, for each value and for any of them."""
        margins = scorer.margins(words_of_tokens(part.tokens))
        by_words = {
            e["value"] for e in here if e.get("extractor") == CertainWordsExtractor.__name__
        }
        sums = {}
        for value, margin in zip(scorer.classes, margins, strict=True):
            likely = max(self._likely(part, value, chances), default=0.0)
            named = bool(by_words) if value == _ANY else value in by_words
            sums[value] = (
                float(margin) + self._config["tagger"] * likely + self._config["words"] * named
            )
        return sums

    def _likely(self, part: _Part, value: str, chances: Chances) -> Sequence[float]:
        """How likely each of the part's words is the value's, or any value's, to the tagger."""
        name = self._config["entity"]
        ours = [
            row[part.first : part.first + len(part.tokens)]
            for (entity, its_value), row in chances.items()
            if entity == name and value in (its_value, _ANY)
        ]
        return [sum(column) for column in zip(*ours, strict=True)]

    def _entity(
        self, part: _Part, value: str, found: list[dict[str, Any]], chances: Chances
    ) -> dict[str, Any]:
        """The likeliest of those found already, or one over the likeliest words."""
        likely = self._likely(part, _ANY if self._config["single"] else value, chances)

        def likelihood(entity: dict[str, Any]) -> float:
            inside = [
                chance
                for chance, token in zip(likely, part.tokens, strict=False)
                if token.start < entity["end"] and entity["start"] < token.end
            ]
            return max(inside, default=0.0)

        if found:
            likeliest = sorted(found, key=likelihood)[-1]
            return {**likeliest, "value": value}
        start, end = likeliest_words(likely) or (0, len(part.tokens))
        return {
            "entity": self._config["entity"],
            "value": value,
            "start": part.tokens[start].start,
            "end": part.tokens[end - 1].end,
            "extractor": type(self).__name__,
        }
