"""What the conductor makes of a turn, with a topic as any other."""

from __future__ import annotations

from dataclasses import replace

import yaml

from actions.turns import ACTIONS
from bot.settings import PROJECT_ROOT
from tests.unit.conversation.parcel_form import MENU, WORDS, said, talk


def test_two_misunderstandings_in_a_row_offer_the_menu_and_a_person(conversation):
    turn, words = talk(conversation, said("xx", "nlu_fallback"), said("yy", "out_of_scope"))
    assert words == WORDS.text("utter_misunderstood_again", "en")
    payloads = [button.payload for button in turn.replies[0].buttons]
    assert "/talk_to_officer" in payloads
    assert "/browse_services" in payloads


def test_an_understood_turn_ends_the_count_of_misunderstandings(conversation):
    turn, words = talk(
        conversation,
        said("xx", "nlu_fallback"),
        said("hello", "greet"),
        said("yy", "nlu_fallback"),
    )
    assert words == "what?"
    assert turn.context.misunderstood == 1


def test_wrong_answers_to_a_form_count_as_misunderstandings(conversation):
    turn, words = talk(
        conversation,
        said("a complaint", "give_feedback"),
        said("small"),
        said("77"),
        said("88"),
    )
    assert words == WORDS.text("utter_misunderstood_again", "en")
    assert turn.context.form is not None, "nothing that was answered is lost"


def test_a_bare_place_belongs_to_the_topic_talked_about_last(conversation):
    _, words = talk(
        conversation,
        said("the budget of Battambang", "ask_budget"),
        said("and in Poipet", "inform", place="Poipet"),
    )
    assert words == "budget again"
    _, words = talk(
        conversation,
        said("where is the office", "find_office"),
        said("Poipet", "inform", place="Poipet"),
    )
    assert words == "place: Poipet"


def test_a_bare_entity_that_one_topic_knows_goes_to_it(conversation):
    _, words = talk(conversation, said("2023", "inform", year="2023"))
    assert words == "budget again"


def test_a_message_that_a_topic_recognises_goes_to_it_whatever_it_sounded_like(conversation):
    _, words = talk(conversation, said("P-1234", "nlu_fallback"))
    assert words == "parcel P-1234"


def test_every_custom_action_of_the_domain_is_one_of_ours():
    domain = yaml.safe_load((PROJECT_ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert sorted(domain["actions"]) == sorted(ACTIONS)


def test_every_intent_of_the_domain_has_an_answer():
    domain = yaml.safe_load((PROJECT_ROOT / "domain.yml").read_text(encoding="utf-8"))
    rules = [
        step
        for path in sorted((PROJECT_ROOT / "data/rules").glob("*.yml"))
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
        for step in rule["steps"]
    ]
    assert {step["intent"] for step in rules if "intent" in step} == {
        *domain["intents"],
        "nlu_fallback",
    }


def test_back_shows_the_previous_answer_then_the_one_before_then_the_menu(conversation):
    turn, _ = talk(
        conversation,
        said("the office in Poipet", "find_office", place="Poipet"),
        said("the fee", "ask_service"),
        said("the budget", "ask_budget"),
    )
    turn, words = talk(conversation, said("back"), context=turn.context)
    assert words == "30,000 riel"
    turn, words = talk(conversation, said("back"), context=turn.context)
    assert words == "place: the office in Poipet"
    _, words = talk(conversation, said("back"), context=turn.context)
    assert words == MENU


def test_a_corrected_place_belongs_to_the_topic_talked_about_last(conversation):
    _, words = talk(
        conversation,
        said("the budget of Battambang", "ask_budget"),
        said("no, Poipet", "deny", place="Poipet"),
    )
    assert words == "budget again"


def test_a_no_that_corrects_nothing_is_a_no(conversation):
    _, words = talk(conversation, said("the fee", "ask_service"), said("no", "deny"))
    assert words == "left"


def _parts(*parts, intent):
    text = " and ".join(part.text for part in parts)
    return replace(said(text, intent), parts=parts)


def test_two_questions_in_one_message_are_both_answered(conversation):
    both = _parts(
        said("how much is it", "ask_service"),
        said("where is the office", "find_office"),
        intent="ask_service",
    )
    _, words = talk(conversation, both)
    assert words == "30,000 riel | place: where is the office"


def test_back_to_several_questions_answers_all_of_them_again(conversation):
    both = _parts(
        said("how much is it", "ask_service"),
        said("where is the office", "find_office"),
        intent="ask_service",
    )
    turn, both_answers = talk(conversation, both)
    turn, _ = talk(conversation, said("the budget", "ask_budget"), context=turn.context)
    _, words = talk(conversation, said("back"), context=turn.context)
    assert words == both_answers


def test_a_greeting_before_a_question_is_returned_and_the_question_answered(conversation):
    hello = _parts(said("hello", "greet"), said("how much is it", "ask_service"), intent="greet")
    _, words = talk(conversation, hello)
    assert words == f"{WORDS.text('utter_greet_briefly', 'en')} | 30,000 riel"


def test_two_aspects_of_one_question_stay_one_question(conversation):
    one = _parts(
        said("the fee", "ask_service"), said("documents", "ask_service"), intent="ask_service"
    )
    _, words = talk(conversation, one)
    assert words == "30,000 riel"


def test_an_unsure_part_does_not_tear_a_message_apart(conversation):
    unsure = replace(said("orange", "find_office"), confidence=0.3)
    one = _parts(said("the fee", "ask_service"), unsure, intent="ask_service")
    _, words = talk(conversation, one)
    assert words == "30,000 riel"
