"""How the assistant says that it did not understand, in each language."""

from __future__ import annotations

from bot.wording import LANGUAGES, wording

_RESPONSES = (
    *("utter_not_understood", "utter_not_understood_at_all", "utter_out_of_scope"),
    *("utter_misunderstood_again", "utter_service_not_found", "utter_apology"),
)


def not_understood_in(said: str) -> list[str]:
    """Those of these wordings that stand in what was said."""
    wordings = (wording().text(name, language) for name in _RESPONSES for language in LANGUAGES)
    return [words for words in wordings if words in said]
