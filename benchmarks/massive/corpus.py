"""MASSIVE (FitzGerald et al. 2022, CC BY 4.0): utterances with intents and slots."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scoring import Entity

# [slot : words], as the corpus annotates.
_SLOT = re.compile(r"\[\s*(\w+)\s*:\s*([^\]]*?)\s*\]")
_SEED = 42


@dataclass(frozen=True)
class Utterance:
    """An utterance; the spans of `slots` are those of `text`."""

    text: str
    intent: str
    slots: tuple[Entity, ...]

    def annotated(self) -> str:
        """The text in Rasa's notation of training data."""
        pieces, position = [], 0
        for slot in self.slots:
            pieces += [self.text[position : slot.start]]
            pieces += [f"[{self.text[slot.start : slot.end]}]({slot.name})"]
            position = slot.end
        return "".join([*pieces, self.text[position:]])


def read(folder: Path, locale: str, partition: str, *, spaces: bool) -> list[Utterance]:
    """A partition, as it is or with all spaces taken out."""
    with gzip.open(folder / f"{locale}.{partition}.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    return [_utterance(row["annot_utt"], row["intent"], spaces) for row in rows]


def sample(utterances: Sequence[Utterance], size: int) -> list[Utterance]:
    """`size` of them, always the same."""
    return random.Random(_SEED).sample(list(utterances), min(size, len(utterances)))


def write_training_data(utterances: Sequence[Utterance], path: Path) -> None:
    """The utterances as a file that Rasa trains on."""
    by_intent = defaultdict(list)
    for utterance in utterances:
        by_intent[utterance.intent].append(utterance.annotated())
    blocks = [
        f"  - intent: {intent}\n    examples: |\n" + "".join(f"      - {line}\n" for line in lines)
        for intent, lines in sorted(by_intent.items())
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('version: "3.1"\nnlu:\n' + "".join(blocks), encoding="utf-8")


def _utterance(annotated: str, intent: str, spaces: bool) -> Utterance:
    text, slots, position = "", [], 0

    def kept(piece: str) -> str:
        return piece if spaces else "".join(piece.split())

    for match in _SLOT.finditer(annotated):
        text += kept(annotated[position : match.start()])
        start = len(text)
        text += kept(match[2])
        slots.append(Entity(match[1], start, len(text)))
        position = match.end()
    text += kept(annotated[position:])
    ahead = len(text) - len(text.lstrip())
    moved = (Entity(slot.name, slot.start - ahead, slot.end - ahead) for slot in slots)
    return Utterance(text.strip(), intent, tuple(slot for slot in moved if slot.end > slot.start))
