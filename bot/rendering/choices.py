"""Buttons whose titles are too long, alike or missing: a numbered list beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import regex

from bot.messages import Button
from bot.text.clusters import truncate
from bot.text.digits import to_khmer_digits

_KHMER_LETTER = regex.compile(r"[\u1780-\u17B3]")


@dataclass(frozen=True)
class Choice:
    """A button fit for the channel, and the line that tells its full title in the text.

    `line` is empty where the button says everything itself.
    """

    button: Button
    line: str = ""


def choices(
    buttons: Sequence[Button], title_characters: int, text: str, always_numbered: bool = False
) -> list[Choice]:
    """The buttons as choices with distinct titles of at most `title_characters`.

    All or none are numbered: all when a title is too long, missing or the same as another. The
    numbers are Khmer where `text` is (or, without a text, the titles are).
    """
    titles = [" ".join(button.title.split()) for button in buttons]
    plain = all(titles) and len(set(titles)) == len(titles)
    if plain and not always_numbered and all(len(title) <= title_characters for title in titles):
        return [
            Choice(replace(button, title=title))
            for button, title in zip(buttons, titles, strict=True)
        ]
    khmer = is_khmer(text or " ".join(titles))
    return [
        Choice(
            replace(button, title=_numbered(number, title, title_characters)),
            f"{number}. {title}".rstrip(),
        )
        for number, button, title in zip(
            _numbers(len(titles), khmer=khmer), buttons, titles, strict=True
        )
    ]


def is_khmer(text: str) -> bool:
    """Whether there is a Khmer letter in the text."""
    return bool(_KHMER_LETTER.search(text))


def _numbers(count: int, *, khmer: bool) -> Iterable[str]:
    numbers = (str(number) for number in range(1, count + 1))
    return map(to_khmer_digits, numbers) if khmer else numbers


def _numbered(number: str, title: str, limit: int) -> str:
    # Shorter than this, "1…" and "10…" could become the same title.
    shortest = len(number) + len(". x…")
    return truncate(f"{number}. {title}".rstrip(), limit) if limit >= shortest else number
