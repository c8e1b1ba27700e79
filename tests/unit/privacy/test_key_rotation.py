"""A new key comes in while the system runs, and an old one can go."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.db.models import Contact
from bot.encryption import UnreadableError, new_key
from bot.services import key_rotation
from bot.services.contacts import contact_id_of
from bot.services.feedback import latest_of
from bot.services.key_rotation import rotate
from bot.settings import Settings
from tests.unit.databases import migrated_sqlite
from tests.unit.privacy.people import CITIZEN, FEEDBACK, SECRET, give_feedback, leave_traces
from tests.unit.privacy.test_ids_at_rest import with_keys
from webhook import create_app

OLD, NEW = new_key(), new_key()
NUMBERS = [f"+8551200{number:04}" for number in range(40)]


def settings(keys: str, **values) -> Settings:
    return Settings(secret_key="a secret", encryption_keys=keys, **values)


def fill(database_url: str) -> None:
    with with_keys(database_url, OLD).begin() as session:
        for number in NUMBERS:
            contact_id_of(session, "sms", number)


def test_after_rotating_the_old_key_is_not_needed_any_more(database_url):
    fill(database_url)
    done = rotate(with_keys(database_url, NEW, OLD), settings(f"{NEW},{OLD}"))
    assert (done.total, done.changed, done.left) == (40, 40, 0)
    with with_keys(database_url, NEW).begin() as session:
        assert [contact_id_of(session, "sms", number) for number in NUMBERS] == list(range(1, 41))
    again = rotate(with_keys(database_url, NEW), settings(NEW))
    assert (again.changed, again.left) == (0, 0)


def test_broken_off_it_goes_on_where_it_was(database_url, monkeypatch):
    fill(database_url)
    monkeypatch.setattr(key_rotation, "_AT_ONCE", 10)
    sessions, configured = with_keys(database_url, NEW, OLD), settings(f"{NEW},{OLD}")
    with sessions.begin() as session:
        token = session.execute(text("SELECT external_id FROM contacts WHERE id = 25")).scalar()
        session.execute(text("UPDATE contacts SET external_id = 'damaged' WHERE id = 25"))
    with pytest.raises(UnreadableError):
        rotate(sessions, configured)
    with sessions.begin() as session:
        session.execute(text("UPDATE contacts SET external_id = :t WHERE id = 25"), {"t": token})
    done = rotate(sessions, configured)
    assert (done.total, done.changed, done.left) == (40, 20, 0)


def test_who_moved_while_keys_were_rotated_keeps_the_new_id(database_url, monkeypatch):
    fill(database_url)
    sessions = with_keys(database_url, NEW, OLD)
    renew = key_rotation._renew

    def renew_late(session, column, keys, row):
        if row["id"] == 1 and column.table.name == "contacts":
            moved = keys.encrypt("+85599")
            session.execute(
                text("UPDATE contacts SET external_id = :t, external_id_digest = :d WHERE id = 1"),
                {"t": moved, "d": keys.digest("+85599")},
            )
        return renew(session, column, keys, row)

    monkeypatch.setattr(key_rotation, "_renew", renew_late)
    assert rotate(sessions, settings(f"{NEW},{OLD}")).changed == 39
    with sessions.begin() as session:
        assert contact_id_of(session, "sms", "+85599") == 1


def test_a_new_secret_takes_contacts_and_their_feedback_along(both_databases, database_url):
    contact_id = leave_traces(both_databases)
    give_feedback(both_databases, contact_id)
    sessions = with_keys(database_url, secrets=("new secret", SECRET))
    done = rotate(sessions, Settings(secret_key="new secret", previous_secret_key=SECRET))
    assert done.left == 0
    with with_keys(database_url, secrets=("new secret",)).begin() as session:
        assert contact_id_of(session, "messenger", CITIZEN) == contact_id
        conversation_id = session.get_one(Contact, contact_id).conversation_id
        assert [row.text for row in latest_of(session, "new secret", conversation_id)] == [FEEDBACK]


def test_who_was_taken_for_a_stranger_meanwhile_goes_on_as_who_they_are_now(database_url):
    with with_keys(database_url, OLD, secrets=("old",)).begin() as session:
        before = contact_id_of(session, "sms", NUMBERS[0])
    with with_keys(database_url, OLD, secrets=("new",)).begin() as session:
        meanwhile = contact_id_of(session, "sms", NUMBERS[0])
    both = Settings(secret_key="new", previous_secret_key="old", encryption_keys=OLD)
    sessions = with_keys(database_url, OLD, secrets=("new", "old"))
    assert rotate(sessions, both).left == 0
    with sessions.begin() as session:
        assert contact_id_of(session, "sms", NUMBERS[0]) == meanwhile != before
        closed = session.get_one(Contact, before)
        assert closed.external_id == f"replaced:{before}"
        assert closed.blocked_at is not None


def test_the_command_says_when_the_old_key_can_be_removed(tmp_path):
    url = migrated_sqlite(tmp_path)
    fill(url)
    app = create_app(
        settings(
            f"{NEW},{OLD}",
            database_url=url,
            queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
        )
    )
    told = app.test_cli_runner().invoke(args=["keys", "rotate"])
    assert told.exit_code == 0
    assert "re-encrypted 40 of 40 ids" in told.output
    assert "can be removed from ENCRYPTION_KEYS" in told.output


def test_the_command_names_what_is_still_written_under_the_old_key(tmp_path, monkeypatch):
    url = migrated_sqlite(tmp_path)
    fill(url)
    app = create_app(
        settings(f"{NEW},{OLD}", database_url=url, queue_url=f"sqlite:///{tmp_path}/queue.sqlite3")
    )
    # Somebody who runs with the old settings writes after the last batch.
    monkeypatch.setattr(key_rotation, "_renew", lambda *row: 0)
    told = app.test_cli_runner().invoke(args=["keys", "rotate"])
    assert told.exit_code == 1
    assert "40 ids are under an older key" in told.output


def test_a_new_key_is_one_that_the_settings_take(tmp_path):
    app = create_app(
        Settings(database_url="sqlite://", queue_url=f"sqlite:///{tmp_path}/queue.sqlite3")
    )
    made = app.test_cli_runner().invoke(args=["keys", "new"]).output.strip()
    assert settings(made).encryption.is_current(settings(made).encryption.encrypt("x"))
