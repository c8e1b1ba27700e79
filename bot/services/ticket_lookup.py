"""Asking for a ticket: nothing is told before the last three digits of the phone are right.

A wrong code, wrong digits and a code that nobody has lead to the same outcome by the same steps, so
that neither words nor time tell them apart.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from bot.db.models import Ticket
from bot.services.ticket_guard import TicketGuard

Outcome = Literal["closed", "ask_digits", "not_found", "group", "told"]
# Compared where there is no ticket; no phone ends in it.
_NO_DIGITS = "---"


@dataclass(frozen=True)
class Looked:
    """What may be said: `ticket` is there only with `told` (all of it) and `group` (its state)."""

    outcome: Outcome
    ticket: Ticket | None = None


class TicketLookup:
    """Looks tickets up for one sender at one moment (aware)."""

    def __init__(self, session: Session, conversation_id: str, moment: datetime) -> None:
        self._session = session
        self._guard = TicketGuard(session, conversation_id, moment)

    def open(self, code: str) -> Looked:
        """What a code alone is worth: the state of a ticket without a phone, else the question."""
        if self._guard.door_is_closed():
            return Looked("closed")
        has_phone = self._digits_of(code) is not None
        self._guard.opened(code)
        return self._group(code) if not has_phone else Looked("ask_digits")

    def check(self, code: str, digits: str) -> Looked:
        """What a code and the last three digits of a phone are worth."""
        if self._guard.door_is_closed():
            return Looked("closed")
        kept = self._digits_of(code)
        if kept is None:
            self._guard.opened(code)
            return self._group(code)
        if hmac.compare_digest(kept.encode(), digits.encode()):
            self._guard.told(code)
            return Looked("told", self._ticket(code))
        self._guard.wrong(code)
        return Looked("not_found")

    def again(self, code: str) -> Looked:
        """A ticket that this sender was told about within a day, without asking for the digits."""
        if self._guard.was_told(code):
            return Looked("told", self._ticket(code))
        return self.open(code)

    def may_follow(self, code: str) -> bool:
        """Whether the sender knows what a notice would tell them anyway."""
        return self._digits_of(code) is None or self._guard.was_told(code)

    def _digits_of(self, code: str) -> str | None:
        """The digits kept of the phone; None without a phone, no possible digits for no ticket.

        Asked as an aggregate, which is one row in either case: reading a row takes time, too.
        """
        tickets, digits = self._session.execute(
            select(func.count(), func.max(Ticket.phone_digits)).where(Ticket.code == code)
        ).one()
        return digits if tickets else _NO_DIGITS

    def _group(self, code: str) -> Looked:
        return Looked("group", self._ticket(code))

    def _ticket(self, code: str) -> Ticket:
        return self._session.scalars(
            select(Ticket).where(Ticket.code == code).options(joinedload(Ticket.site))
        ).one()
