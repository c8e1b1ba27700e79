"""What the conductor makes of a turn, with a topic as any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

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
    assert words.startswith(f"{MENU} | ")
    assert [button.title for button in turn.replies[-1].buttons] == ["Go on", "Leave it"]
    _, words = talk(conversation, said("large"), context=turn.context)
    assert words == "which colour? (en)"


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


def test_a_message_that_a_topic_recognises_goes_to_it_whatever_it_sounded_like(conversation):
    _, words = talk(conversation, said("P-1234", "nlu_fallback"))
    assert words == "parcel P-1234"


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


def test_back_asks_the_form_s_previous_question_again(conversation):
    turn, words = talk(
        conversation, said("a complaint", "give_feedback"), said("small"), said("back")
    )
    assert words == "which size? (en)"
    _, words = talk(conversation, said("large"), said("red"), context=turn.context)
    assert words == "sent: large red"


def test_back_at_the_first_question_says_so_and_asks_it_again(conversation):
    turn, words = talk(conversation, said("a complaint", "give_feedback"), said("ថយក្រោយ"))
    assert words == f"{WORDS.text('utter_first_question', 'en')} | which size? (en)"
    assert turn.context.form is not None


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


def test_what_was_sent_is_not_taken_up_again_by_going_back(conversation):
    turn, words = talk(
        conversation,
        said("a complaint", "give_feedback"),
        said("small"),
        said("red"),
        said("back"),
    )
    assert words == MENU
    assert turn.context.form is None


@pytest.mark.parametrize("text", ["no, large", "I meant large", "ទេ large", "large, not small"])
def test_a_correction_changes_the_answer_it_means(conversation, text):
    turn, words = talk(
        conversation, said("a complaint", "give_feedback"), said("small"), said(text, "deny")
    )
    assert words == "which colour? (en)"
    assert turn.context.form.fields == {"size": "large"}


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


YESTERDAY = timedelta(hours=25)


class Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 8, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def next_day(clock):
    """A conversation with a form of yesterday, and its context."""
    conversation = new_conversation(WORDS, clock)
    turn, _ = talk(conversation, said("a complaint", "give_feedback"), said("small"))
    clock.moment += YESTERDAY
    return conversation, turn.context


def test_a_form_of_yesterday_is_asked_about_and_gone_on_with(next_day):
    conversation, context = next_day
    turn, words = talk(conversation, said("hello again", "inform"), context=context)
    assert "which colour?" in words
    assert [button.title for button in turn.replies[-1].buttons] == ["Go on", "Leave it"]
    turn, words = talk(conversation, said("yes", "affirm"), said("blue"), context=turn.context)
    assert words == "sent: small blue"


def test_a_form_of_yesterday_can_be_left(next_day):
    conversation, context = next_day
    turn, words = talk(conversation, said("hello", "inform"), said("no", "deny"), context=context)
    assert words == CANCELLED
    assert turn.context.form is None


def test_a_question_on_the_next_day_is_answered_before_we_ask_about_the_form(next_day):
    conversation, context = next_day
    turn, words = talk(conversation, said("the fee?", "ask_service"), context=context)
    assert words.startswith("30,000 riel | One of my questions")
    pressed_yes = pressed(form_topic="resumption", step="", choice="yes")
    _, words = talk(conversation, pressed_yes, context=turn.context)
    assert words == "which colour? (en)"


def test_a_form_of_the_same_day_goes_on_without_asking(clock):
    conversation = new_conversation(WORDS, clock)
    turn, _ = talk(conversation, said("a complaint", "give_feedback"))
    for _ in range(2):
        clock.moment += timedelta(hours=20)
        turn, words = talk(conversation, said("small"), context=turn.context)
        assert words == "which colour? (en)"
        turn, _ = talk(conversation, said("back"), context=turn.context)


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


@pytest.mark.parametrize(
    ("text", "intent", "mood"),
    [
        ("you stupid bot", "out_of_scope", "rude"),
        ("អាឆ្កែ", "nlu_fallback", "rude"),
        ("nobody helps me, I give up", "nlu_fallback", "desperate"),
        ("អត់ដឹងធ្វើម៉េចទៀតទេ", "out_of_scope", "desperate"),
    ],
)
def test_somebody_upset_gets_a_calm_answer_and_a_way_to_a_person(conversation, text, intent, mood):
    turn, words = talk(conversation, said("xx", "nlu_fallback"), said(text, intent))
    assert words == WORDS.text(f"utter_calm_{mood}", "en")
    assert "/talk_to_officer" in [button.payload for button in turn.replies[-1].buttons]
    assert turn.context.misunderstood == 0


def test_a_question_of_somebody_upset_is_answered(conversation):
    turn, words = talk(conversation, said("how much is that fucking test", "ask_service"))
    assert words == f"{WORDS.text('utter_calm_rude_opening', 'en')} | 30,000 riel"
    assert "/talk_to_officer" in [button.payload for button in turn.replies[-1].buttons]


def test_somebody_in_danger_is_told_whom_to_call(conversation):
    _, words = talk(conversation, said("I want to die", "out_of_scope"))
    assert "119" in words


@pytest.mark.parametrize(
    ("emoji", "answer"),
    [("👍", "yes what?"), ("👍🏽👍🏽", "yes what?"), ("👎", "left"), ("✅ ", "yes what?")],
)
def test_a_thumb_is_a_yes_or_a_no(conversation, emoji, answer):
    _, words = talk(conversation, said(emoji, "out_of_scope"))
    assert words == answer


def test_angry_emoji_get_a_calm_answer_and_others_none_of_their_own(conversation):
    _, words = talk(conversation, said("😡😡", "inform"))
    assert words == WORDS.text("utter_calm_rude", "en")
    _, words = talk(conversation, said("🚗", "out_of_scope"))
    assert words == "what?"


def test_the_service_that_somebody_desperate_names_is_answered(conversation):
    heard = said(
        "nobody helps me with my birth certificate", "ask_help", service="birth certificate"
    )
    _, words = talk(conversation, heard)
    assert words == f"{WORDS.text('utter_calm_desperate_opening', 'en')} | 30,000 riel"
