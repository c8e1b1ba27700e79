"""What a citizen is told of a ticket, and what never."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.db.models import Site
from tests.unit.tickets.desk import CODE, MOMENT, send, ticket
from tests.unit.tickets.ticket_talk import SHOWN, Citizen


@pytest.mark.parametrize(
    "message",
    [
        f"where is my paper {CODE}",
        "តាមដានសំបុត្រ ០១០២ ២១០៧ ០០៣៤",
        "0102-2107-0034",
        "tam dan sombot 0102 2107 0034",
    ],
)
def test_the_digits_are_asked_for_before_anything_is_told(sessions, citizen, message):
    send(sessions, ticket("paid"))
    said = citizen.say(message)
    assert "last 3 digits" in said
    assert SHOWN in said
    for words in ("Motorcycle", "paid", "2021", "Mongkol"):
        assert words not in said


def test_with_the_digits_everything_is_told(sessions, citizen):
    send(sessions, ticket("paid", requested_on="2026-11-13"))
    citizen.say(CODE)
    said = citizen.say("678", "inform")
    for words in (
        f"Ticket {SHOWN}: Motorcycle registration",
        "The fee is paid and the office is working on it.",
        "Applied on: 13 November 2026",
        # Ten working days: two weekends and the Water Festival do not count.
        "Expected: by 2 December 2026",
        "Next: once it is approved, you can collect the paper.",
        "Office: the One Window Service Office of Mongkol Borei district",
        "As of 17 November 2026, 10:00",
    ):
        assert words in said
    assert citizen.context.form is None
    assert citizen.context.ticket_code == CODE


def test_it_is_told_in_khmer_with_khmer_digits(sessions):
    send(sessions, ticket("paid", requested_on="2026-11-13"))
    citizen = Citizen(sessions, language="km")
    citizen.say("០១០២ ២១០៧ ០០៣៤")
    said = citizen.say("៦៧៨", "inform")
    for words in (
        "សំបុត្រលេខ ០១០២ ២១០៧ ០០៣៤៖ ចុះបញ្ជីម៉ូតូ",
        "គ្រោងរួចរាល់៖ យ៉ាងយូរត្រឹមថ្ងៃទី ២ ធ្នូ ២០២៦",
        "ស្រុកមង្គលបូរី",
        "ម៉ោង ១០:០០",
    ):
        assert words in said
    assert not any(character in said for character in "0120006789")


@pytest.mark.parametrize(
    "digits", ["678", "៦៧៨", "it is 678", "012 000 678", "+855 12 000 678", "855 97 000 0678"]
)
def test_the_last_digits_may_come_as_the_whole_number(sessions, citizen, digits):
    send(sessions, ticket("paid"))
    citizen.say(CODE)
    assert "The fee is paid" in citizen.say(digits, "inform")


@pytest.mark.parametrize("message", [f"{CODE} 678", "0102 2107 0034, phone 678", f"678 {CODE}"])
def test_code_and_digits_may_come_in_one_message(sessions, citizen, message):
    send(sessions, ticket("paid"))
    assert "The fee is paid" in citizen.say(message)


@pytest.mark.parametrize(
    ("status", "fields", "told", "never"),
    [
        ("accepted", {}, ["has received the application", "fee is paid at the office"], ["ready"]),
        ("approved", {}, ["you can collect it", "bring the receipt and your identity card"], []),
        (
            "rejected",
            {},
            ["was rejected", "To learn the reason", "Citizen's Office of Mongkol Borei district"],
            ["ready", "collect", "handed over", "Expected"],
        ),
        (
            "delivered",
            {"delivered_on": "2026-11-16"},
            ["handed the paper over", "Handed over on: 16 November 2026", "not received it"],
            ["Expected"],
        ),
        (
            "paid",
            {"expected_on": "2026-11-16"},
            ["this is late: it should have been ready by 16 November 2026", "Citizen's Office"],
            ["Expected: by"],
        ),
        ("paid", {"expected_on": "2026-11-17"}, ["Expected: by 17 November 2026"], ["late"]),
        ("paid", {"service": "something odd"}, ["something odd", "not known to me"], []),
        ("paid", {"service": None}, [f"Ticket {SHOWN}\n"], ["None", "null"]),
        ("paid", {"service": "ចុះបញ្ជីម៉ូតូ"}, ["Motorcycle registration"], []),
    ],
)
def test_each_status_is_told_as_what_it_is(sessions, citizen, status, fields, told, never):
    send(sessions, ticket(status, **fields))
    said = citizen.say(f"{CODE} 678")
    for words in told:
        assert words in said
    for words in never:
        assert words not in said


@pytest.mark.parametrize("language", ["km", "en"])
@pytest.mark.parametrize("status", ["accepted", "paid", "approved", "delivered"])
def test_in_a_text_message_the_answer_is_short(sessions, language, status):
    send(sessions, ticket(status, expected_on="2026-12-02"))
    citizen = Citizen(sessions, language=language)
    citizen.say(f"{CODE} 678")
    short = citizen.replies[0].short_text
    # Three messages in Khmer, less the numbered choices.
    assert 20 < len(short) <= 160
    assert "\n" in short


def test_a_silent_office_is_told_with_since_when(sessions, citizen):
    send(sessions, ticket("paid"))
    citizen.moment = MOMENT + timedelta(days=20)
    said = citizen.say(f"{CODE} 678")
    assert "The office has reported nothing since 17 November 2026, 10:00" in said


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("track 010221", 6),
        ("010221070", 9),
        ("0102 2107 003", 11),
        ("0102210700345", 13),
        ("០១០២ ២១០៧ ០០", 10),
    ],
)
def test_a_malformed_code_is_explained_with_an_example(sessions, citizen, message, count):
    said = citizen.say(message)
    assert f"This number has {count} digits" in said
    assert "0102 2107 0034" in said
    send(sessions, ticket("paid"))
    assert "last 3 digits" in citizen.say(CODE, "inform")


def test_without_a_code_it_is_asked_for(citizen):
    assert "12-digit ticket code" in citizen.say("where is my paper?")
    assert "This number has 4 digits" in citizen.say("0102", "inform")
    assert "identity card" in citizen.say("I lost the receipt", "out_of_scope")
    assert citizen.context.form is None


def test_another_topic_in_between_does_not_lose_the_ticket(sessions, citizen):
    send(sessions, ticket("paid"))
    citizen.say(CODE)
    assert "last 3 digits" in citizen.say("thanks", "thank")
    assert "The fee is paid" in citizen.say("678", "inform")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("accepted", "in progress."),
        ("paid", "in progress."),
        ("approved", "ready, or handed over already."),
        ("delivered", "ready, or handed over already."),
        ("rejected", "refused."),
    ],
)
def test_a_ticket_without_a_phone_gives_its_group_and_nothing_else(
    sessions, citizen, status, state
):
    days = dict.fromkeys(("requested_on", "expected_on", "approved_on"), "2026-11-13")
    send(sessions, ticket(status, phone=None, sector="Transport", **days))
    for message in (CODE, f"{CODE} 678"):
        said = citizen.say(message)
        assert f"Ticket {SHOWN}: {state}" in said
        for words in ("Motorcycle", "Transport", "2026", "Mongkol", "November", "paid"):
            assert words not in said


def test_who_was_told_may_ask_again_without_the_digits(sessions, citizen):
    send(sessions, ticket("paid"))
    citizen.say(f"{CODE} 678")
    send(sessions, ticket("approved", 2))
    assert "you can collect it" in citizen.say("is it ready now?")
    citizen.moment += timedelta(days=2)
    assert "last 3 digits" in citizen.say("is it ready now?")


def test_a_button_of_a_release_that_knew_more_steps_asks_for_the_code(sessions, citizen):
    send(sessions, ticket("paid"))
    citizen.say(f"{CODE} 678")
    assert "12-digit" in citizen.press("Another ticket")


def test_a_site_of_a_free_name_is_told_by_its_own_name(sessions, citizen):
    send(sessions, ticket("paid", code="020421070001"), site="north")
    with sessions.begin() as session:
        session.get(Site, "north").name_en = "Northern counter"
    assert "Office: Northern counter" in citizen.say("020421070001 678")


def test_an_office_that_nobody_knows_is_the_one_where_they_applied(sessions, citizen):
    send(sessions, ticket("paid", code="990421070001"), site="north")
    said = citizen.say("990421070001 678")
    assert "Office: the office where you applied" in said
