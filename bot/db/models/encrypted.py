"""Columns that hold the ids and numbers of people: unreadable at rest, found by a keyed digest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, String, Text, event, inspect, literal, not_, or_
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import DeclarativeBase, Mapper
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

from bot.db.keys import keys_of


class KeyedDigest(TypeDecorator[str]):
    """Text that is stored as its HMAC-SHA-256 only: it can be compared, never read back.

    `previous` takes the key from before SECRET_KEY changed.
    """

    impl = String
    cache_ok = True

    def __init__(self, length: int = 64, *, previous: bool = False) -> None:
        super().__init__(length)
        self.previous = previous

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """To 64 hexadecimal digits."""
        if value is None:
            return None
        keys = keys_of(dialect)
        return keys.previous_digest(value) if self.previous else keys.digest(value)


class EncryptedText(TypeDecorator[str]):
    """Text that is stored as a Fernet token, and compared by the column `<name>_digest` beside it.

    A token differs each time, so a comparison with the column itself would silently find nothing.
    """

    impl = Text
    cache_ok = True

    class comparator_factory(Text.Comparator[str]):
        """Compares digests; everything but `==`, `!=` and `in_` is refused."""

        def operate(self, op: Any, *other: Any, **arguments: Any) -> Any:
            """By the digest under the current key and under the one before it."""
            if op in (operators.eq, operators.in_op) and other[0] is not None:
                values = other[0] if op is operators.in_op else [other[0]]
                return (
                    or_(*(self._is(value) for value in values)) if values else not_(literal(True))
                )
            if op is operators.ne and other[0] is not None:
                return not_(self._is(other[0]))
            raise TypeError(f"an encrypted column cannot be asked with {op.__name__}")

        def _is(self, value: str) -> Any:
            column: Any = self.expr
            digest = column.table.c[f"{column.name}_digest"]
            return digest.in_(
                [literal(value, KeyedDigest()), literal(value, KeyedDigest(previous=True))]
            )

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt."""
        return None if value is None else keys_of(dialect).encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt; raises `UnreadableError` where no key fits."""
        return None if value is None else keys_of(dialect).decrypt(value)


def digest_of(name: str) -> Callable[[DefaultExecutionContext], str]:
    """A column's default: the digest of the column `name` of the row that is inserted."""

    def digest(context: DefaultExecutionContext) -> str:
        inserted: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
        return keys_of(context.dialect).digest(inserted[name])

    return digest


def keep_digest(model: type[DeclarativeBase], name: str) -> None:
    """Let `<name>_digest` follow when an object's encrypted attribute is given another value."""

    @event.listens_for(model, "before_update")
    def follow(mapper: Mapper[Any], connection: Connection, changed: Any) -> None:
        if inspect(changed).attrs[name].history.has_changes():
            digest = keys_of(connection.dialect).digest(getattr(changed, name))
            setattr(changed, f"{name}_digest", digest)
