"""An invented citizen who left traces everywhere, and a scan for them."""

from __future__ import annotations

import json

from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from bot.db.models import (
    Base,
    Contact,
    DeletionRequest,
    FallbackRoute,
    FeedbackNotice,
    MessageToReview,
    Official,
    OutboundPart,
    OutgoingEmail,
    Place,
    Site,
    StoredInbound,
    StoredOutbound,
    Ticket,
    TicketAttempt,
    TicketFollow,
)
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.messages import Button, InboundMessage, Kind, Reply
from bot.services.feedback import GivenFeedback, record, submit
from bot.services.outgoing import queue_notice, queue_replies
from bot.settings import Settings
from webhook import inbox

CITIZEN = "7000000000000001"
NUMBER = "+85512000001"
WORDS = "ខ្ញុំឈ្មោះសុខ បាត់ប័ណ្ណបើកបរ"
ANSWER = "សុខ សូមយកឯកសារទៅការិយាល័យ"
TRACES = (
    *(CITIZEN, NUMBER, WORDS, ANSWER),
    *("m_Inv3nted-2", "poster-hall", "010221070099"),
)
TICKET = "010221070034"
FEEDBACK = "មន្ត្រីសុខសុំលុយពីខ្ញុំ"
SECRET = Settings().secret_key


def contact_of(session: Session, external_id: str = CITIZEN) -> Contact | None:
    return session.scalars(select(Contact).where(Contact.external_id == external_id)).first()


def write(sessions: SessionFactory, event_id: str, text: str, sender: str = CITIZEN) -> int:
    message = InboundMessage(
        channel="messenger",
        event_id=event_id,
        sender_id=sender,
        kind=Kind.TEXT,
        occurred_at=now(),
        text=text,
        details={"reference": "poster-hall-1102"},
    )
    [contact_id] = inbox.accept(sessions, [message])
    return contact_id


def leave_traces(sessions: SessionFactory) -> int:
    """Messages in and out, buttons, a notice, and a second channel for notices."""
    contact_id = write(sessions, "m_Inv3nted-1", WORDS)
    with sessions.begin() as session:
        contact = session.get_one(Contact, contact_id)
        inbound = session.scalars(select(StoredInbound)).one()
        inbound.state = "done"
        replies = [Reply(ANSWER, short_text=ANSWER, buttons=(Button("សុខ", "/inform{}"),))]
        queue_replies(session, contact, inbound.id, replies)
        session.flush()
        sent = session.scalars(select(StoredOutbound)).one()
        sent.state, sent.remaining, sent.provider_message_id = "sent", ANSWER, "m_Inv3nted-2"
        session.add(
            OutboundPart(
                outbox_id=sent.id,
                position=0,
                channel="messenger",
                provider_message_id="m_Inv3nted-2",
            )
        )
        queue_notice(session, contact, Reply(ANSWER), key="ticket:010221070099:3:1")
        other = Contact(channel="sms", external_id=NUMBER, conversation_id="other")
        session.add(other)
        session.flush()
        session.add(FallbackRoute(contact_id=contact.id, route_contact_id=other.id))
        session.add(Site(id="0102"))
        session.flush()
        session.add(Ticket(code=TICKET, site_id="0102", status="accepted", version=1))
        session.flush()
        session.add(TicketFollow(contact_id=contact.id, ticket_code=TICKET))
        session.add(
            TicketAttempt(
                conversation_id=contact.conversation_id,
                ticket_code=TICKET,
                district="0102",
                outcome="told",
            )
        )
        contact.chosen_language, contact.opted_out_at = "km", now()
    return contact_id


def everything_in(sessions: SessionFactory) -> str:
    """All rows of all tables as one text."""
    with sessions() as session:
        rows = [
            list(row)
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        ]
    return json.dumps(rows, default=_written, ensure_ascii=False)


def _written(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def requests_in(sessions: SessionFactory) -> list[DeletionRequest]:
    with sessions() as session:
        return list(session.scalars(select(DeletionRequest).order_by(DeletionRequest.id)))


def tracker_with(url: str, *conversation_ids: str) -> None:
    """A tracker database as Rasa 3.6 makes it, with one event for each conversation."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255) NOT NULL,"
                " type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255),"
                " action_name VARCHAR(255), data TEXT)"
            )
        )
        for conversation_id in conversation_ids:
            connection.execute(
                text("INSERT INTO events (sender_id, type_name, data) VALUES (:id, 'user', :data)"),
                {"id": conversation_id, "data": f'{{"text": "{WORDS}"}}'},
            )
    engine.dispose()


def senders_in(url: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT sender_id FROM events ORDER BY id")).scalars().all()
    engine.dispose()
    return list(found)


def give_feedback(sessions: SessionFactory, contact_id: int) -> None:
    """A complaint without a way to answer, told to an official in a group and by e-mail."""
    with sessions.begin() as session:
        _add_office(session)
        conversation_id = session.get_one(Contact, contact_id).conversation_id
        given = {"unit": "district_owso", "place_code": "0102", "rating": "dissatisfied"}
        mine = submit(
            session,
            GivenFeedback(
                **given,
                text=FEEDBACK,
                language="km",
                conversation_id=conversation_id,
                disliked=("behaviour",),
            ),
            SECRET,
            now(),
        )
        record(session, mine, "citizen", "added", now(), text=FEEDBACK)
        submit(
            session,
            GivenFeedback(
                **given,
                text="someone else's complaint",
                language="en",
                conversation_id="neighbour",
            ),
            SECRET,
            now(),
        )
        _tell_officials(session, mine.id)


def _add_office(session: Session) -> None:
    for code, level in (("01", "province"), ("0102", "district")):
        place = {"name_km": "ក", "name_en": "A", "source": "test"}
        session.add(Place(code=code, level=level, parent_code=code[:-2] or None, **place))
        session.flush()
    contact = Contact(channel="telegram", external_id="-100123", conversation_id="officials")
    session.add(contact)
    session.flush()
    session.add(
        Official(
            id=1,
            name="Office",
            place_code="0102",
            channel="telegram",
            address="-100123",
            contact_id=contact.id,
        )
    )
    session.flush()


def _tell_officials(session: Session, feedback_id: int) -> None:
    contact = session.scalars(select(Contact).where(Contact.external_id == "-100123")).one()
    for key in ("alert:1", "digest:1"):
        queue_notice(session, contact, Reply(FEEDBACK), key=key)
        row = session.scalars(select(StoredOutbound).where(StoredOutbound.key == key)).one()
        row.state, row.finished_at = "sent", now()
    session.add(FeedbackNotice(outbox_key="alert:1", official_id=1, feedback_id=feedback_id))
    session.add(
        OutgoingEmail(
            key="digest:2",
            official_id=1,
            recipient="office@example.org",
            content=FEEDBACK.encode(),
            state="sent",
        )
    )


def noted_for_review(words: str, **values) -> MessageToReview:
    """A wording that was badly understood."""
    given = {"wording": words, "masked_text": words, "language": "en", "intent": "greet"}
    given |= {"confidence_percent": 10, "reason": "not_understood"}
    return MessageToReview(**{**given, **values})
