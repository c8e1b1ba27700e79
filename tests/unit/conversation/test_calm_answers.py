"""How somebody is answered who is upset, in danger, or says it with an emoji."""

from __future__ import annotations

import pytest

from tests.unit.conversation.parcel_form import WORDS, said, talk


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
