"""docs/operate.md is true: what it names is there."""

from __future__ import annotations

import re
from dataclasses import fields

import click
import pytest

from bot.settings import Settings
from tests.unit.deployment.files import (
    ROOT,
    compose,
    settings_in_example,
    settings_that_compose_asks_for,
)
from webhook.app import create_app

GUIDE = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
CODE = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) + re.findall(r"`([^`\n]+)`", GUIDE)
COMPOSE_COMMANDS = {"build", "cp", "exec", "logs", "ps", "restart", "run", "stop", "up"}


@pytest.fixture(scope="module")
def commands(tmp_path_factory) -> click.Group:
    folder = tmp_path_factory.mktemp("guide")
    database, queue = (f"sqlite:///{folder}/{name}" for name in ("chrok", "queue"))
    return create_app(Settings(database_url=database, queue_url=queue)).cli


def _flask_lines() -> list[list[str]]:
    """The words behind each `flask` that begins a command."""
    lines = [line for code in CODE for line in code.replace("\\\n", "").splitlines()]
    behind = [part for line in lines for part in re.findall(r"\bflask ([a-z].*)", line)]
    return [re.split(r" &&| \d?#", words)[0].split() for words in behind]


def _command_behind(words: list[str], group: click.Group) -> click.Command | None:
    found = group.get_command(click.Context(group), words[0])
    if isinstance(found, click.Group) and len(words) > 1:
        return _command_behind(words[1:], found)
    return found


def test_commands_are_found_in_it():
    assert len(_flask_lines()) > 20


@pytest.mark.parametrize("words", _flask_lines(), ids=" ".join)
def test_a_flask_command_exists_with_its_options(commands, words):
    found = _command_behind(words, commands)
    assert found is not None, words
    assert not isinstance(found, click.Group), f"{words} is a group, not a command"
    known = {name for parameter in found.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_every_compose_command_names_services_that_exist():
    services = set(compose()["services"])
    named = [
        line for code in CODE for line in code.splitlines() if line.startswith("docker compose ")
    ]
    assert len(named) > 15
    for line in named:
        command = line.split()[2].rstrip("`;")
        assert command in COMPOSE_COMMANDS, line
        if command in ("logs", "restart", "stop", "ps", "exec"):
            words = [word for word in line.split("#")[0].split()[3:] if not word.startswith("-")]
            assert services & set(words) or command == "ps", line
        if command == "stop":
            assert set(words) <= services, line


def test_every_setting_is_one():
    known = {
        *(field.name.upper() for field in fields(Settings)),
        *settings_in_example(),
        *settings_that_compose_asks_for(),
        *("LOCK_STORE_URL", "TRACKER_DATABASE_URL"),
    }
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`", GUIDE))
    assert len(named) > 20
    assert named <= known, named - known


def test_every_make_target_is_one():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {
        name
        for code in CODE
        for words in re.findall(r"\bmake ([a-z -]+)", code)
        for name in words.split()
    }
    assert named
    assert named <= targets


def test_its_links_lead_somewhere():
    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", GUIDE, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", GUIDE):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif not target.startswith("https://"):
            assert (ROOT / "docs" / target).exists(), target


def test_each_secret_that_has_to_be_set_is_told_how_to_change():
    table = GUIDE.partition("## Change a secret")[2].partition("\n## ")[0]
    asked = settings_that_compose_asks_for()
    for name, otherwise in asked.items():
        if otherwise.startswith(":?") and name not in ("CHROK_DOMAIN", "ACME_EMAIL"):
            assert f"`{name}`" in table, name
    for field in fields(Settings):
        if field.name.endswith(("_token", "_secret")):
            assert f"`{field.name.upper()}`" in table, field.name
