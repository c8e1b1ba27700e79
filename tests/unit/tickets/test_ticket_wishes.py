"""Who wants to be told when a ticket moves, and no longer."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from bot.db.models import TicketFollow
from bot.services.dialogue import Context
from tests.unit.tickets.desk import CODE, send, ticket
from tests.unit.tickets.ticket_talk import SHOWN, Citizen, followed


@pytest.mark.parametrize("how", ["press", "yes", "typed", "khmer"])
def test_after_a_lookup_the_citizen_may_ask_to_be_told(sessions, citizen, how):
    send(sessions, ticket("paid"))
    assert "Shall I tell you when it moves?" in citizen.say(f"{CODE} 678")
    said = {
        "press": lambda: citizen.press("Tell me when ready"),
        "yes": lambda: citizen.say("yes please", "affirm"),
        "typed": lambda: citizen.say("tell me when it is ready"),
        "khmer": lambda: citizen.say("ប្រាប់ខ្ញុំផងពេលរួច"),
    }[how]()
    assert f"I will tell you when ticket {SHOWN} moves." in said
    assert followed(sessions) == [(citizen.contact_id, CODE)]


def test_a_wish_to_be_told_survives_the_questions(sessions, citizen):
    send(sessions, ticket("paid"))
    assert "12-digit" in citizen.say("tell me when my paper is ready")
    assert "last 3 digits" in citizen.say(CODE, "inform")
    assert followed(sessions) == []
    assert "The fee is paid" in citizen.say("678", "inform")


def test_a_wish_with_the_code_is_kept_until_the_digits_are_right(sessions, citizen):
    send(sessions, ticket("paid"))
    citizen.say(f"tell me when {CODE} is ready")
    said = citizen.say("678", "inform")
    assert "The fee is paid" in said
    assert "I will tell you" in said
    assert followed(sessions) == [(citizen.contact_id, CODE)]


def test_nobody_follows_what_they_were_not_told(sessions, citizen):
    send(sessions, ticket("paid"))
    citizen.say(f"{CODE} 678")
    stranger = Citizen(sessions, "stranger")
    stranger.replies = citizen.replies
    assert "last 3 digits" in stranger.press("Tell me when ready")
    assert followed(sessions) == []


def test_what_is_followed_is_listed_and_can_be_stopped(sessions, citizen):
    send(sessions, ticket("paid"), ticket("rejected", code="010221070035"))
    assert "You follow no ticket yet" in citizen.say("which tickets do I follow?")
    for code in (CODE, "010221070035"):
        citizen.say(f"{code} 678")
        citizen.press("Tell me when ready")
    said = citizen.press("Tickets I follow")
    assert f"• {SHOWN}: in progress." in said
    assert "• 0102 2107 0035: refused." in said
    assert "was rejected" in citizen.press("0102 2107 0035")
    assert "I will say no more" in citizen.press("Stop telling me")
    assert followed(sessions) == [(citizen.contact_id, CODE)]
    assert "I will say no more" in citizen.say("stop telling me about it")
    assert followed(sessions) == []


def test_to_stop_one_of_several_it_is_chosen(sessions, citizen):
    send(sessions, ticket("paid"), ticket("paid", code="010221070035"))
    for code in (CODE, "010221070035"):
        citizen.say(f"{code} 678")
        citizen.press("Tell me when ready")
    citizen.context = Context()
    citizen.say("កុំប្រាប់ខ្ញុំទៀត")
    assert "I will say no more about ticket 0102 2107 0034" in citizen.press("0034")


def test_too_many_followed_tickets_are_refused_kindly(sessions, citizen):
    codes = [f"01022107{number:04}" for number in range(21)]
    send(sessions, *[ticket("paid", code=code) for code in codes])
    for code in codes:
        citizen.say(f"{code} 678")
        said = citizen.press("Tell me when ready")
    assert "You follow 20 tickets" in said
    assert len(followed(sessions)) == 20


def test_a_conversation_without_a_contact_is_answered_too(sessions, citizen):
    send(sessions, ticket("paid"))
    with sessions.begin() as session:
        session.execute(delete(TicketFollow))
    citizen.name = "nobody"
    assert "The fee is paid" in citizen.say(f"tell me when {CODE} is ready 678")
    assert "follow no ticket" in citizen.say("what do I follow")
