"""What stands in Messenger's menu and among its first questions.

A provider sends a payload back as it likes, so a payload is only a name in this closed table: what
the engine gets are our own words, as if the citizen had written them, and never a command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from webhook.translation import translations

GET_STARTED = "GET_STARTED"
# Messenger knows no Khmer: whoever uses it in another language than English gets the default.
# https://developers.facebook.com/docs/messenger-platform/messenger-profile/supported-locales
LOCALES = {"default": "km", "en_US": "en"}


@dataclass(frozen=True)
class MenuEntry:
    """A line of the menu: the name of its payload, and its words in English."""

    name: str
    words: str

    def payload(self, language: str) -> str:
        """What Messenger sends back when the line is chosen in a language."""
        return f"{self.name}_{language.upper()}"

    def words_in(self, language: str) -> str:
        """The line's words in a language; they are also what the engine gets."""
        return translations(language).gettext(self.words)


MENU = (
    MenuEntry("MENU_SERVICES", "Which services are there?"),
    MenuEntry("MENU_OFFICE", "Find an office"),
    MenuEntry("MENU_TICKET", "Follow my document"),
    MenuEntry("MENU_BUDGET", "Budget of my commune"),
    MenuEntry("MENU_FEEDBACK", "Give feedback"),
    MenuEntry("MENU_OFFICER", "Talk to an officer"),
    MenuEntry("MENU_LANGUAGE", "Change the language"),
    MenuEntry("MENU_HELP", "How do I use this?"),
    MenuEntry("MENU_STOP", "Stop sending me notices"),
    MenuEntry("MENU_FORGET", "Delete my data"),
)
ICE_BREAKERS = (
    MenuEntry("ASK_FEE", "How much is a motorbike driving test?"),
    MenuEntry("ASK_DOCUMENTS", "Which documents do I need to register a motorbike?"),
    MenuEntry("ASK_SERVICES", "Which services are there?"),
    MenuEntry("ASK_OFFICE", "Where is the office in Poipet?"),
)
GREETING_TEXT = (
    "Ask about the services of the One Window Service Offices: fees, days, documents. "
    "A computer program answers, not a person."
)


def words_behind(payload: str) -> str:
    """What a payload of the menu means in words; empty where the table has no such name."""
    return _words_by_payload().get(payload, "")


def greeting_text(language: str) -> str:
    """What stands above an empty conversation; says that a bot answers."""
    return translations(language).gettext(GREETING_TEXT)


def entries(listed: Sequence[MenuEntry]) -> Iterator[tuple[MenuEntry, str]]:
    """Each entry with each language."""
    for entry in listed:
        for language in LOCALES.values():
            yield entry, language


@cache
def _words_by_payload() -> dict[str, str]:
    return {
        entry.payload(language): entry.words_in(language)
        for entry, language in entries((*MENU, *ICE_BREAKERS))
    }
