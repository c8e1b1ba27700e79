"""The menu, a page at a time, and how the assistant is used."""

from __future__ import annotations

from bot.messages import Reply
from bot.services.dialogue import Context, Heard, Turn, choice
from bot.services.spoken import spoken
from bot.text.digits import Language
from bot.wording import Wording

_NEXT_PAGE = '/ask_help{"page": "{page}"}'


class Menu:
    """Shows everything that the assistant can do to whoever only taps or writes numbers."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def page(self, language: Language, number: int = 1) -> Reply:
        """A page of the menu; its last button turns to the next."""
        return choice(
            self._wording,
            language,
            self._wording.text("utter_menu", language),
            self._wording.buttons("utter_menu", language),
            _NEXT_PAGE,
            number,
        )

    def help(self, heard: Heard, context: Context) -> Turn:
        """How the assistant is used, or the page of the menu behind a pressed button."""
        number = heard.chosen.get("page", "")
        if number.isdecimal():
            return Turn((self.page(heard.language, int(number)),), context)
        return Turn((spoken(self._wording, "utter_help", heard.language),), context)
