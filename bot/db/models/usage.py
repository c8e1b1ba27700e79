"""How Chrok is used, in numbers that outlive the words."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base

USAGE_SUBJECTS = ("received", "outcome", "sent", "intent", "service")


class DailyCount(Base):
    """How often something happened on one day in Cambodia, by channel and language.

    `subject` says what `value` is: the kind of a message that was `received`, its `outcome` (the
    state of the inbox), what became of what was `sent` (the state of the outbox), the `intent` that
    was understood, or the `service` that was asked for. `language` is empty where nobody knows it.
    """

    __tablename__ = "daily_counts"
    __table_args__ = (CheckConstraint(f"subject IN {USAGE_SUBJECTS}", name="subject"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    subject: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int]
