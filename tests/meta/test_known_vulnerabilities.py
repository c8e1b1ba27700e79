"""The list of vulnerabilities that we live with stays true, and is looked at again in time."""

from __future__ import annotations

import re
import subprocess
from datetime import date

import pytest
from packaging.version import Version

from scripts.audit import LOCKS, ROOT, read_known

KNOWN = read_known()


def _locked() -> dict[str, list[Version]]:
    versions: dict[str, list[Version]] = {}
    for lock in LOCKS:
        text = (ROOT / lock).read_text(encoding="utf-8")
        for name, version in re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE):
            versions.setdefault(name, []).append(Version(version))
    return versions


@pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: entry.id)
def test_a_listed_vulnerability_is_looked_at_again_in_time(entry):
    assert entry.review_by >= date.today(), (
        f"{entry.id} of {entry.package} was to be looked at again by {entry.review_by}: "
        "is there a release that mends it, and is the reason still true? Then set a new date."
    )


@pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: entry.id)
def test_a_listed_vulnerability_is_of_a_version_that_is_locked(entry):
    locked = _locked().get(entry.package, [])
    assert locked, f"{entry.package} is not locked any more: take {entry.id} out"
    fixed = Version(entry.fixed_in) if entry.fixed_in else None
    assert fixed is None or any(version < fixed for version in locked), (
        f"{entry.package} is locked beyond {entry.fixed_in}: take {entry.id} out"
    )


@pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: entry.id)
def test_a_listed_vulnerability_says_why_it_does_no_harm_and_who_needs_it(entry):
    assert re.fullmatch(r"(CVE|GHSA|PYSEC)-[\w-]+", entry.id)
    assert len(entry.why) > 30
    assert entry.needed_by


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_pinned_by_its_hash(lock):
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pins = [index for index, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]
    assert len(pins) > 100
    for index in pins:
        assert "==" in lines[index]
        assert lines[index + 1].strip().startswith("--hash=sha256:"), lines[index]


def test_an_unsafe_call_fails_the_lint(tmp_path):
    """As `make lint` calls it, on a line that nobody should write."""
    (tmp_path / "unsafe.py").write_text(
        "import subprocess\n\n\ndef run(word):\n    subprocess.run(f'echo {word}', shell=True)\n"
    )
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    line = next(line for line in makefile.splitlines() if "bin/bandit" in line)
    command = line.strip().lstrip("@").split(" -r ")[0].split()
    done = subprocess.run([*command, "-r", tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "B602" in done.stdout


def test_none_is_listed_twice():
    assert len({(entry.package, entry.id) for entry in KNOWN}) == len(KNOWN)


def test_what_faces_the_internet_is_held_back_by_nothing():
    """The application's environment has no entry of its own: there an update is the answer."""
    text = (ROOT / LOCKS[0]).read_text(encoding="utf-8")
    faced = ("flask", "werkzeug", "gunicorn", "jinja2", "sqlalchemy", "requests", "cryptography")
    assert all(re.search(rf"^{name}==", text, re.MULTILINE) for name in faced)
    assert not {entry.package for entry in KNOWN} & set(faced)
