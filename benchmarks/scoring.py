"""Figures of understanding: intents by register, what is turned away, entities, confusions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sklearn.metrics import f1_score

from bot.text.language import detect

OUT_OF_SCOPE = "out_of_scope"
FALLBACK = "nlu_fallback"
REGISTERS = ("khmer", "english", "romanised", "mixed", "noisy", "other")
_KHMER_LETTERS = re.compile(r"[\u1780-\u17b3]")
_LATIN_LETTERS = re.compile(r"[A-Za-z]")
_LEAST_SHARE_OF_MIXED = 0.1


@dataclass(frozen=True)
class Entity:
    """An entity of a message; `value` only where it is one of a closed list."""

    name: str
    start: int
    end: int
    value: str = ""

    def overlaps(self, other: Entity) -> bool:
        """Whether both say the same of overlapping words."""
        alike = self.name == other.name and self.value == other.value
        return alike and self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Judgement:
    """What is true of a message and what was understood.

    `predicted` is the classifier's best intent; `answered` the one after the fallback threshold.
    """

    text: str
    register: str
    intent: str
    predicted: str
    answered: str
    entities: Sequence[Entity] = field(default=())
    found: Sequence[Entity] = field(default=())


def register_of(text: str) -> str:
    """How a message is written: khmer, english, romanised, mixed, or other (numbers, names)."""
    khmer, latin = len(_KHMER_LETTERS.findall(text)), len(_LATIN_LETTERS.findall(text))
    if khmer and latin and min(khmer, latin) >= _LEAST_SHARE_OF_MIXED * (khmer + latin):
        return "mixed"
    if khmer:
        return "khmer"
    detection = detect(text)
    if detection.romanised:
        return "romanised"
    return "english" if detection.language == "en" else "other"


def intent_figures(judgements: Sequence[Judgement]) -> list[dict[str, Any]]:
    """Count, accuracy and macro F1 (both in 100) and what is turned away; by register, then all."""
    present = {judgement.register for judgement in judgements}
    groups = [
        (register, [judgement for judgement in judgements if judgement.register == register])
        for register in REGISTERS
        if register in present
    ]
    return [
        {"register": register, **_figures(group)}
        for register, group in [*groups, ("all", judgements)]
    ]


def _figures(group: Sequence[Judgement]) -> dict[str, Any]:
    truth = [judgement.intent for judgement in group]
    predicted = [judgement.predicted for judgement in group]
    outside = [judgement for judgement in group if judgement.intent == OUT_OF_SCOPE]
    inside = [judgement for judgement in group if judgement.intent != OUT_OF_SCOPE]
    return {
        "messages": len(group),
        "accuracy": _percent(sum(map(str.__eq__, truth, predicted)), len(group)),
        "macro_f1": 100
        * float(f1_score(truth, predicted, average="macro", labels=sorted(set(truth)))),
        "out_of_scope_turned_away": _percent(sum(map(_is_turned_away, outside)), len(outside)),
        "in_scope_refused": _percent(
            sum(judgement.answered == FALLBACK for judgement in inside), len(inside)
        ),
        "in_scope_turned_away": _percent(sum(map(_is_turned_away, inside)), len(inside)),
    }


def entity_figures(judgements: Sequence[Judgement]) -> list[dict[str, Any]]:
    """Micro F1 (in 100) of each entity, and of all: by exact edges, by overlapping ones, as used.

    Of a closed list only the value is used, wherever in the message the words for it are sought.
    """
    names = sorted({entity.name for judgement in judgements for entity in judgement.entities})
    figures = []
    for name in [*names, "all"]:
        kinds = names if name == "all" else [name]
        true = found = exact = overlapping = used = 0
        used_true = used_found = 0
        for judgement in judgements:
            wanted = [entity for entity in judgement.entities if entity.name in kinds]
            got = [entity for entity in judgement.found if entity.name in kinds]
            true += len(wanted)
            found += len(got)
            exact += len(set(wanted) & set(got))
            overlapping += _matched(wanted, got)
            values, judged = _values(wanted), _values(got)
            used_true += len(values) + sum(not entity.value for entity in wanted)
            used_found += len(judged) + sum(not entity.value for entity in got)
            used += len(values & judged)
            used += _matched(*([e for e in group if not e.value] for group in (wanted, got)))
        figures.append(
            {
                "entity": name,
                "true": true,
                "found": found,
                "exact_f1": _percent(2 * exact, true + found),
                "overlap_f1": _percent(2 * overlapping, true + found),
                "used_f1": _percent(2 * used, used_true + used_found),
            }
        )
    return figures


def confusions(judgements: Sequence[Judgement], most: int) -> list[dict[str, Any]]:
    """The commonest pairs of true and predicted intent, each with a message as an example."""
    wrong = [judgement for judgement in judgements if judgement.intent != judgement.predicted]
    pairs = Counter((judgement.intent, judgement.predicted) for judgement in wrong)
    examples = {(judgement.intent, judgement.predicted): judgement.text for judgement in wrong}
    return [
        {"intent": pair[0], "predicted": pair[1], "times": times, "example": examples[pair]}
        for pair, times in pairs.most_common(most)
    ]


def _values(entities: Sequence[Entity]) -> set[tuple[str, str]]:
    return {(entity.name, entity.value) for entity in entities if entity.value}


def _matched(wanted: Sequence[Entity], got: Sequence[Entity]) -> int:
    """How many of the wanted have a found one of their own that overlaps."""
    left = list(got)
    matched = 0
    for entity in wanted:
        partner = next((other for other in left if entity.overlaps(other)), None)
        if partner is not None:
            left.remove(partner)
            matched += 1
    return matched


def _is_turned_away(judgement: Judgement) -> bool:
    return judgement.answered in (OUT_OF_SCOPE, FALLBACK)


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None
