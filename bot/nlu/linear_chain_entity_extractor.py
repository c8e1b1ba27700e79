"""Entities by a conditional random field over words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pycrfsuite
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.augmentation import Augmenter
from bot.nlu.components import TrainedComponent
from bot.nlu.entity_chances import ENTITY_CHANCES, Chances, likely_entities
from bot.nlu.entity_labels import kind_of, labelled_words
from bot.nlu.labelled_words import OUTSIDE, LabelledWords, without_begins
from bot.nlu.word_features import sentence_features

_FILE = "entities.crfsuite"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LinearChainEntityExtractor(TrainedComponent, EntityExtractorMixin):
    """python-crfsuite over the words of KhmerTokenizer.

    The closed values of an entity (`aspect`: fee, documents…) are learnt as part of the label, so
    that a wording never seen before still gets one of the known values.
    """

    _tagger: _Tagger | None = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Regularisation of the field, its iterations, copies of an example.

        `least` is how often a feature must occur. More iterations, weaker regularisation and copies
        fit the examples better and messages of other hands worse.
        """
        return {"c1": 0.1, "c2": 0.2, "iterations": 45, "least": 2, "copies": 0}

    def train(self, training_data: TrainingData) -> Resource:
        """Fit and store the field; without an annotated example there is none."""
        if not training_data.entity_examples:
            return self._resource
        trainer = pycrfsuite.Trainer(verbose=False)
        trainer.set_params(
            {
                "c1": self._config["c1"],
                "c2": self._config["c2"],
                "max_iterations": self._config["iterations"],
                "feature.minfreq": self._config["least"],
                "feature.possible_transitions": True,
            }
        )
        for example in self._examples(training_data):
            trainer.append(sentence_features(example.words), without_begins(example.labels))
        with self._model_storage.write_to(self._resource) as folder:
            trainer.train(str(folder / _FILE))
            self._tagger = _open_tagger(folder / _FILE)
        return self._resource

    def _examples(self, training_data: TrainingData) -> Iterator[LabelledWords]:
        """Examples and their copies; of what holds no entity only the example itself."""
        examples = [
            (labelled_words(example), str(example.get(INTENT) or ""))
            for example in training_data.nlu_examples
            if example.get(TOKENS_NAMES[TEXT])
        ]
        augmenter = Augmenter(words for words, _ in examples)
        for words, intent in examples:
            copies = self._config["copies"] if words.spans() else 0
            yield from islice(augmenter.copies(words, intent), 1 + copies)

    def read(self, folder: Path) -> None:
        """Take the stored field."""
        self._tagger = _open_tagger(folder / _FILE)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to each message."""
        for message in messages:
            tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
            if self._tagger is None or not tokens:
                continue
            features = sentence_features(tuple(token.lemma for token in tokens))
            chances = self._tagger.chances(features)
            message.set(ENTITY_CHANCES, chances)
            found = self.add_extractor_name(likely_entities(tokens, chances, message.get(TEXT)))
            message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages


class _Tagger:
    """A tagger together with the bytes it reads from: crfsuite keeps only a pointer to them."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(self._content)
        self._kinds = [(label, kind_of(label)) for label in self._tagger.labels()]

    def chances(self, features: list[list[str]]) -> Chances:
        self._tagger.set(features)
        return {
            kind: [self._tagger.marginal(label, place) for place in range(len(features))]
            for label, kind in self._kinds
            if label != OUTSIDE
        }


def _open_tagger(path: Path) -> _Tagger:
    return _Tagger(path.read_bytes())
