"""Officials, what they subscribed to, and what was sent to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.db.models.base import Base, UTCDateTime, now
from bot.db.models.encrypted import EncryptedText, digest_of, keep_digest

OFFICIAL_CHANNELS = ("telegram", "email", "sms")
OFFICIAL_ROLES = ("office", "citizens_office")
PERIODS = ("immediate", "daily", "weekly", "monthly", "ombudsman")


class Official(Base):
    """Somebody responsible, or a group of them, reachable in one way.

    `place_code` is the scope: a province (2 digits) or a district (4). `unit` narrows it to one
    unit; empty means all units of the place. The `role` `citizens_office` is the district's
    ombudsman. `address` is a Telegram chat, an e-mail address or a phone number; `contact_id` is
    the row through which Telegram and SMS are delivered.
    """

    __tablename__ = "officials"
    __table_args__ = (
        CheckConstraint(f"channel IN {OFFICIAL_CHANNELS}", name="channel"),
        CheckConstraint(f"role IN {OFFICIAL_ROLES}", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20), default="office")
    place_code: Mapped[str] = mapped_column(ForeignKey("places.code"), index=True)
    unit: Mapped[str] = mapped_column(String(20), default="")
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(EncryptedText)
    address_digest: Mapped[str] = mapped_column(String(64), default=digest_of("address"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    language: Mapped[str] = mapped_column(String(2), default="km")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    subscriptions: Mapped[list[Subscription]] = relationship(
        back_populates="official", order_by="Subscription.id"
    )


keep_digest(Official, "address")


class Subscription(Base):
    """What an official wants to be sent, for the official's own scope."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        UniqueConstraint("official_id", "period"),
        CheckConstraint(f"period IN {PERIODS}", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    period: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    official: Mapped[Official] = relationship(back_populates="subscriptions")


class Invitation(Base):
    """A code that joins a Telegram group to a place when it is sent there."""

    __tablename__ = "invitations"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20), default="office")
    place_code: Mapped[str] = mapped_column(ForeignKey("places.code"))
    unit: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(2), default="km")
    periods: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    official_id: Mapped[int | None] = mapped_column(ForeignKey("officials.id"))


class Digest(Base):
    """One period that was told to one subscription; the unique key makes it once."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("subscription_id", "period_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"))
    period_start: Mapped[datetime] = mapped_column(UTCDateTime)
    period_end: Mapped[datetime] = mapped_column(UTCDateTime)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class AnswerCode(Base):
    """The short code under which one official answers one feedback by SMS or in a group."""

    __tablename__ = "answer_codes"
    __table_args__ = (UniqueConstraint("official_id", "feedback_id"),)

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class FeedbackNotice(Base):
    """The outbox row that told an official of a feedback: a reply to it is about that feedback."""

    __tablename__ = "feedback_notices"

    outbox_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"))


class OutgoingEmail(Base):
    """A message on its way to an official's e-mail address.

    `content` is the whole message as it is sent. `state` is `queued`, `sent` or `failed:<code>`.
    Until `claimed_until` one worker is sending it.
    """

    __tablename__ = "outgoing_emails"
    __table_args__ = (Index("ix_outgoing_emails_state_not_before", "state", "not_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    recipient: Mapped[str] = mapped_column(EncryptedText)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(60), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
