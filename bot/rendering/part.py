"""One message as a channel sends it, and all of a reply's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from bot.messages import Button

ButtonsAs = Literal["template", "quick_replies"]


@dataclass(frozen=True)
class Part:
    """What fits into one message of a channel: an image, or a text with its buttons, or both.

    A text beside an image is its caption.
    `buttons_as` says how the buttons are shown: `template` (they stay under the message and may
    open a page) or `quick_replies` (they vanish with the next message); None without buttons.
    `link_url` is an address that stands in the text, for a channel that can preview it.
    `reference` is our own name of this message, the same at every try, for a provider that tells
    repeats apart by it.
    """

    text: str = ""
    buttons: tuple[Button, ...] = ()
    buttons_as: ButtonsAs | None = None
    image_url: str = ""
    link_url: str = ""
    reference: str = ""

    def named(self, reference: str) -> Part:
        """The same part under our own name."""
        return replace(self, reference=reference)


@dataclass(frozen=True)
class Rendered:
    """A reply as a channel carries it: its parts, and the text that is sent only when asked for."""

    parts: list[Part]
    remaining: str = ""
