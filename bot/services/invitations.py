"""Codes by which a Telegram group joins a place."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.db.models import Invitation, Official
from bot.db.models.base import now
from bot.services.feedback_reference import ALPHABET
from bot.services.officials import add_official, check_official, check_periods, subscribe

INVITATION_LIVES = timedelta(days=7)
_INVITATION_CHARACTERS = 8


def invite(
    session: Session,
    *,
    name: str,
    place_code: str,
    periods: Sequence[str],
    role: str = "office",
    unit: str = "",
    language: str = "km",
) -> Invitation:
    """A code that joins the Telegram group in which it is sent, once, within seven days."""
    check_official(session, place_code, role, unit, language)
    check_periods(periods)
    invitation = Invitation(
        code="".join(secrets.choice(ALPHABET) for _ in range(_INVITATION_CHARACTERS)),
        name=name,
        role=role,
        place_code=place_code,
        unit=unit,
        language=language,
        periods=list(periods),
        expires_at=now() + INVITATION_LIVES,
    )
    session.add(invitation)
    session.flush()
    return invitation


def accept_invitation(
    session: Session, code: str, channel: str, address: str, moment: datetime
) -> Official | None:
    """Join the chat that sent an invitation's code; None where the code is no good (any more)."""
    invitation = session.get(Invitation, code.upper(), with_for_update=True)
    if invitation is None or invitation.expires_at < moment:
        return None
    if invitation.official_id is not None:
        joined = session.get_one(Official, invitation.official_id)
        same_chat = (joined.channel, joined.address) == (channel, address)
        return joined if same_chat and joined.removed_at is None else None
    official = add_official(
        session,
        name=invitation.name,
        place_code=invitation.place_code,
        channel=channel,
        address=address,
        role=invitation.role,
        unit=invitation.unit,
        language=invitation.language,
    )
    subscribe(session, official, invitation.periods)
    invitation.official_id = official.id
    return official
