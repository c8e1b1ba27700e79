"""A linear intent classifier over words, characters and sounds."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.special import softmax
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.nlu.augmentation import Augmenter
from bot.nlu.clause_intents import add_clauses
from bot.nlu.components import TrainedComponent
from bot.nlu.entity_labels import labelled_words
from bot.nlu.intent_features import feature_views, readable_words, words_of_tokens
from bot.nlu.labelled_words import LabelledWords
from bot.nlu.linear_machines import Lesson, fit_machines
from bot.nlu.quick_scoring import Floats, QuickScorer

_MODEL_FILE = "intents.npz"
_TEMPERATURE_FILE = "temperature.json"
_RANKING = 10
# A copy counts less than what somebody wrote.
_WEIGHT_OF_COPY = 0.5
_TEMPERATURES = (0.05, 0.08, 0.1, 0.13, 0.17, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(TrainedComponent, IntentClassifier):
    """The views of `intent_features` under a linear SVM.

    The margins become confidences by a softmax whose temperature is fitted on a held-out fold of
    the training data, so that a confidence of 0.7 is right about seven times in ten. Measured
    against Rasa's default by `make bench` (benchmarks/README.md).
    """

    _scorer: QuickScorer | None = None
    _temperature = 1.0

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`penalty`: the SVM's C; `folds`: one fits the temperature; `copies` of each example."""
        return {"penalty": 0.3, "folds": 5, "copies": 3, "random_state": 42}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit and store the model; without examples there is none, and nothing is predicted."""
        examples = [
            (labelled_words(example), example.get(INTENT))
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT)
        ]
        if not examples:
            return self._resource
        self._scorer, self._temperature = self._fit(examples)
        with self._model_storage.write_to(self._resource) as folder:
            self._scorer.write(folder / _MODEL_FILE)
            (folder / _TEMPERATURE_FILE).write_text(json.dumps(self._temperature))
        return self._resource

    def read(self, folder: Path) -> None:
        """Take the stored model and its temperature."""
        self._scorer = QuickScorer.read(folder / _MODEL_FILE)
        self._temperature = json.loads((folder / _TEMPERATURE_FILE).read_text())

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and its ranking."""
        for message in messages:
            ranking = self._rank(words_of(message))
            message.set(
                "intent", ranking[0] if ranking else {"name": None, "confidence": 0.0}, True
            )
            message.set("intent_ranking", ranking, add_to_output=True)
            add_clauses(message, lambda tokens: self._rank(words_of_tokens(tokens)))
        return messages

    def _rank(self, words: str) -> list[dict[str, Any]]:
        if self._scorer is None or not words:
            return []
        margins = self._scorer.margins(words)
        confidences = softmax(margins / self._temperature)
        best = np.argsort(-confidences)[:_RANKING]
        names = self._scorer.classes
        return [{"name": names[place], "confidence": float(confidences[place])} for place in best]

    def _fit(self, examples: list[tuple[LabelledWords, str]]) -> tuple[QuickScorer, float]:
        """The model of all examples, and its temperature."""
        weighted = self._weighted_texts(examples)
        intents = np.array([intent for _, intent in weighted])
        weights = np.array([weight for weight, _ in weighted.values()])
        views = feature_views()
        matrix = views.fit_transform([text for text, _ in weighted])
        sources = np.array([source for _, source in weighted.values()])
        unseen = self._held_out(intents, weights)
        parts = [np.ones(intents.size, dtype=bool)]
        if unseen.size:
            # The copies of an example are in its fold.
            parts.append(~np.isin(sources, sources[unseen]))
        settings = {"C": self._config["penalty"], "random_state": self._config["random_state"]}
        machine, *others = fit_machines(
            [
                Lesson(matrix[part], intents[part], weights[part], _class_weights(intents[part]))
                for part in parts
            ],
            **settings,
        )
        temperatures = [_temperature(other, matrix[unseen], intents[unseen]) for other in others]
        classes = [str(intent) for intent in machine.classes_]
        scorer = QuickScorer.of(classes, views, machine.coef_, machine.intercept_)
        return scorer, temperatures[0] if temperatures else 1.0

    def _weighted_texts(
        self, examples: list[tuple[LabelledWords, str]]
    ) -> dict[tuple[str, str], tuple[float, int]]:
        """Of each text and intent the weight and the place of its example; copies come last."""
        weighted: dict[tuple[str, str], tuple[float, int]] = {}
        for place, (words, intent) in enumerate(examples):
            weighted.setdefault((readable_words(words.words), intent), (1.0, place))
        if self._config["copies"]:
            augmenter = Augmenter(words for words, _ in examples)
            for place, (words, intent) in enumerate(examples):
                for copy in islice(augmenter.copies(words, intent), 1, 1 + self._config["copies"]):
                    key = (readable_words(copy.words), intent)
                    weighted.setdefault(key, (_WEIGHT_OF_COPY, place))
        return weighted

    def _held_out(self, intents: Floats, weights: Floats) -> Floats:
        """The rows of a fold of what somebody wrote; none where there is too little."""
        written = np.flatnonzero(weights == 1.0)
        counts = Counter(intents[written].tolist())
        if len(counts) < 3 or min(counts.values()) < self._config["folds"]:
            return written[:0]
        folds = StratifiedKFold(
            self._config["folds"], shuffle=True, random_state=self._config["random_state"]
        )
        _, held_out = next(folds.split(written, intents[written]))
        return written[held_out]


def _class_weights(intents: Floats) -> dict[str, float]:
    """Rare intents count more, by the root of what would make all equal."""
    counts = Counter(intents.tolist())
    even = intents.size / len(counts)
    return {intent: float((even / count) ** 0.5) for intent, count in counts.items()}


def _temperature(machine: LinearSVC, unseen: Floats, intents: Floats) -> float:
    """The temperature with the least log loss on rows that the machine did not see.

    The views are those of all examples: reading them again takes half of the time and hardly
    moves the temperature.
    """
    margins = machine.decision_function(unseen)
    truth = np.searchsorted(machine.classes_, intents)
    losses = []
    for temperature in _TEMPERATURES:
        right = softmax(margins / temperature, axis=1)[range(intents.size), truth]
        losses.append(-float(np.log(np.maximum(right, 1e-9)).sum()))
    return _TEMPERATURES[losses.index(min(losses))]


def words_of(message: Message) -> str:
    """What the classifier reads of a message that has tokens."""
    return words_of_tokens(message.get(TOKENS_NAMES[TEXT]) or [])
