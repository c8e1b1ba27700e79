"""Answers that are one response of the domain."""

from __future__ import annotations

from collections.abc import Callable

from bot.messages import Reply
from bot.services.dialogue import Context, Heard, Turn
from bot.text.digits import Language
from bot.wording import Wording


def spoken(wording: Wording, name: str, language: Language, **values: object) -> Reply:
    """A response of the domain with its short form and its buttons."""
    return Reply(
        wording.text(name, language, **values),
        short_text=wording.short_text(name, language, **values),
        buttons=wording.buttons(name, language),
    )


def speaker(wording: Wording, name: str) -> Callable[[Heard, Context], Turn]:
    """What answers an intent with a response and leaves the conversation as it was.

    Our question, if one is open, stays open: thanks in between are no answer to it.
    """

    def answer(heard: Heard, context: Context) -> Turn:
        return Turn((spoken(wording, name, heard.language),), context)

    return answer
