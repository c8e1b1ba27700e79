"""Labelled messages as training data: read from a sheet, checked, added once."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.services.masking import MASK
from bot.services.table_reading import Problem, RawRow, RawTable, TableFileError, read_tables
from bot.text.normalise import normalise

TRAINING_DATA = Path(__file__).resolve().parents[2] / "data" / "nlu"
REVIEWED = "reviewed.yml"
# Rasa's inline notation: [words](entity), [words](entity:value) or [words]{"entity": …}.
_ANNOTATION = re.compile(r"\[([^\]]*)\](?:\((\w+)(?:[=:](\w+))?\)|\{[^}]*\})")
# The entities, and the values of those that have a closed list.
_VALUES: dict[str, frozenset[str]] = {
    "service": frozenset(),
    "aspect": frozenset({"fee", "documents", "duration", "validity", "eligibility"}),
    "place": frozenset(),
    "year": frozenset(),
    "ticket_code": frozenset(),
    "phone_digits": frozenset(),
    "language": frozenset({"km", "en"}),
    "rating": frozenset({"satisfied", "acceptable", "dissatisfied"}),
    "budget_topic": frozenset(),
}
_HEADER = (
    "# Messages that people labelled: `flask nlu review import`. Sorted; one example a line.\n"
)


@dataclass(frozen=True)
class Added:
    """What an import did: `texts` are all labelled rows, `added` those that were new."""

    texts: tuple[str, ...]
    added: int
    known: int
    skipped: int

    def summary(self) -> str:
        """One line for the operator."""
        return (
            f"{self.added} examples added, {self.known} were there already,"
            f" {self.skipped} rows without a label skipped"
        )


def intents(folder: Path = TRAINING_DATA) -> list[str]:
    """The intents of the training data."""
    return sorted({intent for _, intent in _examples(folder)})


def add_labelled(path: Path, *, dry_run: bool = False, folder: Path = TRAINING_DATA) -> Added:
    """Add a sheet's labelled rows to `reviewed.yml`, all or none; the same file again adds nothing.

    Raises `TableFileError` that names each bad row.
    """
    table = read_tables(path)[0]
    problems = [*table.problems, *_missing_columns(table)]
    if problems:
        raise TableFileError(problems)
    known = {_letters(_plain(line)): intent for line, intent in _examples(folder)}
    new: dict[str, dict[str, None]] = defaultdict(dict)
    texts: list[str] = []
    already = skipped = 0
    for row in table.rows:
        intent = row.cells["correct_intent"].strip()
        if not intent:
            skipped += 1
            continue
        line, found = _read(table.sheet, row, intent, known)
        problems += found
        if found:
            continue
        texts.append(row.cells["text"])
        letters = _letters(_plain(line))
        if letters in known:
            already += 1
        else:
            known[letters] = intent
            new[intent].setdefault(line)
    if problems:
        raise TableFileError(problems)
    if new and not dry_run:
        _write(folder / REVIEWED, new)
    return Added(tuple(texts), sum(map(len, new.values())), already, skipped)


def _missing_columns(table: RawTable) -> list[Problem]:
    return [
        Problem(table.sheet, 0, column, "is missing; export the sheet again and fill it in")
        for column in ("text", "correct_intent")
        if column not in table.columns
    ]


def _read(sheet: str, row: RawRow, intent: str, known: dict[str, str]) -> tuple[str, list[Problem]]:
    """The row as a line of training data, and what is wrong with it."""
    text = " ".join(row.cells["text"].replace(MASK, " ").split())
    annotated = " ".join(row.cells.get("annotated_text", "").replace(MASK, " ").split())
    line = _in_rasas_notation(annotated or text)
    problems = []

    def wrong(column: str, reason: str) -> None:
        problems.append(Problem(sheet, row.line, column, reason))

    if intent not in known.values():
        wrong("correct_intent", f"{intent!r} is no intent; choose one from the sheet “intents”")
    if not text:
        wrong("text", "is empty; give the message or take the row out")
    if not annotated and re.search(r"[\[\]{}]", text):
        wrong("text", "holds brackets; names are marked in annotated_text")
    if annotated and _letters(_plain(line)) != _letters(text):
        wrong("annotated_text", "has other words than text; only brackets may be added")
    for entity, value in _entities(annotated):
        if entity not in _VALUES:
            wrong("annotated_text", f"{entity!r} is no entity; use one of {', '.join(_VALUES)}")
        elif _VALUES[entity] and value not in _VALUES[entity]:
            choice = ", ".join(f"{entity}={allowed}" for allowed in sorted(_VALUES[entity]))
            wrong("annotated_text", f"{entity!r} needs its value: one of {choice}")
    other = known.get(_letters(_plain(line)))
    if not problems and other not in (None, intent):
        wrong("correct_intent", f"the same message stands under {other!r}; choose one of the two")
    return line, problems


def _entities(annotated: str) -> list[tuple[str, str]]:
    return [(match[2] or "", match[3] or "") for match in _ANNOTATION.finditer(annotated)]


def _in_rasas_notation(annotated: str) -> str:
    def written(match: re.Match[str]) -> str:
        words, entity, value = match.groups()
        if not value:
            return match.group()
        return f"[{words}]({entity}:{value})"

    return _ANNOTATION.sub(written, annotated)


def _plain(line: str) -> str:
    return _ANNOTATION.sub(lambda match: match[1], line)


def _letters(text: str) -> str:
    return "".join(normalise(text).casefold().split())


def _examples(folder: Path) -> list[tuple[str, str]]:
    return [
        (line.removeprefix("- "), block["intent"])
        for path in sorted(folder.glob("*.yml"))
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        for line in block["examples"].splitlines()
    ]


def _write(path: Path, new: dict[str, dict[str, None]]) -> None:
    lines: dict[str, set[str]] = defaultdict(set)
    if path.exists():
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines[block["intent"]] |= {
                line.removeprefix("- ") for line in block["examples"].splitlines()
            }
    for intent, added in new.items():
        lines[intent] |= set(added)
    blocks = [
        f"  - intent: {intent}\n    examples: |\n"
        + "".join(f"      - {line}\n" for line in sorted(lines[intent]))
        for intent in sorted(lines)
    ]
    written = path.with_suffix(".new")
    written.write_text(_HEADER + 'version: "3.1"\nnlu:\n' + "".join(blocks), encoding="utf-8")
    written.replace(path)
