"""Citizens' feedback, what officials did about it, and the trail of every step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.db.models.base import Base, UTCDateTime, now

UNITS = ("province_owsu", "district_owso", "district_hall")
RATINGS = ("satisfied", "acceptable", "dissatisfied")
ASPECTS = ("price", "information", "behaviour", "working_hours", "delivery", "request_form")
CONCERNS = ("bribery", "safety", "discrimination")
FEEDBACK_STATES = ("open", "acknowledged", "answered", "closed", "solved")
GENDERS = ("woman", "man")
AGE_GROUPS = ("under_30", "30_to_59", "60_and_over")


class Feedback(Base):
    """What a citizen said about one unit of one place.

    `place_code` is a province (2 digits) for `province_owsu`, else a district (4 digits); the two
    are changed when an official forwards it. `author_key` tells two messages of one person apart
    from those of two, without telling who it is; `contact_id` is kept only where the citizen
    allowed an answer. `text` is for the responsible official, `masked_text` for everybody else.
    `kept_back` says why it is neither counted nor alerted: `duplicate`, `burst` or nothing.
    `waiting_since` is when the citizen began to wait for an answer: given, or reopened.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint(f"unit IN {UNITS}", name="unit"),
        CheckConstraint(f"rating IN {RATINGS}", name="rating"),
        CheckConstraint(f"state IN {FEEDBACK_STATES}", name="state"),
        Index("ix_feedback_place_code_created_at", "place_code", "created_at"),
        Index("ix_feedback_author_key_created_at", "author_key", "created_at"),
        Index("ix_feedback_state_waiting_since", "state", "waiting_since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    unit: Mapped[str] = mapped_column(String(20))
    place_code: Mapped[str] = mapped_column(ForeignKey("places.code"))
    rating: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, default="")
    masked_text: Mapped[str] = mapped_column(Text, default="")
    ticket_code: Mapped[str | None] = mapped_column(String(12))
    concern: Mapped[str | None] = mapped_column(String(20))
    shared_with_citizens_office: Mapped[bool] = mapped_column(default=False)
    author_key: Mapped[str] = mapped_column(String(64))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    gender: Mapped[str | None] = mapped_column(String(10))
    age_group: Mapped[str | None] = mapped_column(String(12))
    kept_back: Mapped[str | None] = mapped_column(String(12))
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("feedback.id"))
    state: Mapped[str] = mapped_column(String(16), default="open")
    answer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    waiting_since: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reopened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    aspects: Mapped[list[FeedbackAspect]] = relationship(
        cascade="all, delete-orphan", order_by="FeedbackAspect.aspect"
    )
    events: Mapped[list[FeedbackEvent]] = relationship(
        cascade="all, delete-orphan", order_by="FeedbackEvent.id"
    )

    def aspects_of(self, opinion: str) -> list[str]:
        """The aspects that were `liked` or `disliked`, in the order of the form."""
        given = {row.aspect for row in self.aspects if row.opinion == opinion}
        return [aspect for aspect in ASPECTS if aspect in given]


class FeedbackAspect(Base):
    """One thing that was `liked` or `disliked`."""

    __tablename__ = "feedback_aspects"
    __table_args__ = (
        CheckConstraint(f"aspect IN {ASPECTS}", name="aspect"),
        CheckConstraint("opinion IN ('liked', 'disliked')", name="opinion"),
    )

    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    aspect: Mapped[str] = mapped_column(String(16), primary_key=True)
    opinion: Mapped[str] = mapped_column(String(10), primary_key=True)


class FeedbackEvent(Base):
    """One step of the audit trail: who did what, when.

    `actor` is `citizen`, `system`, `operator` or `official`, then with `official_id`. `action` is
    `received`, `alerted`, `acknowledged`, `answered`, `forwarded`, `closed`, `solved`,
    `not_solved`, `added`, `reminded`, `escalated` or `seen`.
    """

    __tablename__ = "feedback_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), index=True)
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    actor: Mapped[str] = mapped_column(String(10))
    official_id: Mapped[int | None] = mapped_column(ForeignKey("officials.id"))
    action: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
