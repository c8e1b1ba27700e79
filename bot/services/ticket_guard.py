"""What stands between a ticket and a guesser: counted tries, a closed door, an alert."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, distinct, func, insert, select
from sqlalchemy.orm import Session

from bot.db.models import TicketAttempt
from bot.services.alerts import is_raised, raise_alert

MOST_WRONG = 5
CLOSED_FOR = timedelta(hours=1)
# Who has no digits to try can still name codes; nobody holds so many receipts.
MOST_OPENED = 20
# A second series of wrong tries on the same day closes the door at its first.
_REMEMBERED = timedelta(hours=24)
# So many senders with a wrong try in one district within an hour are no mistyping citizens.
MOST_SENDERS = 10
_ALERT_WINDOW = timedelta(hours=1)
ALERT = "tickets_probed"


class TicketGuard:
    """The tries of one sender, at one moment (aware)."""

    def __init__(self, session: Session, conversation_id: str, moment: datetime) -> None:
        self._session = session
        self._conversation_id = conversation_id
        self._moment = moment

    def door_is_closed(self) -> bool:
        """Whether this sender is told nothing for now, whatever they know.

        Five wrong tries within a day close the door for an hour after the last of them.
        """
        latest = self._times("wrong", MOST_WRONG, self._moment - _REMEMBERED)
        if len(latest) == MOST_WRONG and latest[0] > self._moment - CLOSED_FOR:
            return True
        opened = self._times("opened", MOST_OPENED, self._moment - CLOSED_FOR)
        return len(opened) == MOST_OPENED

    def was_told(self, code: str) -> bool:
        """Whether this sender was told about the ticket within a day, having given the digits."""
        told = (
            select(TicketAttempt.id)
            .where(
                TicketAttempt.conversation_id == self._conversation_id,
                TicketAttempt.at > self._moment - _REMEMBERED,
                TicketAttempt.outcome == "told",
                TicketAttempt.ticket_code == code,
            )
            .limit(1)
        )
        return self._session.scalar(told) is not None

    def opened(self, code: str) -> None:
        """A code was named without digits."""
        self._record(code, "opened")

    def told(self, code: str) -> None:
        """Code and digits were right."""
        self._record(code, "told")

    def wrong(self, code: str) -> None:
        """Code and digits fit no ticket; many senders doing so in one district are an alert.

        Once it is raised for this hour nothing is counted any more: under attack that would cost
        more with every try.
        """
        self._record(code, "wrong")
        district = code[:4]
        key = f"{ALERT}:{district}:{self._moment:%Y-%m-%dT%H}"
        if is_raised(self._session, key):
            return
        senders, tries = self._session.execute(
            select(func.count(distinct(TicketAttempt.conversation_id)), func.count()).where(
                TicketAttempt.district == district,
                TicketAttempt.at > self._moment - _ALERT_WINDOW,
                TicketAttempt.outcome == "wrong",
            )
        ).one()
        if senders >= MOST_SENDERS:
            raise_alert(
                self._session,
                ALERT,
                district,
                key=key,
                details={"senders": senders, "wrong_tries": tries},
            )

    def _times(self, outcome: str, limit: int, since: datetime) -> list[datetime]:
        return list(
            self._session.scalars(
                select(TicketAttempt.at)
                .where(
                    TicketAttempt.conversation_id == self._conversation_id,
                    TicketAttempt.at > since,
                    TicketAttempt.outcome == outcome,
                )
                .order_by(TicketAttempt.at.desc())
                .limit(limit)
            )
        )

    def _record(self, code: str, outcome: str) -> None:
        self._session.execute(
            insert(TicketAttempt).values(
                conversation_id=self._conversation_id,
                ticket_code=code,
                district=code[:4],
                outcome=outcome,
                at=self._moment,
            )
        )


def forget_old_attempts(session: Session, moment: datetime) -> None:
    """Remove tries that count for nothing any more."""
    session.execute(delete(TicketAttempt).where(TicketAttempt.at < moment - 2 * _REMEMBERED))
