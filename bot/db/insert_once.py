"""Insert a row unless it is there: the same on SQLite and PostgreSQL."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.db.models import Base


def insert_once(session: Session, model: type[Base], values: dict[str, Any]) -> bool:
    """Whether the row was inserted; False when a unique key already holds it.

    Needs no savepoint, so it is as cheap for the tenth repeat of a webhook as for the first.
    """
    # What the row refers to may be an object still; statements for a table alone do not look.
    session.flush()
    statement = _statement(session.get_bind().dialect.name, model)
    return session.execute(statement, values).first() is not None


@cache
def _statement(dialect: str, model: type[Base]) -> Executable:
    """Made once: a webhook inserts hundreds a second, and the table alone needs no mapping."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    key = model.__mapper__.primary_key[0]
    return insert(cast(Table, model.__table__)).on_conflict_do_nothing().returning(key)
