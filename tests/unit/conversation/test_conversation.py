"""What the conductor makes of a turn, with a topic as any other."""

from __future__ import annotations

import pytest

from actions.turns import ACTIONS
from bot.messages import Reply
from bot.services.dialogue import Context, Form, Turn
from bot.wording import wording
from tests.unit.conversation.parcel_form import new_conversation, pressed, said

WORDS = wording()
MENU = WORDS.text("utter_menu", "en")
CANCELLED = WORDS.text("utter_cancelled", "en")


@pytest.fixture
def conversation():
    return new_conversation(WORDS)


def talk(conversation, *messages, context=None):
    """The last turn of some messages, and everything said in it."""
    context = context or Context()
    turn = Turn((Reply(""),), context)
    for heard in messages:
        turn = conversation.take(heard, turn.context)
    return turn, " | ".join(reply.text for reply in turn.replies)


def test_a_form_survives_a_question_in_the_middle(conversation):
    turn, words = talk(
        conversation,
        said("a complaint", "give_feedback"),
        said("how much is a driving test", "ask_service"),
    )
    assert words == "30,000 riel | which size? (en)"
    turn, words = talk(conversation, said("large"), said("blue"), context=turn.context)
    assert words == "sent: large blue"
    assert turn.context.form is None


def test_the_open_question_is_not_asked_twice_when_the_form_moved(conversation):
    _, words = talk(conversation, said("a complaint", "give_feedback"), said("small"))
    assert words == "which colour? (en)"


def test_the_menu_word_shows_the_menu_and_keeps_the_form(conversation):
    turn, words = talk(conversation, said("a complaint", "give_feedback"), said("ម៉ឺនុយ"))
    assert words == f"{MENU} | which size? (en)"
    assert turn.context.form.topic == "parcel"


@pytest.mark.parametrize("word", ["cancel", "បោះបង់", "bos bong", "CANCEL!"])
def test_the_cancel_word_leaves_the_form(conversation, word):
    turn, words = talk(conversation, said("a complaint", "give_feedback"), said(word, "inform"))
    assert words == CANCELLED
    assert turn.context.form is None


def test_a_change_of_language_keeps_the_form_and_asks_in_the_new_language(conversation):
    turn, words = talk(
        conversation,
        said("មតិ", "give_feedback", "km"),
        said("English please", "change_language", "km"),
    )
    assert words == "language changed | which size? (en)"
    assert turn.context.form.step == "size"


def test_a_button_of_another_topic_is_no_answer_to_the_form(conversation):
    _, words = talk(
        conversation, said("a complaint", "give_feedback"), pressed("find_office", place_code="01")
    )
    assert words.endswith("which size? (en)")


def test_a_button_of_an_earlier_question_corrects_it(conversation):
    _, words = talk(
        conversation,
        said("a complaint", "give_feedback"),
        said("small"),
        pressed(form_topic="parcel", step="size", choice="large"),
        said("red"),
    )
    assert words == "sent: large red"


def test_a_button_of_a_form_that_was_left_begins_it_anew(conversation):
    turn, words = talk(conversation, pressed(form_topic="parcel", step="size", choice="large"))
    assert words == "which size? (en)"
    assert turn.context.form is not None


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


def test_a_form_whose_topic_was_taken_away_is_forgotten(conversation):
    form = Form("gone", "x", Form.from_json(_stored_form()).asked_at)
    turn, words = talk(conversation, said("hello", "greet"), context=Context(form=form))
    assert turn.context.form is None
    assert words == WORDS.text("utter_greet", "en")


def _stored_form():
    return '{"topic": "gone", "step": "x", "asked_at": "2026-11-24T00:00:00+00:00", "fields": {}}'


def test_every_custom_action_of_the_domain_is_one_of_ours():
    import yaml

    from bot.settings import PROJECT_ROOT

    domain = yaml.safe_load((PROJECT_ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert sorted(domain["actions"]) == sorted(ACTIONS)


def test_every_intent_of_the_domain_has_an_answer():
    import yaml

    from actions.dialogues import conversation as product_conversation
    from bot.settings import PROJECT_ROOT

    assert product_conversation  # imported, not called: it needs a database
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
