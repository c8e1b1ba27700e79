"""The judge set: messages that nobody trained or tuned on (benchmarks/judge/README.md)."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.loading import load_data

from benchmarks.scoring import Entity, Judgement
from benchmarks.understanding import Understood
from bot.text.normalise import normalise

# The judge set gives the closed value of these only; of others it gives the words alone.
_VALUED = frozenset({"aspect"})
_KIND_BEFORE = re.compile(
    r"(?:រាជធានី|ខេត្ត|ក្រុង|ស្រុក|ខណ្ឌ|ឃុំ|សង្កាត់|ភូមិ)\s*"
    r"|(?:khet|srok|khan|krong|khum|sangkat|phum)\s+",
    re.IGNORECASE,
)
_KIND_AFTER = re.compile(
    r"\s+(?:province|district|commune|city|municipality|village|town)$", re.IGNORECASE
)


@dataclass(frozen=True)
class Unseen:
    """A row of the judge set."""

    text: str
    intent: str
    register: str
    entities: tuple[Entity, ...]


def read_unseen(judges: Sequence[Path], data: Path) -> tuple[list[Unseen], int]:
    """The rows that do not stand in the training data, and how many do and were left out.

    Letter case, spaces and the encoding of Khmer make no difference to that.
    """
    trained = {_key(example.get(TEXT) or "") for example in load_data(str(data)).training_examples}
    rows = [row for judge in judges for row in _rows(judge)]
    unseen = [row for row in rows if _key(row.text) not in trained]
    return unseen, len(rows) - len(unseen)


def judge_unseen(
    rows: Sequence[Unseen], understand: Callable[[str], Understood]
) -> list[Judgement]:
    """What a model makes of each row."""
    judgements = []
    for row in rows:
        understood = understand(row.text)
        judgements.append(
            Judgement(
                text=row.text,
                register=row.register,
                intent=row.intent,
                predicted=understood.predicted,
                answered=understood.answered,
                entities=tuple(_comparable(entity, row.text) for entity in row.entities),
                found=tuple(_comparable(entity, row.text) for entity in understood.entities),
            )
        )
    return judgements


def _comparable(entity: Entity, text: str) -> Entity:
    """Without a value that the judge sets do not give, and a place without its kind.

    Whether "district" belongs to the place is a matter of convention: the sets differ in it.
    """
    if entity.name not in _VALUED:
        entity = replace(entity, value="")
    if entity.name != "place":
        return entity
    words = text[entity.start : entity.end]
    before, after = _KIND_BEFORE.match(words), _KIND_AFTER.search(words)
    start = entity.start + (before.end() if before else 0)
    end = entity.end - (len(after.group()) if after else 0)
    return replace(entity, start=start, end=end) if start < end else entity


def _rows(judge: Path) -> list[Unseen]:
    with judge.open(encoding="utf-8", newline="") as file:
        return [
            Unseen(row["text"], row["intent"], row["register"], _entities(row))
            for row in csv.DictReader(file)
        ]


def _entities(row: dict[str, str]) -> tuple[Entity, ...]:
    """The row's entities; the same words twice are looked for one after the other."""
    entities = []
    searched_to: dict[tuple[str, str], int] = {}
    for entity in json.loads(row["entities"]):
        words = entity["value_text"]
        start = row["text"].index(words, searched_to.get((entity["entity"], words), 0))
        searched_to[(entity["entity"], words)] = start + len(words)
        value = entity.get("value", "") if entity["entity"] in _VALUED else ""
        entities.append(Entity(entity["entity"], start, start + len(words), value))
    return tuple(entities)


def _key(text: str) -> str:
    return "".join(normalise(text).casefold().split())
