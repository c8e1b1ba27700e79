"""Words of Khmer and Latin text as Rasa tokens."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.fingerprint import source_fingerprint
from bot.text.digits import to_latin_digits
from bot.text.normalise import normalise_with_offsets
from bot.text.segment import segment


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class KhmerTokenizer(Tokenizer):
    """Splits text that is written without spaces into words.

    `Token.text`, `start` and `end` are those of the raw message, so that entities are cut out of
    what the citizen wrote; `Token.lemma` is the normalised word with Latin digits, which is what
    the classifier and the tagger learn from.
    """

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable."""
        return ["khmercut"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's tokenizers all carry these two."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Retrain when any of our text code changes."""
        return source_fingerprint()

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of one attribute of a message; blank text has none."""
        raw = message.get(attribute)
        normalised = normalise_with_offsets(raw)
        tokens = []
        for word in segment(normalised.text):
            start, end = normalised.original_span(word.start, word.end)
            if word.text.strip() and end > start:
                lemma = to_latin_digits(word.text)
                tokens.append(Token(raw[start:end], start, end, lemma=lemma))
        return tokens
