"""Bringing everything that is encrypted under the current key, while the system runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Column, CursorResult, Text, select, type_coerce, update
from sqlalchemy.orm import Session

from bot.db.models import Base, Contact, Feedback
from bot.db.models.base import now
from bot.db.models.encrypted import EncryptedText
from bot.db.session import SessionFactory
from bot.encryption import EncryptionKeys
from bot.services.feedback import author_key
from bot.settings import Settings

# So few rows a transaction that nobody who writes has to wait.
_AT_ONCE = 500


@dataclass(frozen=True)
class Rotated:
    """How many values are encrypted in all, how many were changed, and how many were not.

    `left` is more than nothing where a process still writes under the older key.
    """

    total: int
    changed: int
    left: int


def rotate(sessions: SessionFactory, settings: Settings) -> Rotated:
    """Re-encrypt what is under an older key, and digest anew what is under an older secret.

    Each batch is a transaction of its own: what was done stays done when it is broken off, and
    the next run goes on from there. Raises `UnreadableError` where a key is missing.
    """
    keys = settings.encryption
    changed = 0
    for column in _encrypted_columns():
        for rows in _batches(sessions, column):
            with sessions.begin() as session:
                changed += sum(_renew(session, column, keys, row) for row in rows)
    if settings.previous_secret_key:
        _renew_authors(sessions, settings)
    total, left = _count(sessions, keys)
    return Rotated(total=total, changed=changed, left=left)


def _encrypted_columns() -> list[Column[Any]]:
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    ]


def _batches(sessions: SessionFactory, column: Column[Any]) -> Iterator[list[dict[str, Any]]]:
    """The rows as they rest: `id`, `token` and, where there is one, `digest`."""
    identifier, digest = column.table.c.id, _digest_column(column)
    wanted = [identifier, type_coerce(column, Text).label("token")]
    wanted += [] if digest is None else [digest.label("digest")]
    last = 0
    while True:
        page = select(*wanted).where(identifier > last).order_by(identifier).limit(_AT_ONCE)
        with sessions() as session:
            rows = [dict(row) for row in session.execute(page).mappings()]
        if not rows:
            return
        yield rows
        last = rows[-1]["id"]


def _digest_column(column: Column[Any]) -> Column[Any] | None:
    return column.table.c.get(f"{column.name}_digest")


def _is_current(keys: EncryptionKeys, row: dict[str, Any]) -> bool:
    if not keys.is_current(row["token"]):
        return False
    return "digest" not in row or row["digest"] == keys.digest(keys.decrypt(row["token"]))


def _renew(session: Session, column: Column[Any], keys: EncryptionKeys, row: dict[str, Any]) -> int:
    """One row, unless somebody changed it meanwhile, who then used the current key."""
    if _is_current(keys, row):
        return 0
    plain = keys.decrypt(row["token"])
    values: dict[str, Any] = {column.name: plain}
    if "digest" in row:
        values[f"{column.name}_digest"] = keys.digest(plain)
    is_unchanged = type_coerce(column, Text) == row["token"]
    statement = update(column.table).where(column.table.c.id == row["id"], is_unchanged)
    if column.table.name == Contact.__tablename__ and _is_taken(session, row["id"], values):
        # Somebody who was not known under the new secret wrote, and is a contact already: they go
        # on there, as after a move of a chat.
        nobody = f"replaced:{row['id']}"
        values = {"external_id": nobody, "external_id_digest": keys.digest(nobody)}
        values["blocked_at"] = now()
    return cast("CursorResult[Any]", session.execute(statement.values(values))).rowcount


def _is_taken(session: Session, contact_id: int, values: dict[str, Any]) -> bool:
    same_channel = select(Contact.channel).where(Contact.id == contact_id).scalar_subquery()
    other = select(Contact.id).where(
        Contact.channel == same_channel,
        Contact.external_id_digest == values["external_id_digest"],
        Contact.id != contact_id,
    )
    return session.scalar(other) is not None


def _renew_authors(sessions: SessionFactory, settings: Settings) -> None:
    """Who gave feedback finds it again under the new secret."""
    with sessions() as session:
        conversations = session.scalars(select(Contact.conversation_id)).all()
    for start in range(0, len(conversations), _AT_ONCE):
        with sessions.begin() as session:
            for conversation_id in conversations[start : start + _AT_ONCE]:
                before = author_key(settings.previous_secret_key, conversation_id)
                after = author_key(settings.secret_key, conversation_id)
                session.execute(
                    update(Feedback).where(Feedback.author_key == before).values(author_key=after)
                )


def _count(sessions: SessionFactory, keys: EncryptionKeys) -> tuple[int, int]:
    total = left = 0
    for column in _encrypted_columns():
        for rows in _batches(sessions, column):
            total += len(rows)
            left += sum(not _is_current(keys, row) for row in rows)
    return total, left
