"""Trains one of our components and judges messages by it.

Run by the engine's Python with a folder, the component's module and class, and what is asked of
each message: `entities` or `intent_ranking`. Reads `{"examples": [[intent, text as in data/nlu],
…], "messages": [{"text", "intent", "entities", "clauses"}, …], "config": {…}}` and prints the
answers by the component as it was trained and as it was loaded again from the folder.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.entities_parser import parse_training_example
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.components import TrainedComponent
from bot.nlu.khmer_tokenizer import KhmerTokenizer


def judge(
    component: type[TrainedComponent], asked: str, given: dict[str, Any], folder: Path
) -> dict[str, list[list[dict[str, Any]]]]:
    node = component.__name__
    made = (
        {**component.get_default_config(), **given["config"]},
        LocalModelStorage(folder),
        Resource(node),
        ExecutionContext(GraphSchema({}), node_name=node),
    )
    tokenizer = KhmerTokenizer({**KhmerTokenizer.get_default_config()})
    examples = [parse_training_example(text, intent) for intent, text in given["examples"]]
    trained = component.create(*made)
    trained.train(tokenizer.process_training_data(TrainingData(examples)))
    components = {"trained": trained, "loaded": component.load(*made)}
    return {
        name: [
            one.process(tokenizer.process([as_message(message)]))[0].get(asked) or []
            for message in given["messages"]
        ]
        for name, one in components.items()
    }


def as_message(told: dict[str, Any]) -> Message:
    message = Message({TEXT: told["text"], INTENT: {"name": told.get("intent")}})
    for key in (ENTITIES, "clauses"):
        if told.get(key):
            message.set(key, told[key])
    return message


if __name__ == "__main__":
    module, _, name = sys.argv[2].rpartition(".")
    component = getattr(import_module(module), name)
    print(json.dumps(judge(component, sys.argv[3], json.load(sys.stdin), Path(sys.argv[1]))))
