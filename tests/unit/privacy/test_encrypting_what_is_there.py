"""The revision that encrypts ids takes the rows along that are there, forth and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.db.migrate import downgrade, upgrade
from bot.db.models import Contact, Official, OutboundPart, OutgoingEmail, StoredInbound
from bot.db.session import create_database_engine, create_session_factory

BEFORE = "0011_parts_name_what_was_sent"
MOMENT = "2026-11-24 08:00:00+00:00"
PEOPLE = 2500
TOKEN = "t" * 43


@pytest.fixture
def filled_url(database_url):
    """A database of the revision before, with more people than are changed at once."""
    downgrade(database_url, BEFORE)
    engine = create_database_engine(database_url)
    with engine.begin() as connection:
        for insert in (_people, _messages, _officials):
            insert(connection.execute)
    engine.dispose()
    return database_url


def _people(run) -> None:
    run(
        text(
            "INSERT INTO contacts (id, channel, external_id, conversation_id, created_at)"
            " VALUES (:id, 'sms', :number, :conversation, :at)"
        ),
        [
            {"id": n, "number": number(n), "conversation": f"c{n}", "at": MOMENT}
            for n in range(1, PEOPLE + 1)
        ],
    )
    run(text("UPDATE contacts SET channel = 'web', external_id = :t WHERE id = 2"), {"t": TOKEN})


def _messages(run) -> None:
    run(
        text(
            "INSERT INTO inbox (id, channel, event_id, contact_id, kind, text, button_token,"
            " details, state, attempts, not_before, occurred_at, received_at) VALUES"
            " (:id, :channel, :event, :id, 'text', 'x', '', :details, 'done', 0, :at, :at, :at)"
        ),
        [
            inbound(1, "sms", f"kannel:{number(1)}:7", {"gateway": "kannel"}),
            inbound(2, "web", f"{TOKEN}:page-1", {}),
            inbound(
                3,
                "telegram",
                "message:7:7000000099:1",
                {"from_id": "7000000099", "chat_type": "private"},
            ),
            inbound(4, "sms", "forgotten:4", {}),
        ],
    )
    run(
        text(
            "INSERT INTO outbox (id, contact_id, inbound_id, position, reply, state,"
            " parts_sent, attempts, not_before, created_at)"
            " VALUES (1, 1, 1, 0, '{}', 'sent', 1, 1, :at, :at)"
        ),
        {"at": MOMENT},
    )
    run(
        text(
            "INSERT INTO outbox_parts (id, outbox_id, position, channel, provider_message_id,"
            " state, sent_at) VALUES (1, 1, 0, 'sms', 'p1', 'sent', :at)"
        ),
        {"at": MOMENT},
    )


def _officials(run) -> None:
    run(
        text(
            "INSERT INTO places (code, level, name_km, name_en, source, name_is_common_word)"
            " VALUES ('01', 'province', 'ក', 'A', 'test', :no)"
        ),
        {"no": False},
    )
    run(
        text(
            "INSERT INTO officials (id, name, role, place_code, unit, channel, address,"
            " contact_id, language, created_at)"
            " VALUES (1, 'Office', 'office', '01', '', 'sms', :number, 3, 'km', :at)"
        ),
        {"number": number(3), "at": MOMENT},
    )
    run(
        text(
            "INSERT INTO outgoing_emails (id, key, official_id, recipient, content, state,"
            " attempts, not_before, created_at)"
            " VALUES (1, 'k', 1, 'office@example.org', :content, 'sent', 1, :at, :at)"
        ),
        {"content": b"x", "at": MOMENT},
    )


def number(person: int) -> str:
    return f"+8551{person:08}"


def inbound(row: int, channel: str, event: str, details: dict) -> dict:
    return {
        "id": row,
        "channel": channel,
        "event": event,
        "details": json.dumps(details),
        "at": MOMENT,
    }


def resting(url: str, query: str) -> list[tuple]:
    engine = create_database_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return rows


def test_everybody_is_encrypted_and_still_known(filled_url):
    upgrade(filled_url)
    rested = resting(filled_url, "SELECT external_id, external_id_digest FROM contacts")
    assert len({digest for _, digest in rested}) == PEOPLE
    assert not any("+855" in token for token, _ in rested)
    sessions = create_session_factory(create_database_engine(filled_url))
    with sessions() as session:
        for person in (1, 3, 999, 1000, 1001, PEOPLE):
            query = select(Contact).where(Contact.external_id == number(person))
            assert session.scalars(query).one().id == person
            assert session.get_one(Contact, person).external_id == number(person)
        official = session.scalars(select(Official).where(Official.address == number(3))).one()
        assert official.contact_id == 3
        assert session.get_one(OutgoingEmail, 1).recipient == "office@example.org"
        assert session.get_one(OutboundPart, 1).provider_message_id == "p1"


def test_messages_that_come_again_are_known_and_name_nobody(filled_url):
    upgrade(filled_url)
    sessions = create_session_factory(create_database_engine(filled_url))
    with sessions() as session:
        for row, event_id in ((1, f"kannel:{number(1)}:7"), (3, "message:7:7000000099:1")):
            query = select(StoredInbound).where(StoredInbound.event_id == event_id)
            assert session.scalars(query).one().id == row
        assert session.get_one(StoredInbound, 2).details == {"client_id": "page-1"}
        assert session.get_one(StoredInbound, 3).details == {"chat_type": "private"}
        assert session.get_one(StoredInbound, 4).event_id == "forgotten:4"
    left = str(resting(filled_url, "SELECT event_id, details FROM inbox"))
    assert not any(trace in left for trace in (number(1), TOKEN, "7000000099"))


def test_going_back_gives_the_plain_ids_again(filled_url):
    query = "SELECT id, channel, external_id FROM contacts ORDER BY id"
    officials = "SELECT address, contact_id FROM officials"
    before = [resting(filled_url, asked) for asked in (query, officials)]
    upgrade(filled_url)
    downgrade(filled_url, BEFORE)
    assert [resting(filled_url, asked) for asked in (query, officials)] == before
    assert resting(filled_url, "SELECT event_id FROM inbox WHERE id = 2") == [(f"{TOKEN}:page-1",)]
    upgrade(filled_url)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_file_of_sqlite_holds_no_plain_id_afterwards(filled_url):
    upgrade(filled_url)
    resting(filled_url, "PRAGMA wal_checkpoint(TRUNCATE)")
    stored = Path(filled_url.removeprefix("sqlite:///")).read_bytes()
    assert b"+8551" not in stored
    assert TOKEN.encode() not in stored
