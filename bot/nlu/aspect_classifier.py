"""Which aspects of a service a question is about, judged by the whole message."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from bot.nlu.augmentation import Augmenter
from bot.nlu.components import TrainedComponent
from bot.nlu.entity_labels import labelled_words
from bot.nlu.intent_features import feature_views, readable_words, words_of_tokens
from bot.nlu.quick_scoring import Floats, QuickScorer

_ASPECT = "aspect"
_ASKS_FOR_ASPECTS = "ask_service"
_FILE = "aspects.joblib"
_WEIGHT_OF_COPY = 0.5
_TOLERANCE = 0.01
_LONGEST_REASON = 3
# A longer run of words must speak this much more for the aspect.
_COST_OF_A_WORD = 0.15


@dataclass(frozen=True)
class _Model:
    """One row of `coefficients` and one of `intercepts` for each of the aspects."""

    views: FeatureUnion
    coefficients: Floats
    intercepts: Floats
    aspects: tuple[str, ...]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class AspectClassifier(TrainedComponent):
    """A linear SVM for each aspect over the views of `intent_features`.

    The tagger must find the words that name an aspect; often there are none ("can I sign for my
    mother"). Here the message decides as a whole, and the words that speak most for the aspect
    become the entity. What the tagger found and the message clearly denies is dropped.
    """

    _aspects: tuple[str, ...] = ()
    _scorer: QuickScorer | None = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`penalty`: the SVM's C; margins above `certain` add and below `denied` drop an aspect."""
        return {"penalty": 0.3, "certain": 0.0, "denied": -0.9, "random_state": 42}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit and store the model; without questions that name an aspect there is none."""
        examples = [
            example
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT) == _ASKS_FOR_ASPECTS
        ]
        if not any(_aspects_in(example) for example in examples):
            return self._resource
        model = self._fit(examples)
        self._use(model)
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(model, folder / _FILE, compress=3)
        return self._resource

    def read(self, folder: Path) -> None:
        """Take the stored model."""
        self._use(joblib.load(folder / _FILE))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add and drop aspects of each message that asks about a service."""
        for message in messages:
            known: list[dict[str, Any]] = message.get(ENTITIES) or []
            judged = known
            for tokens in _questions(message):
                judged = self._judge(tokens, judged)
            if judged is not known:
                message.set(ENTITIES, judged, add_to_output=True)
        return messages

    def _use(self, model: _Model) -> None:
        self._aspects = model.aspects
        self._scorer = QuickScorer(model.views, model.coefficients, model.intercepts)

    def _fit(self, examples: list[Message]) -> _Model:
        augmenter = Augmenter(map(labelled_words, examples))
        weights: dict[str, float] = {}
        named: dict[str, frozenset[str]] = {}
        for example in examples:
            copies = augmenter.copies(labelled_words(example), _ASKS_FOR_ASPECTS)
            for place, copy in enumerate(copies):
                text = readable_words(copy.words)
                weights[text] = max(weights.get(text, 0.0), _WEIGHT_OF_COPY if place else 1.0)
                named.setdefault(text, _aspects_in(example))
        aspects = tuple(sorted(frozenset().union(*named.values())))
        views = feature_views()
        matrix = views.fit_transform(weights)
        classifiers = [
            LinearSVC(
                C=self._config["penalty"],
                tol=_TOLERANCE,
                random_state=self._config["random_state"],
            ).fit(matrix, [aspect in found for found in named.values()], list(weights.values()))
            for aspect in aspects
        ]
        coefficients = np.vstack([classifier.coef_ for classifier in classifiers])
        intercepts = np.concatenate([classifier.intercept_ for classifier in classifiers])
        return _Model(views, coefficients, intercepts, aspects)

    def _judge(self, tokens: list[Token], known: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if self._scorer is None or not tokens:
            return known
        margins = self._scorer.margins(words_of_tokens(tokens))
        begin, end = tokens[0].start, tokens[-1].end
        here = {
            str(entity["value"])
            for entity in known
            if entity["entity"] == _ASPECT and begin <= entity["start"] < end
        }
        denied = {
            aspect
            for aspect, margin in zip(self._aspects, margins, strict=True)
            if margin < self._config["denied"] and aspect in here
        }
        added = [
            self._reason(self._scorer, tokens, place)
            for place, (aspect, margin) in enumerate(zip(self._aspects, margins, strict=True))
            if margin > self._config["certain"] and aspect not in here
        ]
        if not denied and not added:
            return known
        return [e for e in known if e["entity"] != _ASPECT or e["value"] not in denied] + added

    def _reason(self, scorer: QuickScorer, tokens: list[Token], place: int) -> dict[str, Any]:
        """The entity over those few words without which the message would least ask for it."""
        best, best_start, best_end = float("inf"), 0, len(tokens)
        for length in range(1, min(_LONGEST_REASON, len(tokens) - 1) + 1):
            for start in range(len(tokens) - length + 1):
                rest = tokens[:start] + tokens[start + length :]
                left = float(scorer.margins(words_of_tokens(rest))[place])
                left += _COST_OF_A_WORD * length
                if left < best:
                    best, best_start, best_end = left, start, start + length
        start, end = tokens[best_start].start, tokens[best_end - 1].end
        value = self._aspects[place]
        return {
            "entity": _ASPECT,
            "value": value,
            "start": start,
            "end": end,
            "extractor": type(self).__name__,
        }


def _questions(message: Message) -> list[list[Token]]:
    """The tokens of each part of the message that asks about a service."""
    tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
    clauses: list[dict[str, Any]] = message.get("clauses") or []
    if clauses:
        return [
            [token for token in tokens if clause["start"] <= token.start < clause["end"]]
            for clause in clauses
            if clause["intent"] == _ASKS_FOR_ASPECTS
        ]
    intent: dict[str, Any] = message.get(INTENT) or {}
    return [tokens] if intent.get("name") == _ASKS_FOR_ASPECTS else []


def _aspects_in(example: Message) -> frozenset[str]:
    entities: list[dict[str, Any]] = example.get(ENTITIES) or []
    return frozenset(str(e["value"]) for e in entities if e["entity"] == _ASPECT)
