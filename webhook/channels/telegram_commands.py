"""The bot's commands, and what a citizen who taps one means.

Source: https://core.telegram.org/bots/features#commands
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# What a citizen is taken to say who opens the conversation without a word.
GREETINGS = {"km": "សួស្តី", "en": "hello"}
# In the words of a citizen: a command is answered by the engine like any message.
_MEANINGS = {
    "services": {"km": "មានសេវាអ្វីខ្លះ?", "en": "Which services are there?"},
    "office": {"km": "រកការិយាល័យ", "en": "Find an office"},
    "ticket": {"km": "តាមដានឯកសារខ្ញុំ", "en": "Follow my document"},
    "budget": {"km": "ថវិកាឃុំខ្ញុំ", "en": "Budget of my commune"},
    "feedback": {"km": "ផ្ដល់មតិ", "en": "Give feedback"},
    "officer": {"km": "និយាយជាមួយមន្ត្រី", "en": "Talk to an officer"},
    "menu": {"km": "ម៉ឺនុយ", "en": "menu"},
    "help": {"km": "ជំនួយ", "en": "help"},
    "language": {"km": "ប្ដូរភាសា", "en": "change language"},
    "stop": {"km": "ឈប់ផ្ញើសារ", "en": "stop messages"},
    "forget": {"km": "លុបទិន្នន័យរបស់ខ្ញុំ", "en": "Delete my data"},
    "start": GREETINGS,
}
# Of officials, with a code from their invitation; it stands in no menu.
_INVITATION = "join"

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,32}))?(?:\s+(.*))?", re.DOTALL)

NAMES = tuple(_MEANINGS)


@dataclass(frozen=True)
class Command:
    """`/name@addressee argument` as somebody wrote it; addressee and argument may be empty."""

    name: str
    addressee: str = ""
    argument: str = ""

    @property
    def is_in_menu(self) -> bool:
        """Whether the bot offers it to everybody."""
        return self.name in _MEANINGS

    @property
    def is_ours(self) -> bool:
        """Whether the bot has such a command."""
        return self.is_in_menu or self.name == _INVITATION

    def meaning(self, language: str) -> str:
        """What it says in a citizen's words; a command we do not know stays as it is."""
        if self.name in _MEANINGS:
            return _MEANINGS[self.name][language]
        return f"/{self.name} {self.argument}".rstrip()


def command_in(text: str) -> Command | None:
    """The command that a text consists of."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        return None
    name, addressee, argument = found.groups(default="")
    return Command(name.lower(), addressee, argument.strip())
