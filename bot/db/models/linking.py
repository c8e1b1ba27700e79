"""How a citizen shows that they are the same person on two channels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base, UTCDateTime, now

LINK_CODE_DIGITS = 8


class LinkCode(Base):
    """A code given out on one channel, to be written to us on another within half an hour.

    `used_by_id` is the contact who wrote it: from then on it is of no use to anybody else.
    """

    __tablename__ = "link_codes"

    code: Mapped[str] = mapped_column(String(LINK_CODE_DIGITS), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
