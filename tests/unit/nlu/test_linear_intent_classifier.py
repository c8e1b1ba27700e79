"""Intents of messages by a classifier that learnt a few examples in a folder."""

from __future__ import annotations

import pytest

from tests.unit.nlu.engine_components import judge

COMPONENT = "bot.nlu.linear_intent_classifier.LinearIntentClassifier"
PLACES = ("Poipet", "Kampot", "Takeo", "Pailin", "Kep", "Kratie")
EXAMPLES = [
    *(["find_office", f"where is the office of {place}"] for place in PLACES),
    *(["ask_service", f"how much is a licence in {place}"] for place in PLACES),
    *(["greet", f"hello {word}"] for word in ("there", "bong", "sir", "madam", "all", "you")),
]
EXPECTED = {
    "where is the office of Koh Kong": "find_office",
    "how much is a number plate": "ask_service",
    "hello": "greet",
}
MESSAGES = [{"text": text} for text in EXPECTED]


def rankings(folder, examples=EXAMPLES) -> dict[str, list[list[dict]]]:
    return judge(COMPONENT, folder, examples, MESSAGES, asked="intent_ranking")


@pytest.fixture(scope="module")
def learnt(tmp_path_factory):
    return rankings(tmp_path_factory.mktemp("intents"))


def test_messages_never_seen_get_their_intents(learnt):
    best = [ranking[0]["name"] for ranking in learnt["trained"]]
    assert best == list(EXPECTED.values())


def test_all_intents_are_ranked_and_their_confidences_add_up_to_one(learnt):
    for ranking in learnt["trained"]:
        assert {intent["name"] for intent in ranking} == set(EXPECTED.values())
        assert sum(intent["confidence"] for intent in ranking) == pytest.approx(1.0)
        confidences = [intent["confidence"] for intent in ranking]
        assert confidences == sorted(confidences, reverse=True)


def test_a_loaded_classifier_ranks_as_the_trained_one(learnt):
    assert learnt["loaded"] == learnt["trained"]


def test_the_same_examples_teach_the_same_on_another_run(learnt, tmp_path):
    assert rankings(tmp_path) == learnt


def test_too_few_examples_for_a_temperature_are_learnt_nevertheless(tmp_path):
    few = [EXAMPLES[0], EXAMPLES[6], EXAMPLES[12]]
    best = [ranking[0]["name"] for ranking in rankings(tmp_path, few)["trained"]]
    assert best == list(EXPECTED.values())
