"""The language in which the citizen is to be answered."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.components import RuleComponent
from bot.text.language import detect

DEFAULT_LANGUAGE = "km"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageDetector(RuleComponent):
    """Adds the entity `reply_language`, which fills the slot `language` on every turn.

    The bridge sends what it knows as the message's metadata: `chosen_language`, set only by the
    citizen, wins; then the language of the message; for a message that is of no language (a
    number, an emoji) `last_language`, the one we last answered in. A message without that metadata
    does not come from the bridge (`rasa test`, `rasa shell`): the slot keeps its first value.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The language for somebody of whom nothing is known."""
        return {"default_language": DEFAULT_LANGUAGE}

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entity to each message."""
        for message in messages:
            if not message.get("metadata"):
                continue
            entity = {
                "entity": "reply_language",
                "value": self._language_of(message),
                "start": 0,
                "end": 0,
                "extractor": type(self).__name__,
            }
            message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
        return messages

    def _language_of(self, message: Message) -> str:
        known = message.get("metadata") or {}
        return str(
            known.get("chosen_language")
            or detect(message.get(TEXT) or "").language
            or known.get("last_language")
            or self._config["default_language"]
        )
