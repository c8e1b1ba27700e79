"""The training data is well-formed, balanced and free of contradictions."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

import pytest
import yaml

from bot.text.clusters import clusters
from bot.text.digits import to_meant_digits
from tests.meta.intents import INTENTS

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "data" / "nlu").glob("*.yml"))
# The values that actions compare with; None where the words themselves are the value.
VALUES: dict[str, set[str] | None] = {
    "service": None,
    "aspect": {"fee", "documents", "duration", "validity", "eligibility"},
    "place": None,
    "year": None,
    "ticket_code": None,
    "phone_digits": None,
    "language": {"km", "en"},
    "rating": {"satisfied", "acceptable", "dissatisfied"},
    "budget_topic": None,
}
MINIMUM = {"ask_service": 350, "out_of_scope": 220, "inform": 150}
MINIMUM_OF_OTHERS = 60
TOTAL = 2000

# The inline notation of Rasa's training data format: [text](entity), [text](entity:value) or
# [text]{"entity": …}.
ANNOTATION = re.compile(
    r"\[(?P<text>[^\]]+)\]"
    r"(?:\((?P<name>[^):]+)(?::(?P<value>[^)]+))?\)|(?P<attributes>\{[^}]+\}))"
)
KHMER = re.compile(r"[\u1780-\u17D3]")
LATIN = re.compile(r"[A-Za-z]")
KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
# A Cambodian number: 0 or +855, two digits of the operator, six or seven of the subscriber.
PHONE = re.compile(r"(?<!\d)(?:\+?855|0)[1-9]\d(?P<subscriber>\d{6,7})(?!\d)")


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    entity: str
    value: str | None


@dataclass(frozen=True)
class Example:
    file: str
    intent: str
    annotated: str
    text: str
    spans: tuple[Span, ...]

    def __str__(self) -> str:
        return f"{self.file}: {self.intent}: {self.annotated}"


def parse(file: str, intent: str, annotated: str) -> Example:
    text, spans, position = "", [], 0
    for match in ANNOTATION.finditer(annotated):
        text += annotated[position : match.start()]
        attributes = json.loads(match["attributes"] or "{}")
        start = len(text)
        text += match["text"]
        entity = match["name"] or attributes["entity"]
        spans.append(Span(start, len(text), entity, match["value"] or attributes.get("value")))
        position = match.end()
    return Example(file, intent, annotated, text + annotated[position:], tuple(spans))


def read(path: Path) -> Iterator[Example]:
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        for line in block["examples"].splitlines():
            yield parse(path.name, block["intent"], line.removeprefix("- "))


@cache
def examples() -> tuple[Example, ...]:
    return tuple(example for path in FILES for example in read(path))


def folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def inside_a_cluster(example: Example) -> list[Span]:
    edges = {0, *accumulate(map(len, clusters(example.text)))}
    return [span for span in example.spans if not {span.start, span.end} <= edges]


def real_phone_numbers(text: str) -> list[str]:
    digits = re.sub(r"(?<=\d)[ .-]+(?=\d)", "", text.translate(KHMER_DIGITS))
    found = PHONE.finditer(digits)
    return [match[0] for match in found if set(match["subscriber"]) != {"0"}]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_has_the_shape_rasa_reads(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert content.keys() == {"version", "nlu"}
    assert content["version"] == "3.1"
    for block in content["nlu"]:
        assert block.keys() == {"intent", "examples"}
        assert all(line.startswith("- ") for line in block["examples"].splitlines())


def test_only_the_agreed_intents_stand_in_the_data() -> None:
    assert {example.intent for example in examples()} == set(INTENTS)


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_has_enough_examples(intent: str) -> None:
    count = sum(example.intent == intent for example in examples())
    assert count >= MINIMUM.get(intent, MINIMUM_OF_OTHERS)


def test_the_data_has_the_agreed_size() -> None:
    assert len(examples()) >= TOTAL


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_is_heard_in_both_scripts_and_mixed(intent: str) -> None:
    texts = [example.text for example in examples() if example.intent == intent]
    khmer = [bool(KHMER.search(text)) for text in texts]
    latin = [bool(LATIN.search(text)) for text in texts]
    scripts = Counter(zip(khmer, latin, strict=True))
    assert scripts[True, False] >= len(texts) / 4
    assert scripts[False, True] >= len(texts) / 10
    assert scripts[True, True] >= 3


def test_no_text_stands_under_two_intents() -> None:
    intents = defaultdict(set)
    for example in examples():
        intents[folded(example.text)].add(example.intent)
    assert {text: found for text, found in intents.items() if len(found) > 1} == {}


def test_no_text_stands_twice() -> None:
    counts = Counter(folded(example.text) for example in examples())
    assert {text: count for text, count in counts.items() if count > 1} == {}


def test_texts_have_no_stray_blanks() -> None:
    assert [str(e) for e in examples() if not e.text or e.text != " ".join(e.text.split())] == []


def test_annotations_are_closed() -> None:
    assert [str(e) for e in examples() if set(e.text) & set("[]{}")] == []


def test_annotations_name_known_entities_and_values() -> None:
    def known(span: Span) -> bool:
        if span.entity not in VALUES:
            return False
        allowed = VALUES[span.entity]
        return span.value is None if allowed is None else span.value in allowed

    assert [str(e) for e in examples() if not all(map(known, e.spans))] == []


@pytest.mark.parametrize(("entity", "values"), VALUES.items())
def test_every_entity_and_value_has_examples(entity: str, values: set[str] | None) -> None:
    spans = [span for example in examples() for span in example.spans if span.entity == entity]
    counts = Counter(span.value for span in spans)
    assert len(spans) >= 20
    assert all(counts[value] >= 10 for value in values or ())


def test_annotations_neither_start_nor_end_inside_a_character() -> None:
    assert [str(e) for e in examples() if inside_a_cluster(e)] == []


def test_annotations_hold_no_blanks_at_their_edges() -> None:
    def padded(example: Example) -> bool:
        pieces = [example.text[span.start : span.end] for span in example.spans]
        return any(piece != piece.strip() for piece in pieces)

    assert [str(e) for e in examples() if padded(e)] == []


def test_ticket_codes_have_twelve_digits() -> None:
    def digits(example: Example, span: Span) -> str:
        return re.sub(r"\D", "", to_meant_digits(example.text[span.start : span.end]))

    codes = [(e, s) for e in examples() for s in e.spans if s.entity == "ticket_code"]
    assert [str(e) for e, s in codes if len(digits(e, s)) != 12] == []


def test_no_number_of_a_real_subscriber_stands_in_the_data() -> None:
    assert [str(e) for e in examples() if real_phone_numbers(e.text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("012 345 678", ["012345678"]),
        ("+855 97 123 4567", ["+855971234567"]),
        ("០១០-២៣៤-៥៦៧", ["010234567"]),
        ("012 000 000", []),
        ("0204 2103 0012", []),
        ("15/03/2024", []),
    ],
)
def test_the_check_for_real_numbers_sees_every_way_of_writing(text: str, found: list[str]) -> None:
    assert real_phone_numbers(text) == found


def test_the_check_for_broken_characters_sees_a_torn_syllable() -> None:
    torn = parse("x.yml", "ask_service", "[ប័ណ្](service)ណបើកបរ")
    whole = parse("x.yml", "ask_service", "[ប័ណ្ណ](service)បើកបរ")
    assert inside_a_cluster(torn)
    assert not inside_a_cluster(whole)
