"""Everything that officials read is there in Khmer and in English."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
import regex
from babel.messages.extract import extract_python

from bot.settings import PROJECT_ROOT
from webhook.digests import text
from webhook.officials_desk import DONE, REASONS
from webhook.pages.officials import TRAIL
from webhook.reports.ombudsman_pdf import STANDS
from webhook.translation import translations

SOURCES = [
    *sorted((PROJECT_ROOT / "webhook/digests").glob("*.py")),
    *sorted((PROJECT_ROOT / "webhook/reports").glob("*.py")),
    *sorted((PROJECT_ROOT / "webhook").glob("official*.py")),
    PROJECT_ROOT / "webhook/report_delivery.py",
    PROJECT_ROOT / "webhook/pages/officials.py",
]
TEMPLATES = sorted((PROJECT_ROOT / "webhook/pages/templates/officials").glob("*.html"))


def messages_in(path: Path) -> set[str]:
    if path.suffix == ".html":
        return set(regex.findall(r'say\("([^"]+)"', path.read_text()))
    with path.open("rb") as file:
        found = extract_python(file, {"say": None}, [], {})
        return {message for _, _, message, _ in found if isinstance(message, str)}


MESSAGES = (
    set().union(*(messages_in(path) for path in [*SOURCES, *TEMPLATES]))
    | set(REASONS.values())
    | set(DONE.values())
    | set(STANDS.values())
    | set(TRAIL.values())
    | set(text._TITLES.values())
    | set(filter(None, text._OCCASIONS.values()))
)


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


@pytest.mark.parametrize("message", sorted(MESSAGES))
def test_every_message_has_a_khmer_translation_with_the_same_placeholders(message):
    khmer = translations("km").gettext(message)
    assert any("ក" <= character <= "៿" for character in khmer), message
    assert placeholders(khmer) == placeholders(message)


def test_messages_were_found():
    assert len(MESSAGES) > 60
