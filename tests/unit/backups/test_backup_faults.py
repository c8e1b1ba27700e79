"""A backup is whole or not there; a restore that cannot be done changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db.models import Heartbeat, OperatorAlert
from bot.db.models.base import now
from bot.encryption import new_key
from bot.errors import SettingError
from bot.services.alerts import open_alerts
from bot.services.backups import making, postgresql_copy
from bot.services.backups.errors import BackupError
from bot.services.backups.making import make_backup
from bot.services.backups.restoring import restore_backup
from bot.services.heartbeats import takes_turn
from bot.settings import Settings, read_settings
from tests.unit.backups.installation import KEY, Installation
from tests.unit.databases import BOTH, migrated, migrated_sqlite
from webhook import create_app
from webhook.nightly import back_up


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


@pytest.fixture
def installation(tmp_path, target, monkeypatch):
    made = Installation(tmp_path, migrated_sqlite(tmp_path), backup_folder=str(target))
    made.fill(7)
    monkeypatch.setattr(making, "MODEL", made.model)
    return made


def run(installation, *arguments: str):
    return create_app(installation.settings).test_cli_runner().invoke(args=arguments)


def test_a_damaged_file_a_wrong_key_and_a_foreign_file_change_nothing(installation, target):
    file = make_backup(installation.settings, target, model=installation.model).file
    before, content = installation.everything(), file.read_bytes()
    middle = len(content) // 2
    for damaged in (
        content[:-1],
        content[:middle],
        content[:10],
        b"",
        b"PK\x03\x04 something else entirely, but long enough",
        content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
    ):
        file.write_bytes(damaged)
        with pytest.raises(BackupError):
            restore_backup(installation.settings, file, over_data=True, model=installation.model)
    file.write_bytes(content)
    stranger = Settings(
        **{
            name: getattr(installation.settings, name)
            for name in ("database_url", "tracker_database_url", "queue_url")
        },
        backup_key=new_key(),
    )
    with pytest.raises(BackupError, match="BACKUP_KEY is not the key"):
        restore_backup(stranger, file, over_data=True, model=installation.model)
    assert installation.everything() == before


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"encryption_keys": new_key()}, None),
        ({"secret_key": "another secret"}, "ENCRYPTION_KEYS"),
        ({"secret_key": "another", "previous_secret_key": Settings().secret_key}, None),
    ],
)
def test_a_backup_whose_ids_could_not_be_read_is_not_restored(installation, target, keys, said):
    file = make_backup(installation.settings, target, model=installation.model).file
    before = installation.everything()
    other = replace(installation.settings, **keys)
    if said is None:
        restore_backup(other, file, over_data=True, model=installation.model)
    else:
        with pytest.raises(BackupError, match=said):
            restore_backup(other, file, over_data=True, model=installation.model)
    assert installation.everything() == before


def test_a_backup_whose_people_would_not_be_found_is_not_restored(installation, target):
    key = new_key()
    installation.settings = replace(installation.settings, encryption_keys=key)
    file = make_backup(installation.settings, target, model=installation.model).file
    other = replace(installation.settings, secret_key="another secret")
    with pytest.raises(BackupError, match="PREVIOUS_SECRET_KEY"):
        restore_backup(other, file, over_data=True, model=installation.model)


def test_a_disk_that_is_full_leaves_the_older_backups_and_no_half_one(
    installation, target, monkeypatch
):
    older = make_backup(installation.settings, target, model=installation.model).file

    class Full:
        def __init__(self, file, key):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def write(self, data):
            self.file.write(data[:100])
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "SealedWriter", Full)
    with pytest.raises(BackupError, match="No space left on device"):
        make_backup(installation.settings, target, keep=1, model=installation.model)
    assert list(target.iterdir()) == [older]


def test_of_the_backups_in_a_folder_the_newest_stay(installation, target, monkeypatch):
    moments = iter(now() + timedelta(minutes=minute) for minute in range(5))
    monkeypatch.setattr(making, "now", lambda: next(moments))
    foreign = target / "somebody-else.backup"
    foreign.write_text("not ours")
    made = [
        make_backup(installation.settings, target, keep=3, model=installation.model)
        for _ in range(5)
    ]
    assert sorted(target.iterdir()) == sorted([foreign, *(backup.file for backup in made[2:])])
    assert made[4].removed == [made[1].file]


def test_a_backup_of_sqlite_is_not_restored_into_postgresql(installation, target, tmp_path):
    file = make_backup(installation.settings, target, model=installation.model).file
    other = Settings(database_url="postgresql://nobody@127.0.0.1:9/none", backup_key=KEY)
    with pytest.raises(BackupError, match="of a SQLite database"):
        restore_backup(other, file, over_data=True, model=installation.model)


def test_a_missing_program_is_named_with_its_package(target, monkeypatch):
    monkeypatch.setattr(postgresql_copy.shutil, "which", lambda program: None)
    with pytest.raises(BackupError, match=r"pg_restore is not installed.*postgresql-client"):
        postgresql_copy._run("pg_restore", None, ["--list"])


@pytest.mark.parametrize("kind", BOTH[1:])
def test_a_restore_into_postgresql_that_fails_leaves_every_row(kind, tmp_path, target):
    made = Installation(tmp_path, migrated(kind, tmp_path))
    made.fill(3)
    file = make_backup(made.settings, target, model=made.model).file
    before = made.everything()
    with pytest.raises(BackupError, match="table contacts has not the 999 rows"):
        postgresql_copy.restore(
            making.stores_of(made.settings)[0].address,
            _dump_of(made, file, tmp_path),
            {"contacts": 999},
        )
    assert made.everything() == before


def _dump_of(made, file, folder):
    from bot.services.backups.restoring import opened_backup

    with opened_backup(made.settings, file) as (_, unpacked):
        return (unpacked / "database.dump").rename(folder / "database.dump")


def test_the_operator_makes_looks_at_and_restores_a_backup(installation, target):
    made = run(installation, "backup", "--to", str(target), "--keep", "2")
    assert made.exit_code == 0, made.output
    (file,) = target.iterdir()
    assert str(file) in made.output
    assert "database.sqlite3" in made.output
    looked = run(installation, "restore", "--check", str(file))
    assert "whole: made" in looked.output
    refused = run(installation, "restore", str(file))
    assert (refused.exit_code, "--yes" in refused.output) == (1, True)
    before = installation.everything()
    before.pop("heartbeats")
    installation.lose_messages()
    restored = run(installation, "restore", str(file), "--yes")
    assert restored.exit_code == 0, restored.output
    assert "restored database, tracker, queue, model" in restored.output
    after = installation.everything()
    after.pop("heartbeats")
    assert after == before


def test_without_a_folder_or_a_key_the_operator_is_told_which_setting(installation, target):
    installation.settings = Settings(
        database_url=installation.settings.database_url,
        queue_url=installation.settings.queue_url,
    )
    assert "BACKUP_FOLDER" in run(installation, "backup").output
    assert "BACKUP_KEY must be" in run(installation, "backup", "--to", str(target)).output
    missing = run(installation, "backup", "--to", str(target / "none" / "x.backup"))
    assert missing.exit_code == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BACKUP_FOLDER", "/backups"),
        ("BACKUP_KEY", "short"),
        ("BACKUP_KEEP", "none"),
        ("BACKUP_KEEP", "0"),
        ("RAW_TEXT_DAYS", "3"),
        ("RAW_TEXT_DAYS", "a month"),
    ],
)
def test_a_wrong_setting_is_named(name, value):
    with pytest.raises(SettingError, match=name.partition("_")[0]):
        read_settings({name: value})


def test_each_night_one_worker_makes_a_backup_and_says_so(installation, target):
    sessions = installation.sessions
    assert back_up(sessions, installation.settings)
    assert not back_up(sessions, installation.settings), "another worker, the same night"
    assert len(list(target.iterdir())) == 1
    with sessions() as session:
        assert now() - session.get_one(Heartbeat, "backup").beat_at < timedelta(minutes=1)


def test_the_next_night_has_its_own_turn(both_databases):
    moment = now()
    with both_databases.begin() as session:
        turns = [
            takes_turn(session, "x", moment + timedelta(hours=hours), timedelta(hours=12))
            for hours in (0, 1, 24, 25)
        ]
    assert turns == [True, False, True, False]


def test_a_backup_that_failed_is_an_alert(installation, target):
    target.rmdir()
    sessions = installation.sessions
    assert not back_up(sessions, installation.settings)
    with sessions() as session:
        (alert,) = open_alerts(session, now())
        assert alert.kind == "backup_failed"
        assert "BACKUP_FOLDER" in alert.details["reason"]
        assert session.get(Heartbeat, "backup") is None
        assert len(session.scalars(select(OperatorAlert)).all()) == 1


def test_without_a_folder_no_night_makes_a_backup(installation):
    assert not back_up(installation.sessions, Settings(backup_key=KEY))
