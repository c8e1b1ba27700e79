"""Messages of nothing but emoji: a thumb up is a yes, a folded hand a thank you."""

from __future__ import annotations

from dataclasses import replace

import regex

from bot.services.dialogue import Heard

_MEANINGS = {
    "affirm": "👍👌✅🆗✔☑",
    "deny": "👎❌🙅✖🚫",
    "thank": "🙏❤😊🙂☺😀😃😄😁🥰😍💐🌹💕💖👏🤝",
    "greet": "👋",
}
_BY_EMOJI = {emoji: intent for intent, row in _MEANINGS.items() for emoji in row}
# Skin tones, joiners and variation selectors say nothing.
_NOT_SAID = regex.compile(r"[\s\u200b-\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")


def with_emoji_read(heard: Heard) -> Heard:
    """The message with the intent of its emoji, if it is nothing but emoji of one meaning."""
    emoji = _NOT_SAID.sub("", heard.text)
    meanings = {_BY_EMOJI.get(character, "") for character in emoji}
    if len(meanings) != 1 or meanings == {""}:
        return heard
    return replace(heard, intent=meanings.pop(), confidence=1.0)
