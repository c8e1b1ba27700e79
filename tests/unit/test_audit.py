"""What `make audit` makes of the advisories' answer, and of none."""

from __future__ import annotations

import json
import subprocess
from datetime import date

import pytest

from scripts import audit
from scripts.audit import (
    CLEAN,
    FOUND,
    NOT_ASKED,
    Known,
    Report,
    main,
    new_ones,
    read_report,
    unreported_ones,
)

LISTED = Known("CVE-1", "slow", None, "rasa", "does no harm because …", date(2027, 1, 1))


def _found(*identifiers: str) -> Report:
    vulnerabilities = [{"PYSEC-9", *identifiers}] if identifiers else []
    return Report({("slow", "1.0"): vulnerabilities}, [])


@pytest.mark.parametrize(
    ("report", "is_new", "is_unreported"),
    [
        (_found("CVE-1"), False, False),
        (_found("CVE-2"), True, True),
        (_found(), False, True),
        (Report({}, ["slow"]), False, False),
    ],
    ids=["listed by another name", "new", "gone", "not asked"],
)
def test_what_is_new_and_what_is_not_reported_are_told_apart(report, is_new, is_unreported):
    assert bool(new_ones(report, [LISTED])) is is_new
    assert bool(unreported_ones(report, [LISTED])) is is_unreported


def test_a_package_that_was_not_looked_up_is_not_taken_for_a_safe_one():
    """pip-audit itself says "no known vulnerabilities" then."""
    content = {
        "dependencies": [
            {"name": "gone", "skip_reason": "Dependency not found on PyPI"},
            {"name": "slow", "version": "1.0", "vulns": [{"id": "PYSEC-9", "aliases": ["CVE-1"]}]},
        ]
    }
    report = read_report(content)
    assert report.not_asked == ["gone"]
    assert report.found == {("slow", "1.0"): [{"PYSEC-9", "CVE-1"}]}


def _answer(monkeypatch, answer: str) -> None:
    def run(command, **_):
        return subprocess.CompletedProcess(command, 0, stdout=answer, stderr="")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(audit, "read_known", lambda: [LISTED])


SILENT = json.dumps({"dependencies": [{"name": "slow", "skip_reason": "not found"}]})
NEW = json.dumps({"dependencies": [{"name": "x", "version": "1", "vulns": [{"id": "CVE-7"}]}]})
GOOD = json.dumps({"dependencies": [{"name": "slow", "version": "1", "vulns": [{"id": "CVE-1"}]}]})


@pytest.mark.parametrize(
    ("answer", "flags", "code", "words"),
    [
        (GOOD, [], CLEAN, "1 packages looked up"),
        (NEW, [], FOUND, "x 1: CVE-7 is new"),
        (NEW, ["--silence-is-no-failure"], FOUND, "x 1: CVE-7 is new"),
        (SILENT, [], NOT_ASKED, "NOT AUDITED"),
        (SILENT, ["--silence-is-no-failure"], CLEAN, "NOT AUDITED"),
        ("", [], NOT_ASKED, "NOT AUDITED"),
    ],
    ids=["good", "new", "new in CI", "silent", "silent in CI", "no answer"],
)
def test_silence_is_said_and_never_passes_for_safety(
    monkeypatch, capsys, answer, flags, code, words
):
    _answer(monkeypatch, answer)
    assert main(flags) == code
    assert words in capsys.readouterr().out
