"""What is made of messages without asking the engine."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.db.models import Contact, StoredInbound, StoredOutbound
from bot.db.models.base import now
from bot.messages import InboundMessage, Kind
from tests.unit.deliveries import arrives, new_contact
from webhook import inbox
from webhook.rasa_client import RasaClient
from webhook.turns import MOST_A_MINUTE, answer, question_of


def test_an_edit_corrects_a_message_that_still_waits(sessions):
    inbox.accept(sessions, [InboundMessage("provider", "e1", "citizen", Kind.TEXT, now(), "helo")])
    with sessions() as session:
        contact_id = session.scalars(select(Contact.id)).one()
    arrives(sessions, Kind.EDIT, text="hello", edited_event_id="e1")
    with sessions() as session:
        waiting = inbox.next_waiting(session, contact_id)
    assert waiting is not None
    assert waiting.text == "hello"


def _answer_without_engine(sessions):
    with sessions() as session:
        waiting = inbox.next_waiting(session, session.scalars(select(Contact.id)).one())
        assert waiting is not None
        question = question_of(session, waiting)
    return answer(sessions, RasaClient("http://127.0.0.1:9"), waiting, question)


def test_the_assistant_is_quiet_while_a_person_answers(sessions):
    contact_id = new_contact(sessions)
    arrives(sessions, Kind.PERSON_ANSWERED)
    assert _answer_without_engine(sessions)
    with sessions() as session:
        states = session.scalars(select(StoredInbound.state).order_by(StoredInbound.id)).all()
        assert states == ["with_person", "noted"]
        assert session.scalars(select(StoredOutbound)).all() == []
    arrives(sessions, Kind.PERSON_LEFT)
    with sessions() as session:
        assert session.get_one(Contact, contact_id).taken_over_until is None


def test_a_burst_is_told_once_that_it_is_too_much(sessions):
    for number in range(MOST_A_MINUTE + 5):
        arrives(sessions, text=str(number))
    with sessions.begin() as session:
        ids = session.scalars(select(StoredInbound.id).order_by(StoredInbound.id)).all()
        answered = ids[:MOST_A_MINUTE]
        session.execute(
            update(StoredInbound).where(StoredInbound.id.in_(answered)).values(state="done")
        )
    for _ in range(5):
        assert _answer_without_engine(sessions)
    with sessions() as session:
        states = session.scalars(select(StoredInbound.state).order_by(StoredInbound.id)).all()
        assert states[-5:] == ["throttled"] * 5
        assert len(session.scalars(select(StoredOutbound)).all()) == 1
