"""Who wants to hear when a ticket moves, and telling them: once for each change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from bot.db.insert_once import insert_once
from bot.db.models import Contact, SiteSync, Ticket, TicketFollow
from bot.db.models.base import now
from bot.messages import Button, Reply
from bot.services.catalogue_search import ServiceIndex
from bot.services.contacts import language_of
from bot.services.dialogue import form_payload
from bot.services.outgoing import queue_notice
from bot.services.quiet_hours import next_waking_moment
from bot.services.ticket_service import service_of
from bot.services.ticket_status import TicketCard
from bot.services.ticket_sync import SyncReport
from bot.wording import Wording

TOPIC = "ticket"
MOST_FOLLOWED = 20
_CODES_AT_ONCE = 1000
# Nothing moves after this.
_LAST_STATUS = "delivered"


def follow(session: Session, contact_id: int, code: str) -> bool:
    """Tell this contact of the ticket's changes from now on; False where they follow too many."""
    if is_followed(session, contact_id, code):
        return True
    count = session.scalar(
        select(func.count()).select_from(TicketFollow).where(TicketFollow.contact_id == contact_id)
    )
    if (count or 0) >= MOST_FOLLOWED:
        return False
    insert_once(
        session,
        TicketFollow,
        {"contact_id": contact_id, "ticket_code": code, "followed_at": now()},
    )
    return True


def unfollow(session: Session, contact_id: int, code: str) -> bool:
    """Tell them no more; returns whether they followed it."""
    gone = session.execute(
        delete(TicketFollow)
        .where(TicketFollow.contact_id == contact_id, TicketFollow.ticket_code == code)
        .returning(TicketFollow.id)
    )
    return gone.first() is not None


def is_followed(session: Session, contact_id: int, code: str) -> bool:
    """Whether the contact follows the ticket."""
    found = select(TicketFollow.id).where(
        TicketFollow.contact_id == contact_id, TicketFollow.ticket_code == code
    )
    return session.scalar(found) is not None


def followed_tickets(session: Session, contact_id: int) -> list[Ticket]:
    """The tickets that the contact follows, with their sites, the latest followed first."""
    rows = session.execute(
        select(TicketFollow.id, Ticket)
        .join(Ticket, TicketFollow.ticket_code == Ticket.code)
        .where(TicketFollow.contact_id == contact_id)
        .options(joinedload(Ticket.site))
    )
    # Sorted here: a database may read all follows in order to spare itself a sort of twenty.
    return [ticket for _, ticket in sorted(rows.all(), key=lambda row: -row[0])]


@dataclass(frozen=True)
class Notifier:
    """Writes the notices of tickets that moved, in the transaction that moved them.

    `index` gives the search index of the catalogue; it is asked for only where somebody follows.
    """

    wording: Wording
    zone: ZoneInfo
    index: Callable[[Session], ServiceIndex]

    def tell(self, session: Session, report: SyncReport, moment: datetime) -> list[int]:
        """Queue one notice per follower and change; returns the contacts to wake a worker for.

        The key of a notice names ticket, version and contact, so that whoever repeats the sync,
        also after a crash, tells nothing twice.
        """
        codes = sorted({change.ticket.code for change in report.changes})
        told: list[int] = []
        for start in range(0, len(codes), _CODES_AT_ONCE):
            told += self._tell(session, codes[start : start + _CODES_AT_ONCE], moment)
        if told:
            session.execute(
                update(SiteSync).where(SiteSync.id == report.log_id).values(notices=len(told))
            )
        return told

    def _tell(self, session: Session, codes: Sequence[str], moment: datetime) -> list[int]:
        followers = session.execute(
            select(Contact, Ticket)
            .join(TicketFollow, TicketFollow.contact_id == Contact.id)
            .join(Ticket, Ticket.code == TicketFollow.ticket_code)
            .where(TicketFollow.ticket_code.in_(codes))
            .order_by(TicketFollow.id)
            .options(joinedload(Ticket.site))
            .execution_options(populate_existing=True)
        ).all()
        not_before = next_waking_moment(moment, self.zone)
        told = []
        for contact, ticket in followers:
            key = f"ticket:{ticket.code}:{ticket.version}:{contact.id}"
            reply = self._notice(session, contact, ticket, moment)
            if queue_notice(session, contact, reply, key=key, not_before=not_before):
                told.append(contact.id)
            if ticket.status == _LAST_STATUS:
                unfollow(session, contact.id, ticket.code)
        return told

    def _notice(
        self, session: Session, contact: Contact, ticket: Ticket, moment: datetime
    ) -> Reply:
        language = language_of(contact)
        service = service_of(session, self.index(session), ticket.service)
        card = TicketCard(session, self.wording, language, ticket, service, moment, self.zone)
        titles = {"show": "utter_button_ticket_details", "unfollow": "utter_button_unfollow"}
        buttons = tuple(
            Button(self.wording.text(title, language), form_payload(TOPIC, step, ticket.code))
            for step, title in titles.items()
            if step == "show" or ticket.status != _LAST_STATUS
        )
        return Reply(card.notice(), card.short_notice(), buttons)
