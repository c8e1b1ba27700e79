"""The files of a deployment, read as Docker, Compose and the shell read them."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "deploy/production.env.example"


@dataclass
class Stage:
    """One `FROM … AS name` of the Dockerfile, up to the next one."""

    base: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def of(self, name: str) -> list[str]:
        """The arguments of an instruction, each time it stands there."""
        return [arguments for found, arguments in self.instructions if found == name]

    def copy_into(self, folder: Path) -> None:
        """Copy what comes from the checkout to where it would stand in the image."""
        for arguments in self.of("COPY"):
            *sources, target = shlex.split(arguments)
            if sources[0].startswith("--from"):
                continue
            for source in sources:
                _copy(ROOT / source, folder / target, into_folder=target.endswith("/"))


def stages() -> dict[str, Stage]:
    """The Dockerfile's stages by name."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, Stage] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, arguments = line.strip().split(maxsplit=1)
        if name == "FROM":
            base, _, alias = arguments.partition(" AS ")
            stage = found[alias] = Stage(base)
        else:
            stage.instructions.append((name, arguments))
    return found


def compose() -> dict[str, Any]:
    """compose.yaml as YAML has it, with settings not filled in."""
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def settings_that_compose_asks_for() -> dict[str, str]:
    """The names between `${` and `}`, with what follows the name: `:?…`, `:-default`."""
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    return dict(re.findall(r"(?<!\$)\$\{([A-Z_]+)(:[?-][^}]*)?\}", text))


def settings_in_example() -> dict[str, bool]:
    """Each setting that the example names, and whether it is on (not behind a #)."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    found = [re.match(r"(#?)([A-Z][A-Z0-9_]+)=", line) for line in lines]
    return {match[2]: match[1] == "" for match in found if match}


def _copy(source: Path, target: Path, *, into_folder: bool) -> None:
    if source.is_dir():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignored)
        return
    if into_folder:
        target = target / source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
