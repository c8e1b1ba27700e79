"""Who asked to be forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base, UTCDateTime, now


class DeletionRequest(Base):
    """A request to be forgotten. It outlives what it is about, so in the end it names nobody.

    `source` is `chat`, `provider` or `operator`. `state` is `waiting`, `done` or `unmatched` (the
    provider's id leads to nobody whom we know). `contact_id` is there only while it waits;
    `subject` is a keyed hash of what the provider sent, so that a repeat finds its request.
    """

    __tablename__ = "deletion_requests"
    __table_args__ = (Index("ix_deletion_requests_state_not_before", "state", "not_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    confirmation_code: Mapped[str] = mapped_column(String(20), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    subject: Mapped[str | None] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    not_before: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
