"""The judge sets hold what benchmarks/judge/README.md says of them."""

import csv
import json
import re
import unicodedata
from collections import Counter
from itertools import chain, combinations
from pathlib import Path

import pytest

from bot.text.digits import to_meant_digits
from tests.meta.intents import INTENTS

ROOT = Path(__file__).resolve().parents[2]
JUDGE = ROOT / "benchmarks" / "judge"

ENTITIES = {
    "service",
    "aspect",
    "place",
    "year",
    "ticket_code",
    "phone_digits",
    "language",
    "rating",
    "budget_topic",
}
ASPECTS = {"fee", "documents", "duration", "validity", "eligibility"}
REGISTERS = {"khmer", "english", "romanised", "mixed", "noisy"}
LEAST_OF_INTENT = {"ask_service": 90, "out_of_scope": 70}
SHARE_OF_REGISTER = {
    "khmer": 0.40,
    "english": 0.20,
    "romanised": 0.17,
    "mixed": 0.11,
    "noisy": 0.12,
}

KHMER = re.compile("[\u1780-\u17ff]")
LATIN = re.compile("[A-Za-z]")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def letters_of(text: str) -> str:
    """Text without what does not tell two sentences apart: spaces, punctuation, case."""
    kept = (c for c in text.casefold() if unicodedata.category(c)[0] not in "CPZ")
    return "".join(kept)


INTENT_ROWS = read(JUDGE / "intents.csv")
MESSAGE_ROWS = read(JUDGE / "messages.csv")
STRANGER_ROWS = read(JUDGE / "strangers.csv")
SERVICE_ROWS = read(JUDGE / "services.csv")
INTENT_SETS = {"intents": INTENT_ROWS, "messages": MESSAGE_ROWS, "strangers": STRANGER_ROWS}
SETS = pytest.mark.parametrize(
    "rows",
    [INTENT_ROWS, MESSAGE_ROWS, STRANGER_ROWS, SERVICE_ROWS],
    ids=["intents.csv", "messages.csv", "strangers.csv", "services.csv"],
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("intents.csv", ["text", "intent", "register", "entities"]),
        ("messages.csv", ["text", "intent", "register", "entities"]),
        ("strangers.csv", ["text", "intent", "register", "entities"]),
        ("services.csv", ["text", "service_id", "register", "note"]),
    ],
)
def test_columns_are_those_of_the_readme(name: str, expected: list[str]) -> None:
    assert columns(JUDGE / name) == expected


@SETS
def test_every_cell_is_filled_in_and_trimmed(rows: list[dict[str, str]]) -> None:
    # DictReader puts None under a missing cell and collects surplus cells under the key None.
    broken = [row for row in rows if None in row or None in row.values()]
    assert broken == []
    assert [row for row in rows if not row["text"] or row["text"] != row["text"].strip()] == []


@SETS
def test_no_sentence_stands_twice(rows: list[dict[str, str]]) -> None:
    counts = Counter(letters_of(row["text"]) for row in rows)
    assert [text for text, count in counts.items() if count > 1] == []


@SETS
def test_register_says_which_script_is_used(rows: list[dict[str, str]]) -> None:
    scripts = {
        "khmer": {(True, False)},
        "english": {(False, True), (False, False)},
        "romanised": {(False, True)},
        # Also romanised Khmer with English words.
        "mixed": {(True, True), (False, True)},
    }
    assert {row["register"] for row in rows} == REGISTERS
    wrong = [
        row
        for row in rows
        if row["register"] in scripts
        and (bool(KHMER.search(row["text"])), bool(LATIN.search(row["text"])))
        not in scripts[row["register"]]
    ]
    assert wrong == []


def test_intents_are_known_and_frequent_enough() -> None:
    counts = Counter(row["intent"] for row in INTENT_ROWS)
    assert set(counts) == set(INTENTS)
    assert len(INTENT_ROWS) >= 600
    assert {i: n for i, n in counts.items() if n < LEAST_OF_INTENT.get(i, 20)} == {}


