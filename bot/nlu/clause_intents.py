"""What the parts of a message mean by themselves, for messages that say several things at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.text.clauses import clauses

Ranking = list[dict[str, Any]]


def add_clauses(message: Message, rank: Callable[[list[Token]], Ranking]) -> None:
    """Put the parts of a message into its `clauses`, each with its span, intent and confidence.

    Nothing is added to a message of one part. The conductor decides whether they count.
    """
    text: str = message.get(TEXT) or ""
    spans = clauses(text)
    if len(spans) < 2:
        return
    tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
    found = []
    for start, end in spans:
        ranking = rank([token for token in tokens if start <= token.start < end])
        best = ranking[0] if ranking else {"name": "", "confidence": 0.0}
        found.append(
            {"start": start, "end": end, "intent": best["name"], "confidence": best["confidence"]}
        )
    message.set("clauses", found, add_to_output=True)
