"""Trains one of our components and judges messages by it.

Run by the engine's Python with a folder, the component's module and class, and what is asked of
each message: `entities` or `intent_ranking`. What must come before the component is trained and
asked, too; then the message holds again what was given. Reads `{"examples": [[intent, text as in
data/nlu], …], "messages": [{"text", "intent", "entities", "clauses"}, …]}` and prints the answers
by the components as they were trained and as they were loaded again from the folder.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.entities_parser import parse_training_example
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components import TrainedComponent
from bot.nlu.khmer_tokenizer import KhmerTokenizer


def judge(
    component: type[GraphComponent], asked: str, given: dict[str, Any], folder: Path
) -> dict[str, list[list[dict[str, Any]]]]:
    tokenizer = KhmerTokenizer({**KhmerTokenizer.get_default_config()})
    before = [one for one in component.required_components() if one is not Tokenizer]
    examples = [parse_training_example(text, intent) for intent, text in given["examples"]]
    tokenized = tokenizer.process_training_data(TrainingData(examples))
    trained, loaded = [], []
    for one in (*before, component):
        node = one.__name__
        made = (
            one.get_default_config(),
            LocalModelStorage(folder),
            Resource(node),
            ExecutionContext(GraphSchema({}), node_name=node),
        )
        trained.append(one.create(*made))
        if issubclass(one, TrainedComponent):
            trained[-1].train(tokenized)
        loaded.append(one.load(*made))
    return {
        name: [answer(tokenizer, components, told, asked) for told in given["messages"]]
        for name, components in (("trained", trained), ("loaded", loaded))
    }


def answer(
    tokenizer: KhmerTokenizer, components: list[Any], told: dict[str, Any], asked: str
) -> list[dict[str, Any]]:
    message = as_message(told)
    tokenizer.process([message])
    *before, component = components
    for one in before:
        one.process([message])
    take(message, told)
    component.process([message])
    return message.get(asked) or []


def as_message(told: dict[str, Any]) -> Message:
    message = Message({TEXT: told["text"]})
    take(message, told)
    return message


def take(message: Message, told: dict[str, Any]) -> None:
    message.set(INTENT, {"name": told.get("intent")})
    for key in (ENTITIES, "clauses"):
        if told.get(key):
            message.set(key, told[key])


if __name__ == "__main__":
    module, _, name = sys.argv[2].rpartition(".")
    component = getattr(import_module(module), name)
    print(json.dumps(judge(component, sys.argv[3], json.load(sys.stdin), Path(sys.argv[1]))))
