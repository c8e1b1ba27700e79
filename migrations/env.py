"""How Alembic reaches the database; `bot.db.migrate` and the `alembic` command both come here."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from bot.db.models import Base, UTCDateTime
from bot.db.session import create_database_engine
from bot.settings import read_settings


def render_type(kind: str, value: object, autogen_context: object) -> str | bool:
    """Write our own type as what the database holds: a revision must not change with our code."""
    if kind == "type" and isinstance(value, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Run the revisions on an open connection, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_type,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_database_engine(read_settings().database_url)
    with engine.connect() as opened:
        run(opened)
    engine.dispose()
