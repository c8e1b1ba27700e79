"""Trains the AspectClassifier and judges messages by it; run by the engine's Python, in a folder.

Reads `{"examples": [[intent, text as in data/nlu], …], "messages": [{"text", "intent", "entities",
"clauses"}, …]}` and prints the entities of each message, by the component as it was trained and as
it was loaded again from the folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.entities_parser import parse_training_example
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.aspect_classifier import AspectClassifier
from bot.nlu.khmer_tokenizer import KhmerTokenizer


def judge(given: dict[str, Any], folder: Path) -> dict[str, list[list[dict[str, Any]]]]:
    node = "aspects"
    made = (
        AspectClassifier.get_default_config(),
        LocalModelStorage(folder),
        Resource(node),
        ExecutionContext(GraphSchema({}), node_name=node),
    )
    tokenizer = KhmerTokenizer({**KhmerTokenizer.get_default_config()})
    examples = [parse_training_example(text, intent) for intent, text in given["examples"]]
    trained = AspectClassifier.create(*made)
    trained.train(tokenizer.process_training_data(TrainingData(examples)))
    components = {"trained": trained, "loaded": AspectClassifier.load(*made)}
    return {
        name: [
            component.process(tokenizer.process([as_message(message)]))[0].get(ENTITIES) or []
            for message in given["messages"]
        ]
        for name, component in components.items()
    }


def as_message(told: dict[str, Any]) -> Message:
    message = Message({TEXT: told["text"], INTENT: {"name": told["intent"]}})
    for key in (ENTITIES, "clauses"):
        if told.get(key):
            message.set(key, told[key])
    return message


if __name__ == "__main__":
    print(json.dumps(judge(json.load(sys.stdin), Path(sys.argv[1]))))
