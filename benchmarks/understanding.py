"""Rasa's understanding of a text, of the configured components or of a trained model."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import class_from_module_path
from rasa.shared.utils.io import read_yaml_file

from benchmarks.scoring import FALLBACK, Entity
from bot.nlu.entity_labels import CLOSED_ENTITIES

# Components of Rasa's own that config.yml names without their module.
_OF_RASA = {"FallbackClassifier": FallbackClassifier}
# Told by the bridge or the LanguageDetector, not understood from the words.
_NOT_JUDGED = frozenset({"reply_language"})


@dataclass(frozen=True)
class Understood:
    """`predicted`: the classifier's best intent; `answered`: the same after the threshold."""

    predicted: str
    answered: str
    entities: tuple[Entity, ...]


class Pipeline:
    """The components of a configuration, with their own training and processing code.

    Only what Rasa's graph would pass to their constructors is put together here.
    """

    def __init__(self, config: Path, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._components = [
            _create(item, folder, place)
            for place, item in enumerate(read_yaml_file(config)["pipeline"])
        ]

    def tokenize(self, data: TrainingData) -> TrainingData:
        """Set the tokens on the examples: once, since they are the same in each fold."""
        for component in self._components:
            if isinstance(component, Tokenizer):
                data = component.process_training_data(data)
        return data

    def train(self, data: TrainingData) -> None:
        """Train what is trainable, on examples that have tokens."""
        for component in self._components:
            if hasattr(component, "train"):
                component.train(data)

    def understand(self, text: str) -> Understood:
        """What the components, one after the other, make of a text."""
        messages = [Message.build(text)]
        for component in self._components:
            messages = component.process(messages)
        return read_parse(messages[0].as_dict())


class Model:
    """A trained model in this process, as the engine loads it."""

    def __init__(self, path: Path) -> None:
        self._loop = asyncio.new_event_loop()
        agent = Agent.load(path.resolve())
        assert agent.processor is not None, f"{path} was not loaded"
        self._processor = agent.processor

    def parse(self, text: str) -> dict[str, Any]:
        """Rasa's parse of a text."""
        message = UserMessage(text)
        return self._loop.run_until_complete(self._processor.parse_message(message))

    def understand(self, text: str) -> Understood:
        """The same, in the terms of the benchmarks."""
        return read_parse(self.parse(text))


def read_parse(parse: Mapping[str, Any]) -> Understood:
    """Intent before and after the fallback threshold, and entities, of Rasa's parse."""
    answered = str(parse["intent"]["name"])
    ranking = [intent["name"] for intent in parse.get("intent_ranking", [])]
    best = next((str(name) for name in ranking if name != FALLBACK), answered)
    return Understood(best, answered, read_entities(parse.get("entities", [])))


def read_entities(entities: Sequence[Mapping[str, Any]]) -> tuple[Entity, ...]:
    """Rasa's entities; the value counts only where it is one of a closed list."""
    return tuple(
        Entity(
            entity["entity"],
            entity["start"],
            entity["end"],
            str(entity["value"]) if entity["entity"] in CLOSED_ENTITIES else "",
        )
        for entity in entities
        if entity["entity"] not in _NOT_JUDGED
    )


def _create(item: Mapping[str, Any], folder: Path, place: int) -> Any:
    name = item["name"]
    component = _OF_RASA.get(name) or class_from_module_path(name)
    config = {**component.get_default_config(), **item}
    node = f"{place}_{name.rpartition('.')[2]}"
    context = ExecutionContext(GraphSchema({}), node_name=node)
    return component.create(config, LocalModelStorage(folder), Resource(node), context)
