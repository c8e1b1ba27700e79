"""docs/security.md names tests that there are, and every threat names one."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from bot.settings import Settings
from tests.stack import ROOT
from webhook.rate_limits import ALLOWANCES, USUAL
from webhook.refusals import A_MINUTE

TEXT = (ROOT / "docs/security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(test_\w+)`", TEXT)))
THREATS = [
    line
    for part in re.split(r"^### ", TEXT.split("## From whom, and how")[1], flags=re.MULTILINE)[1:]
    for line in part.split("\n## ")[0].splitlines()
    if line.startswith("| ") and not line.startswith(("| Threat", "|---"))
]


def _tests() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return {
        name
        for file in files
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }


@pytest.mark.parametrize("name", NAMED)
def test_a_named_test_exists(name):
    assert name in _tests()


@pytest.mark.parametrize("threat", THREATS, ids=lambda line: line.split("|")[1].strip()[:50])
def test_a_threat_has_something_against_it_and_a_test(threat):
    _, what, against, tests, _ = threat.split("|")
    assert what.strip()
    assert against.strip()
    assert re.search(r"`test_\w+`", tests)


def test_there_are_threats():
    assert len(THREATS) > 30


def test_the_limits_are_those_of_the_program():
    for number in (
        USUAL.address,
        ALLOWANCES["chat.page"].address,
        ALLOWANCES["chat.send"].address,
        ALLOWANCES["chat.send"].session,
        ALLOWANCES["chat.read"].address,
        ALLOWANCES["chat.read"].session,
        ALLOWANCES["officials.report"].address,
        ALLOWANCES["officials.take"].address,
        A_MINUTE,
    ):
        assert re.search(rf"\b{number:,}\b", TEXT.split("## Limits")[1]), number


SETTINGS = {field.name.upper() for field in fields(Settings)}


@pytest.mark.parametrize("setting", sorted(set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`", TEXT))))
def test_a_named_setting_is_one(setting):
    assert setting in SETTINGS
