"""Officials: who they are, what they subscribe to, how a group joins by a code."""

from __future__ import annotations

from collections.abc import Sequence

import phonenumbers
import regex
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.db.models import (
    Feedback,
    Official,
    Place,
    Subscription,
)
from bot.db.models.base import now
from bot.db.models.feedback import UNITS
from bot.db.models.officials import OFFICIAL_CHANNELS, OFFICIAL_ROLES, PERIODS
from bot.errors import ChrokError
from bot.services.contacts import contact_id_of
from bot.services.feedback import is_responsible
from bot.text.digits import to_latin_digits
from bot.wording import LANGUAGES

_EMAIL = regex.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CHAT = regex.compile(r"-?\d{1,20}")
_NUMBER = regex.compile(r"\+\d{6,15}")
_SCOPE = regex.compile(r"\d{2}|\d{4}")
# Asked in every turn, so it is built once.
_OF_CONTACT = (
    select(Official)
    .where(Official.contact_id == bindparam("contact_id"), Official.removed_at.is_(None))
    .order_by(Official.id)
)


class OfficialError(ChrokError):
    """An official, a subscription or an invitation is not as it must be."""

    code = "official"


def add_official(
    session: Session,
    *,
    name: str,
    place_code: str,
    channel: str,
    address: str,
    role: str = "office",
    unit: str = "",
    language: str = "km",
) -> Official:
    """Add an official; adding the same one again changes name and language.

    Raises `OfficialError`, which names the value and what it must be.
    """
    check_official(session, place_code, role, unit, language)
    address = _checked_address(channel, address)
    known = session.scalar(
        select(Official)
        .where(Official.channel == channel, Official.address == address)
        .where(Official.place_code == place_code, Official.unit == unit, Official.role == role)
        .where(Official.removed_at.is_(None))
    )
    if known is not None:
        known.name, known.language = name, language
        return known
    official = Official(
        name=name,
        role=role,
        place_code=place_code,
        unit=unit,
        channel=channel,
        address=address,
        contact_id=None if channel == "email" else contact_id_of(session, channel, address),
        language=language,
        subscriptions=[],
    )
    session.add(official)
    session.flush()
    return official


def remove_official(session: Session, official_id: int) -> Official:
    """End everything that is sent to an official; the trail of what they did stays."""
    official = official_with(session, official_id)
    official.removed_at = now()
    for subscription in official.subscriptions:
        subscription.ended_at = subscription.ended_at or now()
    return official


def official_with(session: Session, official_id: int) -> Official:
    """The official with this number; raises `OfficialError` where none is or they were removed."""
    official = session.get(Official, official_id)
    if official is None or official.removed_at is not None:
        raise OfficialError(f"there is no official {official_id}; see `flask officials list`")
    return official


def subscribe(session: Session, official: Official, periods: Sequence[str]) -> None:
    """Send the official these periods from now on; what they have already goes on unchanged."""
    check_periods(periods)
    for period in periods:
        known = next((s for s in official.subscriptions if s.period == period), None)
        if known is None:
            official.subscriptions.append(Subscription(period=period))
        elif known.ended_at is not None:
            known.ended_at, known.created_at = None, now()
    session.flush()


def unsubscribe(session: Session, official: Official, periods: Sequence[str]) -> None:
    """Send the official these periods no more."""
    for subscription in official.subscriptions:
        if subscription.period in periods:
            subscription.ended_at = subscription.ended_at or now()
    session.flush()


def active_officials(session: Session) -> list[Official]:
    """All officials who were not removed, by place."""
    return list(
        session.scalars(
            select(Official)
            .where(Official.removed_at.is_(None))
            .order_by(Official.place_code, Official.id)
        )
    )


def active_subscriptions(session: Session, period: str) -> list[Subscription]:
    """The subscriptions to a period that have not ended."""
    return list(
        session.scalars(
            select(Subscription)
            .join(Official)
            .where(
                Subscription.period == period,
                Subscription.ended_at.is_(None),
                Official.removed_at.is_(None),
            )
            .order_by(Subscription.id)
        )
    )


def officials_of_contact(session: Session, contact_id: int) -> list[Official]:
    """The officials behind a chat or number; one group may stand for several places."""
    return list(session.scalars(_OF_CONTACT, {"contact_id": contact_id}))


def responsible_officials(session: Session, feedback: Feedback) -> list[Official]:
    """Those who have to answer a feedback: the office of its very place and unit."""
    officials = session.scalars(
        select(Official)
        .where(Official.place_code == feedback.place_code, Official.removed_at.is_(None))
        .order_by(Official.id)
    )
    return [official for official in officials if is_responsible(feedback, official)]


def readers(session: Session, place_code: str, unit: str) -> list[Official]:
    """Everybody who is told of feedback about this unit of this place: district and province."""
    return list(
        session.scalars(
            select(Official)
            .where(Official.place_code.in_((place_code, place_code[:2])))
            .where(Official.unit.in_(("", unit)), Official.removed_at.is_(None))
            .order_by(Official.id)
        )
    )


def check_periods(periods: Sequence[str]) -> None:
    """Raise `OfficialError` for a period that there is not."""
    unknown = [period for period in periods if period not in PERIODS]
    if unknown:
        raise OfficialError(f"period: {unknown[0]!r} is none of {', '.join(PERIODS)}")


def check_official(session: Session, place_code: str, role: str, unit: str, language: str) -> None:
    """Raise `OfficialError` for a value that does not fit."""
    if not _SCOPE.fullmatch(place_code) or session.get(Place, place_code) is None:
        raise OfficialError(
            f"place: {place_code!r} must be the NCDD code of a province (2 digits) or district (4)"
        )
    if role not in OFFICIAL_ROLES:
        raise OfficialError(f"role: {role!r} is none of {', '.join(OFFICIAL_ROLES)}")
    if unit and unit not in UNITS:
        raise OfficialError(f"unit: {unit!r} is none of {', '.join(UNITS)}")
    if language not in LANGUAGES:
        raise OfficialError(f"language: {language!r} is none of {', '.join(LANGUAGES)}")


def _checked_address(channel: str, address: str) -> str:
    expected = {
        "email": (_EMAIL, "an e-mail address such as office@example.org"),
        "telegram": (_CHAT, "the number of a Telegram chat; easier is `flask officials invite`"),
        "sms": (_NUMBER, "a phone number such as +85512345678"),
    }
    if channel not in expected:
        raise OfficialError(f"channel: {channel!r} is none of {', '.join(OFFICIAL_CHANNELS)}")
    pattern, wanted = expected[channel]
    if channel == "sms":
        address = _international(address)
    given = address.strip().replace(" ", "") if channel != "email" else address.strip()
    if not pattern.fullmatch(given):
        raise OfficialError(f"address: {address!r} must be {wanted}")
    return given


def _international(written: str) -> str:
    """A number as SMS channels know their contacts: E.164, `012…` and `00855…` too.

    What is no phone number stays as it is, for the error to show it.
    """
    plain = regex.sub(r"[^+0-9]", "", to_latin_digits(written))
    try:
        number = phonenumbers.parse(regex.sub(r"\A00", "+", plain), "KH")
    except phonenumbers.NumberParseException:
        return written
    if not phonenumbers.is_valid_number(number):
        return written
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
