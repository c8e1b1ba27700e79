"""Bring a database to a revision of its structure."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.db.session import create_database_engine
from bot.encryption import EncryptionKeys
from bot.settings import PROJECT_ROOT

HEAD_FILE = PROJECT_ROOT / "migrations" / "HEAD"


def upgrade(database_url: str, revision: str = "head", keys: EncryptionKeys | None = None) -> None:
    """Bring the database up to a revision; does nothing when it is there already.

    Without `keys` for the ids of people the environment's are taken.
    """
    _run(database_url, partial(command.upgrade, revision=revision), keys)


def downgrade(database_url: str, revision: str, keys: EncryptionKeys | None = None) -> None:
    """Bring the database back to a revision (`base` empties it); later tables are lost."""
    _run(database_url, partial(command.downgrade, revision=revision), keys)


def pinned_head() -> str:
    """The revision this code was written for, as `migrations/HEAD` pins it."""
    return HEAD_FILE.read_text(encoding="utf-8").strip()


def current_revision(database_url: str) -> str:
    """The revision that the database is at; empty for one without tables of ours."""
    engine = create_database_engine(database_url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() or ""
    finally:
        engine.dispose()


def revisions_between(database_url: str, revision: str) -> list[str] | None:
    """The revisions that `downgrade` would take back, the newest first; None for an unknown one."""
    scripts = ScriptDirectory.from_config(configuration())
    at = current_revision(database_url)
    known = [script.revision for script in scripts.walk_revisions()]
    if revision not in known or at not in known:
        return None
    return known[known.index(at) : known.index(revision)]


def configuration() -> Config:
    """Alembic's configuration of this project."""
    return Config(PROJECT_ROOT / "alembic.ini")


def _run(database_url: str, run: Callable[[Config], None], keys: EncryptionKeys | None) -> None:
    settings = configuration()
    engine = create_database_engine(database_url, keys)
    try:
        with engine.connect() as connection:
            settings.attributes["connection"] = connection
            run(settings)
            connection.commit()
    finally:
        engine.dispose()
