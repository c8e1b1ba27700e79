"""Insert a row unless it is there: the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.db.models import Base


def insert_once(session: Session, model: type[Base], values: dict[str, Any]) -> bool:
    """Whether the row was inserted; False when a unique key already holds it.

    Needs no savepoint, so it is as cheap for the tenth repeat of a webhook as for the first.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    key = model.__mapper__.primary_key[0]
    statement = insert(model).values(**values).on_conflict_do_nothing().returning(key)
    return session.execute(statement).first() is not None
