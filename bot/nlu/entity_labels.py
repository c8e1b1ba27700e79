"""Entities as a label for each word, and back."""

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


def read_labels(tokens: list[Token], labels: list[str], text: str) -> list[dict[str, Any]]:
    """The entities that the labels of a text's tokens stand for."""
    entities: list[dict[str, Any]] = []
    open_kind = None
    for token, label in zip(tokens, labels, strict=True):
        prefix, _, kind = label.partition("-")
        if label == OUTSIDE:
            open_kind = None
        elif prefix == "I" and kind == open_kind:
            entities[-1]["end"] = token.end
        else:
            open_kind = kind
            entities.append({"entity": kind, "start": token.start, "end": token.end})
    for entity in entities:
        name, _, value = entity["entity"].partition("=")
        entity["entity"] = name
        entity["value"] = value or text[entity["start"] : entity["end"]].strip()
    return entities
