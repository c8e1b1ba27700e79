"""How Alembic reaches the database; `bot.db.migrate` and the `alembic` command both come here."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from bot.db.models import Base, UTCDateTime
from bot.db.models.encrypted import EncryptedText, KeyedDigest
from bot.db.session import create_database_engine
from bot.settings import read_settings


def render_type(kind: str, value: object, autogen_context: object) -> str | bool:
    """Write our own type as what the database holds: a revision must not change with our code."""
    if kind == "type" and isinstance(value, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, EncryptedText):
        return "sa.Text()"
    if kind == "type" and isinstance(value, KeyedDigest):
        return f"sa.String(length={value.impl.length})"
    return False


def run(connection: Connection) -> None:
    """Run the revisions on an open connection, in one transaction.

    SQLite changes a table by putting a new one in its place, which foreign keys to it forbid; so
    they rest meanwhile and are checked at the end (sqlite.org/lang_altertable.html, section 7).
    """
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_type,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if is_sqlite:
            _check_foreign_keys(connection)


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise RuntimeError(f"table {broken[0]}, row {broken[1]} leads nowhere in {broken[2]}")


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_database_engine(read_settings().database_url)
    with engine.connect() as opened:
        run(opened)
    engine.dispose()
