"""Asking for 10,000 codes tells nothing about tickets with a phone: not by words, not by steps.

The same statements to the database for both kinds; the time is measured in `benchmarks/tickets.py`.
"""

from __future__ import annotations

import random
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from bot.db.models import OperatorAlert, TicketAttempt
from bot.services.catalogue_index import CurrentIndex
from bot.services.dialogue import Context, Heard
from bot.services.ticket_dialogue import TicketDialogue
from bot.wording import wording
from tests.unit.tickets.desk import MOMENT, ZONE, send, ticket

CODES = [f"01022108{number:04}" for number in range(10_000)]
# One code in five is a ticket of somebody who left a phone, which ends in anything but 000.
TAKEN = frozenset(CODES[::5])
RANDOM = random.Random(1)


@pytest.fixture
def filled(sessions):
    statuses = ("accepted", "paid", "approved", "rejected", "delivered")
    rows = [
        ticket(statuses[number % 5], code=code, phone=f"012000{111 + number % 800}")
        for number, code in enumerate(sorted(TAKEN))
    ]
    send(sessions, *rows)
    return sessions


def ask(session, index, sender, text, moment):
    dialogue = TicketDialogue(session, wording(), index, ZONE, moment)
    return dialogue.begin(Heard(text, "en", "track_ticket", conversation_id=sender), Context())


def said(turn, code):
    """Words and buttons, with the asked code taken out: the citizen wrote it themselves."""
    shown = f"{code[:4]} {code[4:8]} {code[8:]}"
    return tuple(
        (reply.text.replace(shown, "CODE"), tuple(button.title for button in reply.buttons))
        for reply in turn.replies
    )


@contextmanager
def statements_of(session):
    """What is said to the database meanwhile, in order, without the values."""
    said_to_it = []

    def remember(_connection, _cursor, statement, *_rest):
        said_to_it.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", remember)
    try:
        yield said_to_it
        session.flush()
    finally:
        event.remove(engine, "before_cursor_execute", remember)


def enumerate_codes(sessions, sender_of, digits):
    """Ask for codes in random order: what was said and the steps it took, by kind.

    All of them are tried with digits, which is what could tell something; a fifth without.
    """
    index = CurrentIndex().get
    answers = {True: set(), False: set()}
    steps = {True: set(), False: set()}
    with sessions() as session:
        index(session)
        for position, code in enumerate(
            RANDOM.sample(CODES, len(CODES) if digits else len(CODES) // 5)
        ):
            moment = MOMENT + timedelta(milliseconds=position)
            with statements_of(session) as statements:
                turn = ask(session, index, sender_of(position), f"{code}{digits}", moment)
            if position >= WARM:
                answers[code in TAKEN].add(said(turn, code))
                steps[code in TAKEN].add(tuple(statements))
            if position % 500 == 499:
                session.commit()
        session.commit()
    return answers, steps


# By then the one sender's door is closed.
WARM = 100


@pytest.mark.parametrize("digits", ["", " 000"])
def test_one_sender_learns_nothing_from_ten_thousand_codes(filled, digits):
    answers, steps = enumerate_codes(filled, lambda position: "one", digits)
    assert answers[True] == answers[False]
    assert len(answers[True]) == 1
    assert steps[True] == steps[False]
    assert len(steps[True]) == 1
    assert "There were too many tries." in str(answers[True])


@pytest.mark.parametrize(
    ("digits", "words"), [("", "write the last 3 digits"), (" 000", "I find no ticket")]
)
def test_many_senders_learn_nothing_from_ten_thousand_codes(filled, digits, words):
    answers, steps = enumerate_codes(filled, lambda position: f"s-{position // 4}", digits)
    assert answers[True] == answers[False]
    assert len(answers[True]) == 1
    assert words in str(answers[True])
    assert steps[True] == steps[False]
    assert len(steps[True]) == 1
    with filled() as session:
        alerts = session.scalars(select(OperatorAlert)).all()
    expected = [("tickets_probed", "0102")] if digits else []
    assert [(alert.kind, alert.subject) for alert in alerts] == expected


def test_tries_are_kept_by_sender_without_what_was_tried(filled):
    with filled.begin() as session:
        ask(session, CurrentIndex().get, "one", f"{CODES[0]} 000", MOMENT)
    with filled() as session:
        [attempt] = session.scalars(select(TicketAttempt)).all()
    assert "000" not in (attempt.outcome, attempt.conversation_id)
    assert {column.name for column in TicketAttempt.__table__.columns} == {
        *("id", "conversation_id", "ticket_code", "district", "outcome", "at")
    }
