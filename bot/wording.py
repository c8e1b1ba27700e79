"""The words of `domain.yml`, for what is not said by the engine itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ChrokError
from bot.messages import Button
from bot.settings import PROJECT_ROOT

LANGUAGES = ("km", "en")


class Wording:
    """Responses by name and language, from a Rasa domain.

    Actions compose a service's card out of such fragments, and the bridge apologises with them, so
    that everything a citizen reads stands in one file in both languages.
    """

    def __init__(self, responses: Mapping[str, list[dict[str, Any]]]) -> None:
        self._variations = {
            (name, language): variation
            for name, variations in responses.items()
            for variation in variations
            for language in _languages_of(variation)
        }

    def text(self, name: str, language: str, **values: object) -> str:
        """The text of a response with its `{placeholders}` filled.

        Raises `ChrokError` where the response or the language is missing.
        """
        return str(self._variation(name, language)["text"]).strip().format(**values)

    def short_text(self, name: str, language: str, **values: object) -> str:
        """What a response says where every word is paid for (SMS); empty if it is short anyway."""
        custom = self._variation(name, language).get("custom") or {}
        return str(custom.get("short_text", "")).strip().format(**values)

    def buttons(self, name: str, language: str) -> tuple[Button, ...]:
        """The buttons of a response."""
        return tuple(
            Button(title=button["title"], payload=button["payload"])
            for button in self._variation(name, language).get("buttons", ())
        )

    def _variation(self, name: str, language: str) -> dict[str, Any]:
        try:
            return self._variations[name, language]
        except KeyError:
            raise ChrokError(f"domain.yml has no response {name} in {language}") from None


def read_wording(path: Path = PROJECT_ROOT / "domain.yml") -> Wording:
    """The wording of a domain file."""
    return Wording(yaml.safe_load(path.read_text(encoding="utf-8"))["responses"])


@cache
def wording() -> Wording:
    """The product's own wording, read once."""
    return read_wording()


def _languages_of(variation: Mapping[str, Any]) -> list[str]:
    return [
        condition["value"]
        for condition in variation.get("condition", ())
        if condition.get("name") == "language"
    ]
