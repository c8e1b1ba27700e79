"""Entities as a label for each word."""

from __future__ import annotations

from typing import Any

from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.labelled_words import OUTSIDE, LabelledWords

# Their values are a closed list, so the value is learnt with the label.
CLOSED_ENTITIES = frozenset({"aspect", "language", "rating"})


def labelled_words(message: Message) -> LabelledWords:
    """The words and labels of an example that has tokens."""
    tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
    entities: list[dict[str, Any]] = message.get(ENTITIES) or []
    words = tuple(token.lemma for token in tokens)
    return LabelledWords(words, tuple(label_tokens(tokens, entities)))


def label_tokens(tokens: list[Token], entities: list[dict[str, Any]]) -> list[str]:
    """One label per token: `O`, or `B-` or `I-` and the entity's name, with its value if closed."""
    labels = [OUTSIDE] * len(tokens)
    for entity in entities:
        name = entity["entity"]
        kind = f"{name}={entity['value']}" if name in CLOSED_ENTITIES else name
        prefix = "B-"
        for place, token in enumerate(tokens):
            if token.start < entity["end"] and entity["start"] < token.end:
                labels[place] = prefix + kind
                prefix = "I-"
    return labels


def kind_of(label: str) -> tuple[str, str]:
    """The entity and the value that a label stands for; both empty outside of entities."""
    entity, _, value = label.partition("-")[2].partition("=")
    return entity, value
