"""Everything is lost and comes back, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.db.migrate import downgrade
from bot.db.models import Contact
from bot.services.backups import stores
from bot.services.backups.errors import BackupError
from bot.services.backups.making import make_backup
from bot.services.backups.restoring import restore_backup
from bot.services.contacts import contact_id_of
from tests.unit.backups.installation import PRIVATE_WORDS, Installation
from tests.unit.privacy.people import CITIZEN, write


@pytest.fixture
def installation(tmp_path, database_url):
    return Installation(tmp_path, database_url)


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_row_is_lost(installation, target, seed):
    installation.fill(seed)
    before = installation.everything()
    made = make_backup(installation.settings, target, model=installation.model)
    installation.lose_everything()
    restored = restore_backup(installation.settings, made.file, model=installation.model)
    assert restored.names == ["database", "tracker", "queue", "model"]
    assert installation.everything() == before
    with installation.sessions() as session:
        query = select(Contact.external_id).where(Contact.external_id == CITIZEN)
        assert session.scalars(query).one() == CITIZEN


def test_the_file_tells_nothing_to_who_has_no_key(installation, target):
    installation.fill(1)
    file = make_backup(installation.settings, target, model=installation.model).file
    content = file.read_bytes()
    for word in (PRIVATE_WORDS.encode(), b"contacts", b"manifest", b"SQLite format"):
        assert word not in content
    assert file.stat().st_mode & 0o077 == 0


def test_a_database_with_rows_is_replaced_only_when_that_is_meant(installation, target):
    installation.fill(1)
    before = installation.everything()
    file = make_backup(installation.settings, target, model=installation.model).file
    installation.lose_messages()
    damaged = installation.everything()
    with pytest.raises(BackupError, match=r"holds \d+ rows .* contacts.*--yes"):
        restore_backup(installation.settings, file, model=installation.model)
    assert installation.everything() == damaged
    restore_backup(installation.settings, file, over_data=True, model=installation.model)
    assert installation.everything() == before


def test_a_backup_of_an_older_structure_is_migrated(installation, target):
    installation.fill(1)
    url = installation.settings.database_url
    with installation.sessions() as session:
        contacts = session.scalars(select(Contact.external_id).order_by(Contact.id)).all()
    downgrade(url, "0011_parts_name_what_was_sent")
    file = make_backup(installation.settings, target, model=installation.model).file
    installation.lose_everything()
    restored = restore_backup(installation.settings, file, model=installation.model)
    assert restored.manifest.migration == "0011_parts_name_what_was_sent"
    with installation.sessions() as session:
        assert session.scalars(select(Contact.external_id).order_by(Contact.id)).all() == contacts


def test_a_backup_of_a_newer_structure_is_refused(installation, target):
    installation.fill(1)
    with installation.sessions.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))
    file = make_backup(installation.settings, target, model=installation.model).file
    before = installation.everything()
    with pytest.raises(BackupError, match=r"9999_later.*update Chrok first"):
        restore_backup(installation.settings, file, over_data=True, model=installation.model)
    assert installation.everything() == before
    # The next test finds a database of another structure and makes it anew.


def test_what_is_written_meanwhile_is_wholly_in_or_wholly_out(installation, target):
    installation.fill(1, people=200)
    going_on, sessions = threading.Event(), installation.sessions
    going_on.set()

    def chat() -> None:
        number = 0
        while going_on.is_set():
            number += 1
            # A contact and a message in one transaction.
            write(sessions, f"m_{number}", "hello", sender=f"new-{number}")

    writer = threading.Thread(target=chat)
    writer.start()
    try:
        files = [
            make_backup(installation.settings, target / f"{n}.backup", model=installation.model)
            for n in range(3)
        ]
    finally:
        going_on.clear()
        writer.join()
    for made in files:
        restore_backup(installation.settings, made.file, over_data=True, model=installation.model)
        with installation.sessions() as session:
            lonely = session.scalars(
                text("SELECT count(*) FROM inbox WHERE contact_id NOT IN (SELECT id FROM contacts)")
            ).one()
            silent = session.scalars(
                text(
                    "SELECT count(*) FROM contacts WHERE id > 203"
                    " AND id NOT IN (SELECT contact_id FROM inbox)"
                )
            ).one()
        assert (lonely, silent) == (0, 0)


def test_without_the_queue_nothing_waits_for_ever(installation, target, monkeypatch):
    """As with Redis, whose tasks are in no backup: the sweep finds who waits for an answer."""
    from webhook.tasks import contacts_left_behind

    installation.fill(1)
    sessions = installation.sessions
    waiting = write(sessions, "m_last_words", "hello", sender="waits")
    everybody = contacts_left_behind(sessions)
    assert waiting in everybody
    database_alone = [stores.stores_of(installation.settings)[0]]
    monkeypatch.setattr("bot.services.backups.making.stores_of", lambda settings: database_alone)
    file = make_backup(installation.settings, target, model=installation.model).file
    installation.lose_everything()
    restore_backup(installation.settings, file, model=installation.model)
    assert not Path(installation.folder, "queue.sqlite3").exists()
    assert contacts_left_behind(installation.sessions) == everybody
    with installation.sessions.begin() as session:
        assert contact_id_of(session, "messenger", "waits") == waiting
