"""A conversation about a ticket, on a real database: what is told, to whom, and what never is."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from bot.db.models import OperatorAlert, Site, TicketAttempt, TicketFollow
from bot.services.catalogue_index import load_index
from bot.services.conversation import Conversation, Topic, form_topic
from bot.services.dialogue import Context, Heard
from bot.services.spoken import speaker
from bot.services.ticket_dialogue import TicketDialogue
from bot.services.ticket_guard import forget_old_attempts
from bot.wording import wording
from tests.unit.tickets.conftest import CODE, MOMENT, ZONE, add_contact, send, ticket

WORDS = wording()
SHOWN = "0102 2107 0034"
WRONG = "I find no ticket that fits this code and these 3 digits."
CLOSED = "There were too many tries."
OTHER_INTENTS = ("inform", "affirm", "deny", "thank", "out_of_scope", "nlu_fallback")


class Citizen:
    """Somebody on a channel, whose messages go through the conductor."""

    def __init__(
        self,
        sessions,
        name="citizen",
        language="en",
        moment=MOMENT,
        channel="messenger",
        other_channels=(),
    ):
        self.sessions = sessions
        self.name = name
        self.language = language
        self.moment = moment
        self.context = Context()
        self.replies = ()
        self.contact_id = add_contact(sessions, name, language, channel)
        self.other_channels = other_channels

    def say(self, text, intent="track_ticket"):
        return self._turn(Heard(text, self.language, intent, conversation_id=self.name))

    def press(self, title):
        [button] = [b for reply in self.replies for b in reply.buttons if title in b.title]
        intent, _, entities = button.payload.partition("{")
        chosen = json.loads("{" + entities)
        heard = Heard("", self.language, intent.strip("/"), chosen=chosen)
        return self._turn(Heard(**{**vars(heard), "conversation_id": self.name}))

    def press_list(self):
        return self.say("which tickets do I follow")

    def buttons(self):
        return [button.title for reply in self.replies for button in reply.buttons]

    def _turn(self, heard):
        with self.sessions.begin() as session:
            tickets = TicketDialogue(
                session, WORDS, load_index, ZONE, self.moment, self.other_channels
            )
            confirm = lambda h, c: tickets.confirm(h, c) or speaker(WORDS, "utter_menu")(h, c)  # noqa: E731
            topics = [
                form_topic(tickets, "track_ticket", ["ticket_code"]),
                Topic({intent: speaker(WORDS, "utter_menu") for intent in OTHER_INTENTS}),
                Topic({"affirm": confirm}),
            ]
            turn = Conversation(WORDS, topics).take(heard, self.context)
        # As the slots carry it from turn to turn.
        self.context = Context.from_slots(turn.context.to_slots())
        self.replies = turn.replies
        return "\n".join(reply.text for reply in turn.replies)


@pytest.fixture
def citizen(sessions):
    return Citizen(sessions)


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


def test_a_conversation_without_a_contact_is_answered_too(sessions, citizen):
    send(sessions, ticket("paid"))
    with sessions.begin() as session:
        session.execute(delete(TicketFollow))
    citizen.name = "nobody"
    assert "The fee is paid" in citizen.say(f"tell me when {CODE} is ready 678")
    assert "follow no ticket" in citizen.say("what do I follow")


def followed(sessions):
    with sessions() as session:
        rows = session.scalars(select(TicketFollow).order_by(TicketFollow.id))
        return [(row.contact_id, row.ticket_code) for row in rows]


def test_tries_are_forgotten_after_two_days(sessions, citizen):
    citizen.say(f"{CODE} 000")
    with sessions.begin() as session:
        forget_old_attempts(session, MOMENT + timedelta(hours=47))
        assert session.scalars(select(TicketAttempt)).all()
        forget_old_attempts(session, MOMENT + timedelta(hours=49))
        assert not session.scalars(select(TicketAttempt)).all()
