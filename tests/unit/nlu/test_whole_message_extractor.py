"""Aspects and ratings by the whole message, learnt from a few examples in a folder."""

from __future__ import annotations

import pytest

from tests.unit.nlu.engine_components import judge

ASKS = "ask_service"
EXAMPLES = [
    (ASKS, "can my [sister sign](eligibility) for me"),
    (ASKS, "can my [brother sign](eligibility) the licence"),
    (ASKS, "may [mother sign](eligibility) at the desk"),
    (ASKS, "does a [neighbour sign](eligibility) for the house"),
    (ASKS, "how many [notes do I pay](fee) for the licence"),
    (ASKS, "which [amount do I pay](fee) at the desk"),
    (ASKS, "do I [pay](fee) at the desk"),
    (ASKS, "[money to pay](fee) for a marriage"),
    (ASKS, "ត្រូវ[បង់លុយ](fee)ទេ"),
    (ASKS, "[បង់](fee)នៅណា"),
    (ASKS, "which [amount do I pay](fee) for the house"),
    (ASKS, "which [amount do I pay](fee) for the shop"),
    (ASKS, "I want a licence"),
    (ASKS, "a marriage at the commune"),
    ("find_office", "where is the desk"),
]
SIGNS = "may an uncle sign at the shop"
PAYS = "which amount do I pay for the plate"
BOTH = f"{SIGNS}. {PAYS}"
PLACE = {"entity": "place", "value": "Poipet", "start": 0, "end": 6}
FOUND_BEFORE = {"entity": "aspect", "value": "eligibility", "start": 0, "end": 3}
CLAUSES = [(0, len(SIGNS), ASKS), (len(SIGNS) + 1, len(BOTH), "find_office")]

MESSAGES = {
    "no word names it": {"text": SIGNS},
    "Khmer": {"text": "បង់លុយនៅណា"},
    "asks for none": {"text": "I want a marriage"},
    "found before": {"text": SIGNS, "entities": [FOUND_BEFORE]},
    "found in error": {"text": PAYS, "entities": [PLACE, FOUND_BEFORE]},
    "another intent": {"text": SIGNS, "intent": "give_feedback", "entities": [PLACE]},
    "two questions": {
        "text": BOTH,
        "intent": "find_office",
        "clauses": [
            {"start": start, "end": end, "intent": intent, "confidence": 0.9}
            for start, end, intent in CLAUSES
        ],
    },
    "no words": {"text": " "},
}


def judged(folder, examples) -> dict[str, dict[str, list[dict]]]:
    """The entities of each of MESSAGES by a component that learnt the examples: trained, loaded."""
    marked = [
        [intent, text.replace("](", ']{"entity": "aspect", "value": "').replace(")", '"}')]
        for intent, text in examples
    ]
    messages = [{"intent": ASKS, **message} for message in MESSAGES.values()]
    judgements = judge(
        "bot.nlu.whole_message_extractor.WholeMessageExtractor", folder, marked, messages
    )
    return {
        name: dict(zip(MESSAGES, entities, strict=True)) for name, entities in judgements.items()
    }


@pytest.fixture(scope="module")
def by_examples(tmp_path_factory):
    return judged(tmp_path_factory.mktemp("aspects"), EXAMPLES)


@pytest.fixture
def entities(by_examples):
    return by_examples["trained"]


def aspects(found: list[dict]) -> list[str]:
    return [entity["value"] for entity in found if entity["entity"] == "aspect"]


@pytest.mark.parametrize(
    ("message", "aspect", "words"),
    [("no word names it", "eligibility", SIGNS), ("Khmer", "fee", "បង់លុយនៅណា")],
)
def test_a_question_that_was_never_seen_gets_its_aspect(entities, message, aspect, words):
    (entity,) = entities[message]
    assert (entity["entity"], entity["value"]) == ("aspect", aspect)
    assert entity["extractor"] == "WholeMessageExtractor"
    assert 0 <= entity["start"] < entity["end"] <= len(words)


def test_the_words_that_speak_most_for_an_aspect_become_the_entity(entities):
    (entity,) = entities["no word names it"]
    assert "sign" in SIGNS[entity["start"] : entity["end"]].split()


def test_a_question_for_no_aspect_gets_none(entities):
    assert entities["asks for none"] == []


def test_an_aspect_that_was_found_is_not_found_again(entities):
    assert entities["found before"] == [FOUND_BEFORE]


def test_an_aspect_that_the_message_denies_is_dropped_and_what_else_was_found_stays(entities):
    assert PLACE in entities["found in error"]
    assert aspects(entities["found in error"]) == ["fee"]


def test_a_message_of_another_intent_is_left_alone(entities):
    assert entities["another intent"] == [PLACE]


def test_of_a_message_about_something_else_only_the_questions_about_a_service_are_judged(entities):
    assert aspects(entities["two questions"]) == ["eligibility"]
    (entity,) = entities["two questions"]
    assert entity["end"] <= CLAUSES[0][1]


def test_a_message_without_words_has_no_aspect(entities):
    assert entities["no words"] == []


def test_a_loaded_component_judges_as_the_trained_one(by_examples):
    assert by_examples["loaded"] == by_examples["trained"]


def test_without_examples_of_aspects_nothing_is_learnt_and_messages_stay_as_they_are(tmp_path):
    unmarked = [(intent, text) for intent, text in EXAMPLES if "](" not in text]
    as_given = {name: message.get("entities", []) for name, message in MESSAGES.items()}
    assert judged(tmp_path, unmarked) == {"trained": as_given, "loaded": as_given}


RATINGS = [
    ("give_feedback", "the clerk was kind and I feel [glad](satisfied)"),
    ("give_feedback", "I am so [glad](satisfied) about the clerk"),
    ("inform", "[glad](satisfied)"),
    ("inform", "really [glad](satisfied)"),
    ("give_feedback", "they shouted and I feel [hurt](dissatisfied)"),
    ("give_feedback", "so [hurt](dissatisfied) by what the clerk said"),
    ("inform", "[hurt](dissatisfied)"),
    ("inform", "a bit [hurt](dissatisfied)"),
    ("inform", "Battambang"),
    ("inform", "motorbike"),
    ("give_feedback", "the clerk went home at ten"),
    ("give_feedback", "nobody sat at the window"),
    ("ask_service", "I want a licence"),
]


def test_of_ratings_a_message_holds_one_at_most_and_the_likelier_one(tmp_path):
    found = judge(
        "bot.nlu.whole_message_extractor.WholeMessageExtractor",
        tmp_path,
        [
            [intent, text.replace("](", ']{"entity": "rating", "value": "').replace(")", '"}')]
            for intent, text in RATINGS
        ],
        [
            {"intent": "give_feedback", "text": "I feel glad"},
            {"intent": "give_feedback", "text": "I feel hurt"},
            {"intent": "inform", "text": "Battambang"},
            {"intent": "ask_service", "text": "I feel glad"},
        ],
    )["trained"]
    assert [[entity["value"] for entity in entities] for entities in found] == [
        ["satisfied"], ["dissatisfied"], [], []
    ]  # fmt: skip
