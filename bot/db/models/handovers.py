"""Citizens who want to speak with a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.db.models.base import Base, UTCDateTime, now
from bot.db.models.messaging import Contact


class HandoverRequest(Base):
    """A citizen's wish to speak with a person, in their own words.

    `state` is `open` or `closed`; a contact has at most one open request. `place_code` is the
    place whose office they want, as far as they said.
    """

    __tablename__ = "handover_requests"
    __table_args__ = (Index("ix_handover_requests_state_created_at", "state", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    place_code: Mapped[str | None] = mapped_column(ForeignKey("places.code"))
    reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default="open")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    contact: Mapped[Contact] = relationship()
