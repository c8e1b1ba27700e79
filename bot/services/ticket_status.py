"""A ticket in plain words: where it stands, what comes next, by when, and where to go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.db.models import Service, Ticket
from bot.services.ticket_office import TicketOffice
from bot.services.working_days import add_working_days
from bot.text.digits import Language, format_date, to_khmer_digits
from bot.wording import Wording

Group = Literal["in_progress", "ready", "refused"]

# What is told of a ticket without a phone on file, and nothing else.
GROUPS: dict[str, Group] = {
    "accepted": "in_progress",
    "paid": "in_progress",
    "approved": "ready",
    "delivered": "ready",
    "rejected": "refused",
}
_IN_PROGRESS = ("accepted", "paid")
_TO_BE_ACTED_ON = ("approved", "rejected")


def show_code(code: str, language: Language) -> str:
    """A code in groups of four, as receipts have it."""
    grouped = " ".join(code[start : start + 4] for start in range(0, len(code), 4))
    return grouped if language == "en" else to_khmer_digits(grouped)


def expected_day(ticket: Ticket, service: Service | None) -> date | None:
    """The day the desk promised, else the application's plus the service's longest duration."""
    if ticket.expected_on is not None:
        return ticket.expected_on
    days = [
        tier.duration_working_days
        for tier in (service.tiers if service else ())
        if tier.duration_working_days is not None
    ]
    if ticket.requested_on is None or not days:
        return None
    return add_working_days(ticket.requested_on, max(days))


class TicketCard:
    """The words about one ticket for one reader at one moment (aware).

    `service` is the catalogue's, where the desk's words fit one.
    """

    def __init__(
        self,
        session: Session,
        wording: Wording,
        language: Language,
        ticket: Ticket,
        service: Service | None,
        moment: datetime,
        zone: ZoneInfo,
    ) -> None:
        self._wording = wording
        self._language: Language = language
        self._ticket = ticket
        self._service = service
        self._moment = moment
        self._zone = zone
        self._office = TicketOffice(session, wording, language, ticket)

    def group(self) -> str:
        """The state alone, for a ticket without a phone."""
        state = self._say(f"utter_ticket_group_{GROUPS[self._ticket.status]}")
        lines = [self._say("utter_ticket_group", code=self._code(), state=state)]
        if self._is_silent():
            lines.append(self._say("utter_ticket_may_be_old"))
        return "\n".join(lines)

    def full(self) -> str:
        """Everything, for who has given the right digits."""
        return "\n".join(line for line in self._lines() if line)

    def notice(self) -> str:
        """That the ticket moved, for who asked to be told."""
        if self._ticket.phone_digits is None:
            state = self._say(f"utter_ticket_group_{GROUPS[self._ticket.status]}")
            return self._say("utter_ticket_group", code=self._code(), state=state)
        name = "utter_ticket_notice_of_service" if self._ticket.service else "utter_ticket_notice"
        heading = self._say(name, code=self._code(), service=self._service_name())
        return f"{heading}\n{self._status()} {self._next()}".strip()

    def short_notice(self) -> str:
        """The notice for a text message, where every part costs: code, status, what to do."""
        if self._ticket.phone_digits is None:
            return ""
        what_to_do = self._next() if self._ticket.status in _TO_BE_ACTED_ON else ""
        state = f"{self._status()} {what_to_do}".strip()
        return self._say("utter_ticket_follow_line", code=self._code(), state=state).lstrip("• ")

    def short(self) -> str:
        """The answer for a text message: no dates gone by, no way that everybody knows."""
        expected = self._expected()
        lines = [self.short_notice(), expected, self._as_of_day()]
        return "\n".join(line for line in lines if line)

    def _lines(self) -> Iterator[str]:
        yield self._heading()
        yield self._status()
        yield from self._days()
        yield self._expected()
        yield self._next()
        yield self._say("utter_ticket_office", office=self._office.name())
        yield self._as_of()

    def _heading(self) -> str:
        if not self._ticket.service:
            return self._say("utter_ticket_heading", code=self._code())
        return self._say(
            "utter_ticket_heading_of_service", code=self._code(), service=self._service_name()
        )

    def _status(self) -> str:
        return self._say(f"utter_ticket_{self._ticket.status}")

    def _days(self) -> Iterator[str]:
        days = (
            ("requested", self._ticket.requested_on),
            ("approved", self._ticket.approved_on),
            ("delivered", self._ticket.delivered_on),
        )
        for name, day in days:
            if day is not None:
                yield self._say(f"utter_ticket_{name}_on", date=format_date(day, self._language))

    def _expected(self) -> str:
        if self._ticket.status not in _IN_PROGRESS:
            return ""
        day = expected_day(self._ticket, self._service)
        if day is None:
            return self._say("utter_ticket_expected_unknown")
        if day < self._moment.astimezone(self._zone).date():
            return self._say(
                "utter_ticket_overdue",
                date=format_date(day, self._language),
                citizens_office=self._office.citizens_office(),
            )
        return self._say("utter_ticket_expected", date=format_date(day, self._language))

    def _next(self) -> str:
        return self._say(
            f"utter_ticket_after_{self._ticket.status}",
            office=self._office.name(),
            citizens_office=self._office.citizens_office(),
        )

    def _as_of(self) -> str:
        synced_at = self._ticket.site.last_sync_at or self._ticket.synced_at
        local = synced_at.astimezone(self._zone)
        time = f"{local:%H:%M}"
        moment = self._say(
            "utter_ticket_moment",
            date=format_date(local.date(), self._language),
            time=time if self._language == "en" else to_khmer_digits(time),
        )
        name = "utter_ticket_as_of_silent" if self._is_silent() else "utter_ticket_as_of"
        return self._say(name, moment=moment)

    def _as_of_day(self) -> str:
        day = (self._ticket.site.last_sync_at or self._ticket.synced_at).astimezone(self._zone)
        date = format_date(day.date(), self._language)
        name = "utter_ticket_as_of_silent" if self._is_silent() else "utter_ticket_as_of_short"
        return self._say(name, date=date, moment=date)

    def _is_silent(self) -> bool:
        silent_from = self._ticket.site.silent_from
        return silent_from is not None and silent_from < self._moment

    def _service_name(self) -> str:
        if self._service is None:
            return self._ticket.service or ""
        return self._service.name_km if self._language == "km" else self._service.name_en

    def _code(self) -> str:
        return show_code(self._ticket.code, self._language)

    def _say(self, name: str, **values: object) -> str:
        return self._wording.text(name, self._language, **values)
