"""Wrong codes and digits: alike to who guesses, and soon too many."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.db.models import OperatorAlert, TicketAttempt
from bot.services.ticket_guard import forget_old_attempts
from tests.unit.tickets.desk import CODE, MOMENT, send, ticket
from tests.unit.tickets.ticket_talk import CLOSED, WRONG, Citizen


def test_wrong_digits_a_wrong_code_and_an_unknown_code_get_the_same_answer(sessions):
    send(sessions, ticket("paid"), ticket("approved", code="010221070035", phone="099999123"))
    answers = set()
    for number, (code, digits) in enumerate(
        [(CODE, "111"), ("010221070035", "678"), ("010221079999", "678")]
    ):
        citizen = Citizen(sessions, f"citizen-{number}")
        asked = citizen.say(code).replace(code[8:], "####")
        answers.add((asked, citizen.say(digits, "inform"), tuple(citizen.buttons())))
    assert len(answers) == 1
    [(_, answer, _)] = answers
    assert WRONG in answer
    assert "take the receipt to the office" in answer


def test_after_a_wrong_try_digits_or_code_may_be_given_again(sessions, citizen):
    send(sessions, ticket("paid"))
    citizen.say(CODE)
    assert WRONG in citizen.say("111", "inform")
    assert "just" in citizen.say("67", "inform") or "only need" in citizen.say("67", "inform")
    assert "The fee is paid" in citizen.say("678", "inform")


def test_five_wrong_tries_close_the_door_for_an_hour_whatever_is_known(sessions, citizen):
    send(sessions, ticket("paid"))
    citizen.say(CODE)
    for number in range(5):
        assert WRONG in citizen.say(f"11{number}", "inform")
    assert CLOSED in citizen.say("678", "inform")
    assert CLOSED in citizen.say(f"{CODE} 678")
    assert CLOSED in citizen.say("010221079999")
    citizen.moment += timedelta(minutes=59)
    assert CLOSED in citizen.say(f"{CODE} 678")
    citizen.moment += timedelta(minutes=2)
    assert "The fee is paid" in citizen.say(f"{CODE} 678")


def test_the_door_is_closed_for_one_sender_only(sessions, citizen):
    send(sessions, ticket("paid"))
    for number in range(6):
        citizen.say(f"{CODE} 11{number}")
    assert "The fee is paid" in Citizen(sessions, "other").say(f"{CODE} 678")


def test_who_names_code_after_code_finds_the_door_closed(sessions, citizen):
    for number in range(20):
        assert "last 3 digits" in citizen.say(f"01022107{number:04}")
    assert CLOSED in citizen.say("010221070099")


def test_many_senders_with_wrong_tries_in_one_district_raise_one_alert(sessions):
    send(sessions, ticket("paid"))
    for number in range(12):
        Citizen(sessions, f"probe-{number}").say(f"01022107{number:04} 000")
    Citizen(sessions, "elsewhere").say("020421070001 000")
    with sessions() as session:
        [alert] = session.scalars(select(OperatorAlert)).all()
    assert (alert.kind, alert.subject) == ("tickets_probed", "0102")
    assert alert.details == {"senders": 10, "wrong_tries": 10}


def test_tries_are_forgotten_after_two_days(sessions, citizen):
    citizen.say(f"{CODE} 000")
    with sessions.begin() as session:
        forget_old_attempts(session, MOMENT + timedelta(hours=47))
        assert session.scalars(select(TicketAttempt)).all()
        forget_old_attempts(session, MOMENT + timedelta(hours=49))
        assert not session.scalars(select(TicketAttempt)).all()
