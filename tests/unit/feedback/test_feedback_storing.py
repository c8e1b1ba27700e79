"""References, throttling, following and reopening."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.db.models import Feedback, Official
from bot.db.models.base import now
from bot.services.dialogue import form_payload
from bot.services.feedback import GivenFeedback, submit, text_for
from bot.services.feedback_reference import (
    ALPHABET,
    check_character,
    is_valid,
    new_reference,
    references_in,
    written,
)
from bot.text.digits import to_khmer_digits
from tests.unit.feedback.citizen import SECRET, Citizen

CHARACTERS = st.text(ALPHABET, min_size=6, max_size=6)


@given(CHARACTERS, st.integers(0, 6), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(characters, position, other):
    reference = characters + check_character(characters)
    changed = reference[:position] + other + reference[position + 1 :]
    assert is_valid(written(changed)) == (changed == reference)


@given(CHARACTERS, st.integers(0, 5))
def test_two_swapped_neighbours_are_noticed(characters, position):
    reference = characters + check_character(characters)
    swapped = list(reference)
    swapped[position : position + 2] = swapped[position : position + 2][::-1]
    assert is_valid(written("".join(swapped))) == ("".join(swapped) == reference)


@given(CHARACTERS)
def test_a_reference_is_found_however_it_is_typed(characters):
    reference = written(characters + check_character(characters))
    for typed in (
        f"what happened to {reference}?",
        reference.lower(),
        reference.replace("-", ""),
        f"រឿង {to_khmer_digits(reference)} យ៉ាងម៉េចហើយ",
    ):
        if any(c.isdigit() for c in characters) or "-" in typed[:4] or reference in typed:
            assert references_in(typed) == [reference]


@pytest.mark.parametrize("text", ["my fb page", "FBI", "fb messenger is good", "", "FB-"])
def test_no_reference_is_seen_where_there_is_none(text):
    assert references_in(text) == []


def give(sessions, text="slow", conversation="a", moment=None, **values):
    given_feedback = GivenFeedback(
        **{
            "unit": "district_owso",
            "place_code": "0110",
            "rating": "dissatisfied",
            "text": text,
            "conversation_id": conversation,
            **values,
        }
    )
    with sessions.begin() as session:
        return submit(session, given_feedback, SECRET, moment or now())


def test_the_same_statement_delivered_twice_is_stored_once(sessions):
    assert give(sessions).reference == give(sessions).reference


def test_a_later_repeat_is_kept_and_not_counted(sessions):
    start = now()
    first = give(sessions, moment=start)
    again = give(sessions, "slow ", moment=start + timedelta(hours=2))
    other = give(sessions, conversation="b", moment=start + timedelta(hours=2))
    assert (again.kept_back, again.duplicate_of_id) == ("duplicate", first.id)
    assert other.kept_back is None


def test_a_burst_is_kept_and_not_counted(sessions):
    start = now()
    texts = ["slow queue", "rude clerk at desk two", "closed at noon", "no chairs anywhere", "hot"]
    kept = [
        give(sessions, text, moment=start + timedelta(minutes=6 * position)).kept_back
        for position, text in enumerate(texts)
    ]
    assert kept == [None, None, None, "burst", "burst"]
    with sessions() as session:
        assert len(session.scalars(select(Feedback)).all()) == 5


def test_only_the_responsible_reads_what_is_masked_for_others(sessions):
    feedback = give(
        sessions, "Mr Sok Dara, 012 345 678, asked for money", shared_with_citizens_office=True
    )

    def official(**values):
        return Official(
            **{"name": "x", "role": "office", "place_code": "0110", "unit": "", **values}
        )

    assert "Sok Dara" in text_for(feedback, official())
    assert "Sok Dara" in text_for(feedback, official(unit="district_owso"))
    assert "Sok Dara" in text_for(feedback, official(role="citizens_office"))
    for reader in (
        None,
        official(place_code="01"),
        official(unit="district_hall"),
        official(role="citizens_office", place_code="0102"),
    ):
        masked = text_for(feedback, reader)
        assert "Sok Dara" not in masked
        assert "345" not in masked
        assert "asked for money" in masked


def test_what_happened_is_told_at_any_time_and_to_anybody_who_has_the_reference(sessions, places):
    feedback = give(sessions)
    stranger = Citizen(sessions, places)
    stranger.say(f"what happened to {feedback.reference}?", "track_ticket")
    assert "have not answered yet" in stranger.words
    with sessions.begin() as session:
        row = session.get_one(Feedback, feedback.id)
        row.state, row.answer, row.answered_at = "answered", "We open at 8 now", now()
    stranger.say(f"{feedback.reference.lower()}", "inform")
    assert "We open at 8 now" in stranger.words
    assert stranger.titles == []


@pytest.mark.parametrize(
    ("reference", "expected"),
    [("FB-222-2223", "is not right"), (new_reference(), "no feedback with the reference")],
    ids=["mistyped", "of nobody"],
)
def test_a_wrong_reference_is_told_as_wrong(sessions, places, reference, expected):
    citizen = Citizen(sessions, places)
    citizen.say(f"what about {reference}", "inform")
    assert expected in citizen.words


def test_my_own_feedback_is_found_without_a_reference(sessions, places):
    citizen = Citizen(sessions, places)
    citizen.say("what happened to my complaint?", "give_feedback")
    assert "begins with FB-" in citizen.words
    feedback = give(sessions, conversation=citizen.conversation_id)
    citizen.say("what happened to my complaint?", "give_feedback")
    assert feedback.reference in citizen.words


def test_the_author_says_that_it_is_not_solved_and_why(sessions, places):
    citizen = Citizen(sessions, places)
    feedback = give(sessions, conversation=citizen.conversation_id)
    with sessions.begin() as session:
        row = session.get_one(Feedback, feedback.id)
        row.state, row.answer, row.answered_at = "answered", "done", now()
    citizen.say(f"what happened to {feedback.reference}", "give_feedback")
    citizen.press("No, not yet")
    assert citizen.stored()[0].state == "open"
    assert citizen.stored()[0].reopened_at is not None
    citizen.say("they still ask for money")
    [stored] = citizen.stored()
    assert stored.text == "slow\nthey still ask for money"
    actions = [event.action for event in stored.events]
    assert actions == ["received", "not_solved", "added"]


def test_somebody_else_cannot_say_that_it_is_solved(sessions, places):
    feedback = give(sessions)
    stranger = Citizen(sessions, places)
    stranger.choose(form_payload("feedback", "solved", f"yes:{feedback.reference}"))
    assert "only the person who gave" in stranger.words
    assert stranger.stored()[0].state == "open"