@pytest.mark.parametrize("register", sorted(REGISTERS))
def test_registers_keep_their_share(register: str) -> None:
    count = sum(row["register"] == register for row in INTENT_ROWS)
    assert count / len(INTENT_ROWS) == pytest.approx(SHARE_OF_REGISTER[register], abs=0.03)


def test_every_intent_is_asked_in_every_register() -> None:
    seen = {(row["intent"], row["register"]) for row in INTENT_ROWS}
    assert {(i, r) for i in INTENTS for r in REGISTERS} - seen == set()


def test_noisy_rows_hold_zero_width_spaces_and_variant_encodings() -> None:
    noisy = [row["text"] for row in INTENT_ROWS if row["register"] == "noisy"]
    zero_width_space, split_vowel, vowel_before_subscript = (
        "\u200b",
        "\u17c1\u17b8|\u17c1\u17b6",
        "[\u17b6-\u17c5]\u17d2",
    )
    for pattern in (zero_width_space, split_vowel, vowel_before_subscript):
        assert any(re.search(pattern, text) for text in noisy), ascii(pattern)


@pytest.mark.parametrize(("one", "other"), combinations(INTENT_SETS, 2))
def test_hardly_a_sentence_stands_in_two_sets(one: str, other: str) -> None:
    first, second = ({letters_of(r["text"]) for r in INTENT_SETS[name]} for name in (one, other))
    assert len(first & second) <= len(second) / 50


@pytest.mark.parametrize(
    ("rows", "least"), [(MESSAGE_ROWS, 400), (STRANGER_ROWS, 1000)], ids=["messages", "strangers"]
)
def test_the_later_sets_ask_every_intent_too(rows: list[dict[str, str]], least: int) -> None:
    assert {row["intent"] for row in rows} == set(INTENTS)
    assert len(rows) >= least


def test_entities_are_known_and_stand_in_their_sentence() -> None:
    wrong = []
    for row in chain(*INTENT_SETS.values()):
        for entity in json.loads(row["entities"]):
            is_aspect = entity["entity"] == "aspect"
            keys = {"entity", "value_text"} | ({"value"} if is_aspect else set())
            if (
                set(entity) != keys
                or entity["entity"] not in ENTITIES
                or not entity["value_text"].strip()
                or entity["value_text"] not in row["text"]
                or (is_aspect and entity["value"] not in ASPECTS)
            ):
                wrong.append((row["text"], entity))
    assert wrong == []


def test_every_entity_and_aspect_occurs() -> None:
    entities = [entity for row in INTENT_ROWS for entity in json.loads(row["entities"])]
    assert {entity["entity"] for entity in entities} == ENTITIES
    assert {e["value"] for e in entities if e["entity"] == "aspect"} == ASPECTS


def test_ticket_codes_have_twelve_digits() -> None:
    codes = [
        entity["value_text"]
        for row in chain(*INTENT_SETS.values())
        for entity in json.loads(row["entities"])
        if entity["entity"] == "ticket_code"
    ]
    assert codes
    assert [code for code in codes if sum(map(str.isdecimal, to_meant_digits(code))) != 12] == []


def test_service_ids_are_those_of_the_catalogue_and_each_is_asked_for() -> None:
    catalogue = {row["id"] for row in read(ROOT / "seeds" / "catalogue" / "services.csv")}
    counts = Counter(
        service_id
        for row in SERVICE_ROWS
        for service_id in row["service_id"].split("|")
        if row["service_id"]
    )
    assert set(counts) - catalogue == set()
    assert {
        service_id: counts[service_id] for service_id in catalogue if counts[service_id] < 3
    } == {}


def test_services_set_is_large_enough_and_asks_for_what_is_not_offered() -> None:
    assert len(SERVICE_ROWS) >= 330
    assert sum(not row["service_id"] for row in SERVICE_ROWS) >= 50
