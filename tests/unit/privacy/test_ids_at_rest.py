"""Ids of people rest encrypted, are found by a digest, and are read as before."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from bot.db.models import Base, Contact, Official, Place, StoredInbound
from bot.db.session import SessionFactory, create_database_engine, create_session_factory
from bot.encryption import EncryptionKeys, UnreadableError, new_key
from bot.errors import SettingError
from bot.services.contacts import contact_id_of
from bot.settings import read_settings
from tests.unit.privacy.people import CITIZEN, NUMBER, give_feedback, leave_traces, write
from webhook.control_messages import rename

OLD, NEW = new_key(), new_key()


def as_it_rests(sessions: SessionFactory) -> str:
    """Every column of every table as the database itself holds it."""
    with sessions() as session:
        connection: Connection = session.connection()
        return "\n".join(
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in connection.execute(text(f"SELECT * FROM {table.name}"))
        )


def with_keys(database_url: str, *encryption_keys: str, secrets=("a secret",)) -> SessionFactory:
    keys = EncryptionKeys(encryption_keys, secrets)
    return create_session_factory(create_database_engine(database_url, keys))


def test_no_id_of_a_person_rests_in_the_clear(both_databases):
    contact_id = leave_traces(both_databases)
    give_feedback(both_databases, contact_id)
    resting = as_it_rests(both_databases)
    for identity in (CITIZEN, NUMBER, "-100123", "office@example.org", "m_Inv3nted-1"):
        assert identity not in resting
    with both_databases() as session:
        known = session.scalars(select(Contact.external_id).order_by(Contact.id)).all()
        assert known == [CITIZEN, NUMBER, "-100123"]


def test_the_same_id_is_one_contact_and_rests_differently_each_time(both_databases):
    with both_databases.begin() as session:
        first = contact_id_of(session, "sms", NUMBER)
        assert contact_id_of(session, "sms", NUMBER) == first
        assert contact_id_of(session, "telegram", NUMBER) != first
        assert contact_id_of(session, "sms", NUMBER + "0") != first
        rested = session.execute(text("SELECT external_id FROM contacts")).scalars().all()
    assert len(set(rested)) == 3


def test_contacts_are_found_by_their_id_however_they_are_asked_for(both_databases):
    with both_databases.begin() as session:
        session.add(Contact(channel="web", external_id="a", conversation_id="1"))
        contact_id_of(session, "web", "b")

    def found(*conditions) -> list[str]:
        with both_databases() as session:
            query = select(Contact.external_id).where(*conditions).order_by(Contact.id)
            return list(session.scalars(query))

    assert found(Contact.external_id == "a") == ["a"]
    assert found(Contact.external_id != "a") == ["b"]
    assert found(Contact.external_id.in_(["a", "b", "c"])) == ["a", "b"]
    assert found(Contact.external_id.in_([])) == []
    with pytest.raises(TypeError, match="encrypted column"):
        found(Contact.external_id.like("a%"))


def test_a_contact_who_moved_is_found_by_the_new_id_alone(both_databases):
    with both_databases.begin() as session:
        contact_id = contact_id_of(session, "telegram", "-1")
    with both_databases.begin() as session:
        rename(session, session.get_one(Contact, contact_id), "-2")
    with both_databases.begin() as session:
        assert contact_id_of(session, "telegram", "-2") == contact_id
        assert contact_id_of(session, "telegram", "-1") != contact_id


def test_a_message_that_is_delivered_again_is_known_by_the_digest_of_its_id(both_databases):
    contact_id = write(both_databases, "m_1", "hello")
    with pytest.raises(ValueError, match="not enough values"):
        write(both_databases, "m_1", "hello")
    with both_databases() as session:
        rows = session.scalars(select(StoredInbound).where(StoredInbound.event_id == "m_1")).all()
        assert [row.contact_id for row in rows] == [contact_id]


def test_after_a_change_of_keys_everybody_is_still_known(database_url):
    with with_keys(database_url, OLD).begin() as session:
        contact_id = contact_id_of(session, "sms", NUMBER)
        add_official(session)
    with with_keys(database_url, NEW, OLD).begin() as session:
        assert contact_id_of(session, "sms", NUMBER) == contact_id
        assert session.get_one(Contact, contact_id).external_id == NUMBER
        official = session.scalars(
            select(Official).where(Official.address == "office@example.org")
        ).one()
        assert official.address == "office@example.org"


def test_after_a_change_of_the_secret_everybody_is_still_known(database_url):
    with with_keys(database_url, secrets=("old",)).begin() as session:
        contact_id = contact_id_of(session, "sms", NUMBER)
    with with_keys(database_url, secrets=("new", "old")).begin() as session:
        assert contact_id_of(session, "sms", NUMBER) == contact_id
        assert session.get_one(Contact, contact_id).external_id == NUMBER


def test_an_id_under_a_lost_key_is_an_error_that_says_how_to_mend_it(database_url):
    with with_keys(database_url, OLD).begin() as session:
        contact_id = contact_id_of(session, "sms", NUMBER)
    with (
        with_keys(database_url, NEW)() as session,
        pytest.raises(UnreadableError, match="ENCRYPTION_KEYS"),
    ):
        session.get_one(Contact, contact_id)


@pytest.mark.parametrize(
    "wrong",
    ["short", "ក", "A" * 44 + "=", f"{OLD},x"],
    ids=["short", "no base64", "too long", "second of two"],
)
def test_a_wrong_key_is_named_with_the_command_that_makes_one(wrong):
    with pytest.raises(SettingError, match=r"ENCRYPTION_KEYS: key \d .*flask --app webhook keys"):
        read_settings({"ENCRYPTION_KEYS": wrong})


def test_keys_may_stand_apart_by_spaces_and_commas():
    keys = read_settings({"ENCRYPTION_KEYS": f" {NEW} , {OLD},"}).encryption
    token = EncryptionKeys([OLD], ["x"]).encrypt(NUMBER)
    assert keys.decrypt(token) == NUMBER
    assert not keys.is_current(token)
    assert keys.is_current(keys.encrypt(NUMBER))


def add_official(session: Session) -> None:
    session.add(Place(code="01", level="province", name_km="ក", name_en="A", source="test"))
    session.flush()
    session.add(
        Official(name="Office", place_code="01", channel="email", address="office@example.org")
    )
