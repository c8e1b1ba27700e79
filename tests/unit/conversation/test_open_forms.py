"""An open form through other questions, corrections, steps back and a night."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.services.dialogue import Context, Form
from tests.unit.conversation.parcel_form import (
    CANCELLED,
    MENU,
    WORDS,
    new_conversation,
    pressed,
    said,
    talk,
)


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


def test_a_form_whose_topic_was_taken_away_is_forgotten(conversation):
    form = Form("gone", "x", Form.from_json(_stored_form()).asked_at)
    turn, words = talk(conversation, said("hello", "greet"), context=Context(form=form))
    assert turn.context.form is None
    assert words == WORDS.text("utter_greet", "en")


def _stored_form():
    return '{"topic": "gone", "step": "x", "asked_at": "2026-11-24T00:00:00+00:00", "fields": {}}'


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
    conversation = new_conversation(clock)
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
    conversation = new_conversation(clock)
    turn, _ = talk(conversation, said("a complaint", "give_feedback"))
    for _ in range(2):
        clock.moment += timedelta(hours=20)
        turn, words = talk(conversation, said("small"), context=turn.context)
        assert words == "which colour? (en)"
        turn, _ = talk(conversation, said("back"), context=turn.context)
