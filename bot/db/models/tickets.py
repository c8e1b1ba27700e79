"""Tickets of the offices, who sends them, who follows them, and who asked for them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.db.models.base import Base, UTCDateTime, now

TICKET_STATUSES = ("accepted", "paid", "approved", "rejected", "delivered")
TICKET_CODE_DIGITS = 12
PHONE_DIGITS = 3
# What became of one request or file of a site.
SYNC_OUTCOMES = ("accepted", "refused")
SYNC_SOURCES = ("api", "import")
# `wrong`: code and digits together fit no ticket; `opened`: a code was named, no digits yet.
ATTEMPT_OUTCOMES = ("opened", "wrong", "told")


class Site(Base):
    """An office whose desk system sends its tickets.

    `id` is the district's NCDD code where the office is a district's (`0102`), else any name of
    the operator's. Only the digest of the token is kept. `allowed_networks` are addresses and
    networks in CIDR notation, one a line; empty allows all. At `silent_from` the site counts as
    silent unless it sends something before.
    """

    __tablename__ = "sites"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_km: Mapped[str | None] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    place_code: Mapped[str | None] = mapped_column(String(6))
    token_digest: Mapped[str | None] = mapped_column(String(64))
    token_issued_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    allowed_networks: Mapped[str] = mapped_column(Text, default="", server_default="")
    last_sync_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    silent_from: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class SiteSync(Base):
    """One request or file of a site, with what became of its rows.

    `failure` is the error's code where the whole of it was refused.
    """

    __tablename__ = "site_syncs"
    __table_args__ = (
        CheckConstraint(f"outcome IN {SYNC_OUTCOMES}", name="outcome"),
        CheckConstraint(f"source IN {SYNC_SOURCES}", name="source"),
        Index("ix_site_syncs_site_id_received_at", "site_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    source: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(10), default="accepted")
    failure: Mapped[str | None] = mapped_column(String(60))
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    stale: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    notices: Mapped[int] = mapped_column(default=0)


class Ticket(Base):
    """A ticket as the desk last sent it.

    `code` has 12 digits: district (4), year and month (4), form (4). `service` is a service's id
    or the desk's own words. Of the phone left at the desk only the last three digits are kept
    (docs/adr/0007); without a phone they are nothing. `version` grows with each change at the desk.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint(f"status IN {TICKET_STATUSES}", name="status"),
        # Officials are reminded of what is late.
        Index("ix_tickets_status_expected_on", "status", "expected_on"),
        # One tree instead of two: a ticket is only ever looked for by its code.
        {"sqlite_with_rowid": False},
    )

    code: Mapped[str] = mapped_column(String(TICKET_CODE_DIGITS), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"))
    sector: Mapped[str | None] = mapped_column(String(200))
    service: Mapped[str | None] = mapped_column(String(300))
    status: Mapped[str] = mapped_column(String(10))
    phone_digits: Mapped[str | None] = mapped_column(String(PHONE_DIGITS))
    requested_on: Mapped[date | None]
    expected_on: Mapped[date | None]
    approved_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(BigInteger)
    synced_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    site: Mapped[Site] = relationship()


class TicketFollow(Base):
    """A citizen who wants to hear when the ticket moves."""

    __tablename__ = "ticket_follows"
    __table_args__ = (
        Unique("contact_id", "ticket_code"),
        Index("ix_ticket_follows_ticket_code", "ticket_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    ticket_code: Mapped[str] = mapped_column(ForeignKey("tickets.code"))
    followed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    ticket: Mapped[Ticket] = relationship()


class TicketAttempt(Base):
    """Somebody asked for a ticket; what counts against guessing, and nothing else.

    `conversation_id` is the sender's; `district` the first four digits of the code. Rows are of no
    use after a day and are removed then.
    """

    __tablename__ = "ticket_attempts"
    __table_args__ = (
        CheckConstraint(f"outcome IN {ATTEMPT_OUTCOMES}", name="outcome"),
        Index("ix_ticket_attempts_conversation_id_at", "conversation_id", "at"),
        Index("ix_ticket_attempts_district_at", "district", "at"),
        Index("ix_ticket_attempts_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64))
    ticket_code: Mapped[str] = mapped_column(String(TICKET_CODE_DIGITS))
    district: Mapped[str] = mapped_column(String(4))
    outcome: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
