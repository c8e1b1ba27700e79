"""A linear intent classifier over words, characters and sounds."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.nlu.augmentation import Augmenter
from bot.nlu.clause_intents import add_clauses
from bot.nlu.components import TrainedComponent
from bot.nlu.entity_labels import labelled_words
from bot.nlu.intent_features import feature_views, readable_words, words_of_tokens
from bot.nlu.labelled_words import LabelledWords
from bot.nlu.linear_machines import Lesson, by_class, by_question, fit_machines
from bot.nlu.quick_scoring import Floats, QuickScorer
from bot.nlu.value_lessons import VALUE_MARGINS, value_lessons

_MODEL_FILE = "intents.npz"
_SETTINGS_FILE = "settings.json"
_RANKING = 10
# Of words from one place to another, the margins of the values of closed entities.
Margins = dict[tuple[int, int], dict[str, float]]
# A copy counts less than what somebody wrote.
_WEIGHT_OF_COPY = 0.5
_TEMPERATURES = (0.05, 0.08, 0.1, 0.13, 0.17, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(TrainedComponent, IntentClassifier):
    """The views of `intent_features` under a linear SVM.

    The margins become confidences by a softmax whose temperature is fitted on a held-out fold of
    the training data, so that a confidence of 0.7 is right about seven times in ten. Measured
    against Rasa's default by `make bench` (benchmarks/README.md). What the same views say of the
    values of closed entities is left on the message for WholeMessageExtractor.
    """

    _scorer: QuickScorer | None = None
    _temperature = 1.0
    _intents = 0  # so many of the scorer's classes are intents; the others are values

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`penalty`: the SVM's C; `folds`: one fits the temperature; `copies` of each example."""
        return {"penalty": 0.3, "folds": 5, "copies": 1, "random_state": 42}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit and store the model; without examples there is none, and nothing is predicted."""
        examples = [
            (labelled_words(example), example.get(INTENT))
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT)
        ]
        if not examples:
            return self._resource
        self._scorer = self._fit(examples)
        settings = {"temperature": self._temperature, "intents": self._intents}
        with self._model_storage.write_to(self._resource) as folder:
            self._scorer.write(folder / _MODEL_FILE)
            (folder / _SETTINGS_FILE).write_text(json.dumps(settings))
        return self._resource

    def read(self, folder: Path) -> None:
        """Take the stored model and its temperature."""
        self._scorer = QuickScorer.read(folder / _MODEL_FILE)
        settings = json.loads((folder / _SETTINGS_FILE).read_text())
        self._temperature, self._intents = settings["temperature"], settings["intents"]

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and its ranking, and the clauses of a message of several."""
        for message in messages:
            margins: Margins = {}
            ranking = self._rank(message.get(TOKENS_NAMES[TEXT]) or [], margins)
            message.set(
                "intent", ranking[0] if ranking else {"name": None, "confidence": 0.0}, True
            )
            message.set("intent_ranking", ranking, add_to_output=True)
            add_clauses(message, partial(self._rank, value_margins=margins))
            message.set(VALUE_MARGINS, margins)
        return messages

    def _rank(self, tokens: list[Token], value_margins: Margins) -> list[dict[str, Any]]:
        words = words_of_tokens(tokens)
        if self._scorer is None or not words:
            return []
        margins = self._scorer.margins(words)
        names = self._scorer.classes
        value_margins[tokens[0].start, tokens[-1].end] = dict(
            zip(names[self._intents :], margins[self._intents :].tolist(), strict=True)
        )
        confidences = _softmax(margins[: self._intents] / self._temperature)
        best = np.argsort(-confidences)[:_RANKING]
        return [{"name": names[place], "confidence": float(confidences[place])} for place in best]

    def _fit(self, examples: list[tuple[LabelledWords, str]]) -> QuickScorer:
        """The model of all examples; sets the temperature and the number of intents, too."""
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
        of_intents = [
            Lesson(matrix[part], intents[part], weights[part], _class_weights(intents[part]))
            for part in parts
        ]
        kinds = [frozenset(kind for *_, kind in words.spans()) for words, _ in examples]
        of_values = value_lessons(matrix, intents, weights, [kinds[source] for source in sources])
        settings = {"C": self._config["penalty"], "random_state": self._config["random_state"]}
        machines = fit_machines([*of_intents, *of_values.values()], **settings)
        if unseen.size:
            self._temperature = _temperature(machines[1], matrix[unseen], intents[unseen])
        classes = [str(intent) for intent in machines[0].classes_]
        self._intents = len(classes)
        kept = [by_class(machines[0]), *map(by_question, machines[len(of_intents) :])]
        coefficients, intercepts = zip(*kept, strict=True)
        return QuickScorer.of(
            [*classes, *of_values], views, np.vstack(coefficients), np.concatenate(intercepts)
        )

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
        right = _softmax(margins / temperature)[range(intents.size), truth]
        losses.append(-float(np.log(np.maximum(right, 1e-9)).sum()))
    return _TEMPERATURES[losses.index(min(losses))]


def _softmax(margins: Floats) -> Floats:
    """Along the last axis; scipy's checks take as long as all the rest for one message."""
    powers = np.exp(margins - margins.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
