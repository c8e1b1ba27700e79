"""Messages that were understood badly, for a person to say what they meant."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base, UTCDateTime, now

REVIEW_REASONS = ("not_understood", "low_confidence", "corrected")


class MessageToReview(Base):
    """A wording, masked, and what the engine took it for; nothing here tells who wrote it.

    The same wording is one row however often it comes. `confidence_percent` is the lowest that
    was seen. `reviewed_at` is when its label came back.
    """

    __tablename__ = "messages_to_review"
    __table_args__ = (
        UniqueConstraint("wording"),
        CheckConstraint(f"reason IN {REVIEW_REASONS}", name="reason"),
        Index("ix_messages_to_review_reviewed_at", "reviewed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wording: Mapped[str] = mapped_column(String(64))
    masked_text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    intent: Mapped[str] = mapped_column(String(60))
    confidence_percent: Mapped[int]
    reason: Mapped[str] = mapped_column(String(20))
    times: Mapped[int] = mapped_column(default=1)
    last_heard_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    reviewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
