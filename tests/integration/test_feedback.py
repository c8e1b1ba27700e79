"""Feedback, from the citizen's message to the database, with the real engine between."""

from __future__ import annotations

import pytest
import regex
from sqlalchemy import select

from bot.db.models import Feedback
from tests.chat_client import ChatClient

pytestmark = pytest.mark.engine


def stored(stack, reference):
    with stack.sessions() as session:
        feedback = session.scalars(select(Feedback).where(Feedback.reference == reference)).one()
        _ = feedback.aspects
    return feedback


def words(replies):
    return "\n".join(reply["text"] for reply in replies)


def reference_in(text):
    found = regex.search(r"FB-\w{3}-\w{4}", text)
    assert found, text
    return found[0]


def test_a_khmer_complaint_is_taken_and_can_be_asked_after(stack):
    citizen = ChatClient(stack.address)
    replies = citizen.ask("មន្ត្រីនៅច្រកប៉ោយប៉ែតសុំលុយក្រៅពីខ្ញុំ លេខខ្ញុំ ០១២៣៤៥៦៧៨")
    assert "ការិយាល័យប្រជាពលរដ្ឋ" in words(replies)
    replies = citizen.press(replies, "យល់ព្រម")
    replies = citizen.press(replies, "ចង់បានចម្លើយ")
    reference = reference_in(words(replies))
    feedback = stored(stack, reference)
    assert (feedback.place_code, feedback.unit) == ("0110", "district_owso")
    assert feedback.concern == "bribery"
    assert "១២៣៤៥៦៧" in feedback.text
    assert "១២៣៤៥៦៧" not in feedback.masked_text
    assert "មិនទាន់បានឆ្លើយ" in words(citizen.ask(f"{reference} យ៉ាងម៉េចហើយ?"))


def test_the_english_form_survives_a_question_in_the_middle(stack):
    citizen = ChatClient(stack.address)
    replies = citizen.ask("I want to give feedback")
    replies = citizen.press(replies, "District office")
    replies = citizen.ask("how much is a motorbike driving test?")
    assert "30,000" in words(replies)
    assert "In which district" in words(replies)
    replies = citizen.ask("Poipet")
    replies = citizen.ask("3")
    replies = citizen.ask("working hours and staff")
    replies = citizen.ask("nothing")
    replies = citizen.ask("The door was locked at two in the afternoon")
    replies = citizen.press(replies, "stay anonymous")
    feedback = stored(stack, reference_in(words(replies)))
    assert feedback.rating == "dissatisfied"
    assert feedback.aspects_of("disliked") == ["behaviour", "working_hours"]
    assert feedback.contact_id is None
