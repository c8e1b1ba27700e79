"""One worker at a time serves a conversation."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, or_, select, update

from bot.db.models import Contact
from bot.db.models.base import now
from bot.db.session import SessionFactory

# The owners that are at work in this process; a lease of ours that is not among them is a leftover
# of a moment in which the database did not answer.
_at_work: set[str] = set()

# Longer than the slowest turn: two tries of the engine and one of the provider.
LEASE = timedelta(seconds=90)

# What every turn asks is built once: to build a statement takes longer than to run it.
_TAKE = (
    update(Contact)
    .where(
        Contact.id == bindparam("contact_id"),
        or_(Contact.lease_until.is_(None), Contact.lease_until < bindparam("moment")),
    )
    .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"))
    .execution_options(synchronize_session=False)
)
_RELEASE = (
    update(Contact)
    .where(Contact.id == bindparam("contact_id"), Contact.lease_owner == bindparam("owner"))
    .values(lease_owner=None, lease_until=None)
    .execution_options(synchronize_session=False)
)


class Lease:
    """The right to serve one contact, for 90 seconds."""

    def __init__(self, sessions: SessionFactory, contact_id: int, owner: str) -> None:
        self._sessions = sessions
        self._contact_id = contact_id
        self._owner = owner

    def take(self) -> bool:
        """Whether the contact was free, or its lease had run out, and is ours now."""
        moment = now()
        with self._sessions.begin() as session:
            taken = session.execute(
                _TAKE,
                {
                    "contact_id": self._contact_id,
                    "moment": moment,
                    "owner": self._owner,
                    "until": moment + LEASE,
                },
            )
            return cast("CursorResult[Any]", taken).rowcount == 1

    def release(self) -> None:
        """Give the contact free, if it is still ours."""
        with self._sessions.begin() as session:
            session.execute(_RELEASE, {"contact_id": self._contact_id, "owner": self._owner})


@contextmanager
def lease(sessions: SessionFactory, contact_id: int) -> Iterator[Lease | None]:
    """A lease on the contact, or None while somebody else has it."""
    owner = f"{_process()}:{uuid.uuid4().hex[:8]}"
    held = Lease(sessions, contact_id, owner)
    _at_work.add(owner)
    try:
        if not held.take():
            yield None
            return
        try:
            yield held
        finally:
            held.release()
    finally:
        _at_work.discard(owner)


def release_leases_left_behind(sessions: SessionFactory) -> int:
    """Free what nobody is at work on any more, without waiting for the lease to run out.

    That is what a killed worker of this machine held, and what this process could not give free
    because the database did not answer.
    """
    with sessions.begin() as session:
        owners = session.scalars(
            select(Contact.lease_owner).where(Contact.lease_owner.is_not(None)).distinct()
        )
        left = [owner for owner in owners if owner is not None and _is_left_behind(owner)]
        if left:
            session.execute(
                update(Contact)
                .where(Contact.lease_owner.in_(left))
                .values(lease_owner=None, lease_until=None)
            )
        return len(left)


def _process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_left_behind(owner: str) -> bool:
    host, process_id, _ = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    if int(process_id) == os.getpid():
        return owner not in _at_work
    try:
        os.kill(int(process_id), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
