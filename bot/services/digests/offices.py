"""What officials are reminded of beside feedback: late tickets and offices that went silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Ticket
from bot.services.site_rhythm import silent_sites

# At the desk these are still being worked on.
_IN_WORK = ("accepted", "paid")


@dataclass(frozen=True)
class OfficeFacts:
    """Tickets past their expected day with the days since, the latest first; silent places."""

    overdue: Sequence[tuple[str, int]] = ()
    silent: Sequence[str] = ()


def office_facts(
    session: Session, place_code: str, moment: datetime, zone: ZoneInfo
) -> OfficeFacts:
    """The facts of the offices in a place, as of a moment."""
    today = moment.astimezone(zone).date()
    late = session.execute(
        select(Ticket.code, Ticket.expected_on)
        .where(
            Ticket.code.startswith(place_code),
            Ticket.status.in_(_IN_WORK),
            Ticket.expected_on < today,
        )
        .order_by(Ticket.expected_on, Ticket.code)
    )
    return OfficeFacts(
        overdue=[(code, (today - expected).days) for code, expected in late if expected],
        silent=[
            site.place_code
            for site in silent_sites(session, moment)
            if site.place_code and site.place_code.startswith(place_code)
        ],
    )
