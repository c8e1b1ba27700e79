"""What is publicly known to be vulnerable among the locked packages: `make audit`.

It asks PyPI's advisories through pip-audit and compares them with known_vulnerabilities.yml. Ends
with 0 when nothing else is known, 1 when something is, and 3 when the advisories could not be
asked: then nothing is known, which is not the same as safe.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements/app.txt", "requirements/engine.txt")
KNOWN = Path(__file__).with_name("known_vulnerabilities.yml")
CLEAN, FOUND, NOT_ASKED = 0, 1, 3
_PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Known:
    """A vulnerability that we live with until somebody looks again."""

    id: str
    package: str
    fixed_in: str | None
    needed_by: str
    why: str
    review_by: date


@dataclass(frozen=True)
class Report:
    """What the advisories say: of each package its ids, all names of one; and who is not known."""

    found: dict[tuple[str, str], list[set[str]]]
    not_asked: list[str]


def read_known() -> list[Known]:
    """The list; raises `TypeError` for an entry that lacks a line or has one too many."""
    return [Known(**entry) for entry in yaml.safe_load(KNOWN.read_text(encoding="utf-8"))]


def read_report(content: dict[str, Any]) -> Report:
    """What pip-audit wrote as JSON.

    It says "no known vulnerabilities" also where the service knew none of the packages.
    """
    found, not_asked = {}, []
    for package in content["dependencies"]:
        if "vulns" not in package:
            not_asked.append(package["name"])
            continue
        found[package["name"], package["version"]] = [
            {vulnerability["id"], *vulnerability.get("aliases", ())}
            for vulnerability in package["vulns"]
        ]
    return Report(found, not_asked)


def new_ones(report: Report, known: Iterable[Known]) -> list[str]:
    """What is reported and not listed, with what to do, a line each."""
    listed = {(entry.package, entry.id) for entry in known}
    return [
        f"{name} {version}: {', '.join(sorted(identifiers))} is new; update it, or list it in "
        f"{KNOWN.name} with the reason why it does no harm"
        for (name, version), vulnerabilities in report.found.items()
        for identifiers in vulnerabilities
        if not any((name, identifier) in listed for identifier in identifiers)
    ]


def unreported_ones(report: Report, known: Iterable[Known]) -> list[str]:
    """What is listed and, of a package that was looked up, not reported; a line each."""
    reported = {
        (name, identifier)
        for (name, _), vulnerabilities in report.found.items()
        for identifiers in vulnerabilities
        for identifier in identifiers
    }
    asked = {name for name, _ in report.found}
    return [
        f"{entry.package}: {entry.id} is listed and not reported; is it still true?"
        for entry in known
        if entry.package in asked and (entry.package, entry.id) not in reported
    ]


def ask(lock: str) -> Report:
    """The advisories about a lock file's packages; raises `ValueError` where none can be had."""
    command = [
        *(str(ROOT / ".venv/bin/pip-audit"), "-r", str(ROOT / lock), "--no-deps", "--disable-pip"),
        *("--format", "json", "--progress-spinner", "off"),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False
    )
    return read_report(json.loads(done.stdout))


def main(arguments: list[str]) -> int:
    """Ask, print and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--silence-is-no-failure",
        action="store_true",
        help="end with 0 where the advisories do not answer, and say so (for CI)",
    )
    options = parser.parse_args(arguments)
    found: dict[tuple[str, str], list[set[str]]] = {}
    silent = []
    for lock in LOCKS:
        try:
            report = ask(lock)
        except (ValueError, KeyError, subprocess.TimeoutExpired) as error:
            silent.append(f"{lock}: no answer ({type(error).__name__})")
            continue
        found.update(report.found)
        if report.not_asked:
            asked = len(report.found)
            silent.append(f"{lock}: of {asked + len(report.not_asked)} packages {asked} are known")
    tasks = new_ones(Report(found, []), read_known())
    print(
        f"audit: {len(found)} packages looked up, {len(read_known())} known vulnerabilities listed"
    )
    for line in tasks:
        print(f"  TO DO  {line}")
    for line in unreported_ones(Report(found, []), read_known()):
        print(f"  NOTE  {line}")
    for line in silent:
        print(f"  NOT AUDITED  {line}; PyPI's advisories do not answer here")
    if tasks:
        return FOUND
    if silent and not options.silence_is_no_failure:
        return NOT_ASKED
    return CLEAN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
