"""Contacts, and the messages on their way in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.db.models.base import Base, UTCDateTime, now
from bot.db.models.encrypted import EncryptedText, KeyedDigest, digest_of, keep_digest


class Contact(Base):
    """One citizen on one channel, and the lease under which one worker serves them.

    `conversation_id` is what the engine knows the citizen by; `external_id`, the provider's id,
    never leaves the database, and rests in it encrypted. `chosen_language` is set only by the
    citizen; `last_language` that of our last reply.
    `last_heard_at` opens the provider's window for answers; until `taken_over_until` a person
    answers and the assistant is quiet.
    """

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "external_id_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(EncryptedText)
    external_id_digest: Mapped[str] = mapped_column(String(64), default=digest_of("external_id"))
    conversation_id: Mapped[str] = mapped_column(String(36), unique=True)
    chosen_language: Mapped[str | None] = mapped_column(String(2))
    last_language: Mapped[str | None] = mapped_column(String(2))
    lease_owner: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opted_out_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    blocked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_heard_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    taken_over_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    throttled_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


keep_digest(Contact, "external_id")


class StoredInbound(Base):
    """A citizen's message in the inbox: the truth of what still has to be answered.

    Of the provider's id of the message only a digest is kept: it often names the sender.
    `state` is `waiting`, `done` (answered), `apologised`, `noted` (no turn of the conversation),
    `with_person` (a colleague answers) or `throttled`.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "event_id"),
        Index("ix_inbox_state_not_before", "state", "not_before"),
        Index("ix_inbox_contact_id_state_id", "contact_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[str] = mapped_column(KeyedDigest(255))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    button_token: Mapped[str] = mapped_column(String(64), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    occurred_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failure: Mapped[str | None] = mapped_column(String(60))

    contact: Mapped[Contact] = relationship()


class StoredOutbound(Base):
    """A reply or notice in the outbox.

    `state` is `queued`, `sent`, `delivered`, `failed:<code>` or `skipped:<code>`. `key` names what
    a notice tells, so that it is told once; `queued_at` is when it was queued again. `remaining` is
    what a channel with few parts holds back until the citizen asks for more.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("inbound_id", "position"),
        UniqueConstraint("key"),
        Index("ix_outbox_state_not_before", "state", "not_before"),
        Index("ix_outbox_contact_id_id", "contact_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"))
    position: Mapped[int] = mapped_column(default=0)
    priority: Mapped[int] = mapped_column(default=0, server_default="0")
    key: Mapped[str | None] = mapped_column(String(120))
    reply: Mapped[dict[str, Any]] = mapped_column(JSON)
    remaining: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(60), default="queued")
    parts_sent: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    last_error: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    queued_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    contact: Mapped[Contact] = relationship()


class OutboundPart(Base):
    """One message that a provider took for an outbox row, and what became of it.

    `state` is `sent`, `delivered` or `failed:<code>`.
    """

    __tablename__ = "outbox_parts"
    __table_args__ = (
        UniqueConstraint("outbox_id", "position"),
        Index("ix_outbox_parts_channel_provider_message_id", "channel", "provider_message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
    position: Mapped[int]
    channel: Mapped[str] = mapped_column(String(20))
    provider_message_id: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(60), default="sent")
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    reported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ChannelPause(Base):
    """A channel that sends nothing for now, because its provider refuses us as a whole."""

    __tablename__ = "channel_pauses"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    reason: Mapped[str] = mapped_column(String(60))
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    until: Mapped[datetime] = mapped_column(UTCDateTime)


class FallbackRoute(Base):
    """The citizen behind `contact_id` agreed that notices may reach them as `route_contact_id`."""

    __tablename__ = "fallback_routes"
    __table_args__ = (UniqueConstraint("contact_id", "route_contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    route_contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    agreed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ButtonToken(Base):
    """What stands behind the opaque token on a button, bound to the contact it was offered to."""

    __tablename__ = "button_tokens"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Heartbeat(Base):
    """When a process that has no address of its own was last alive."""

    __tablename__ = "heartbeats"

    process: Mapped[str] = mapped_column(String(60), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
