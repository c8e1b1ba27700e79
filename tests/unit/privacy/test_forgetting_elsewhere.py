"""What tickets and feedback keep of somebody who is forgotten, on SQLite and on PostgreSQL."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.models import Contact, Feedback, Ticket, TicketAttempt, TicketFollow
from bot.services.feedback import is_author
from bot.services.forgetting import tables_that_refer_to_contacts
from bot.settings import PROJECT_ROOT
from tests.unit.privacy.people import (
    FEEDBACK,
    SECRET,
    TICKET,
    everything_in,
    give_feedback,
    leave_traces,
)


def test_what_others_keep_of_the_person_is_cut_off(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    with both_databases() as session:
        conversation_id = session.get_one(Contact, contact_id).conversation_id
    forgetter.forget(contact_id)
    with both_databases() as session:
        assert session.scalars(select(TicketFollow)).all() == []
        attempt = session.scalars(select(TicketAttempt)).one()
        assert attempt.conversation_id != conversation_id
        assert session.scalars(select(Ticket.code)).all() == [TICKET], "the office's own record"


def test_feedback_keeps_its_rating_and_loses_its_words(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    with both_databases() as session:
        conversation_id = session.get_one(Contact, contact_id).conversation_id
    give_feedback(both_databases, contact_id)
    assert FEEDBACK in everything_in(both_databases)
    forgetter.forget(contact_id)
    left = everything_in(both_databases)
    assert FEEDBACK not in left
    assert "someone else's complaint" in left
    with both_databases() as session:
        mine, other = session.scalars(select(Feedback).order_by(Feedback.id))
        assert (mine.rating, mine.contact_id, mine.text) == ("dissatisfied", None, "")
        assert [(aspect.aspect, aspect.opinion) for aspect in mine.aspects] == [
            ("behaviour", "disliked")
        ]
        assert mine.author_key != other.author_key
        assert not is_author(mine, SECRET, conversation_id)


def test_every_table_that_refers_to_a_contact_is_explained():
    explained = (PROJECT_ROOT / "docs/privacy.md").read_text(encoding="utf-8")
    missing = [name for name in tables_that_refer_to_contacts() if f"`{name}`" not in explained]
    assert missing == [], "say in docs/privacy.md what becomes of it when somebody is forgotten"
