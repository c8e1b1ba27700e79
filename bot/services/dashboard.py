"""What the public sees of feedback: counts of groups that are large enough to hide anybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from bot.db.models import Contact, Feedback, FeedbackAspect, Place, StoredInbound
from bot.db.models.feedback import ASPECTS, RATINGS
from bot.services.digests.content import SMALLEST_GROUP, Counts, in_scope
from bot.services.digests.periods import Period, month

MOST_MONTHS = 24


@dataclass(frozen=True)
class Ranked:
    """A place with its counts; below the smallest group only that it is small."""

    place: Place
    counts: Counts

    @property
    def is_small(self) -> bool:
        """Whether so few spoke that nothing is told of them."""
        return self.counts.total < SMALLEST_GROUP

    @property
    def satisfied(self) -> int:
        """Percent of the satisfied."""
        return round(100 * self.counts.ratings["satisfied"] / max(self.counts.total, 1))


@dataclass(frozen=True)
class ChannelUse:
    """How many people wrote on a channel, and how many messages."""

    channel: str
    people: int
    messages: int

    @property
    def is_small(self) -> bool:
        """Whether so few wrote that nothing is told of them."""
        return self.people < SMALLEST_GROUP


@dataclass(frozen=True)
class Dashboard:
    """Feedback of some months, of the country or one place.

    `by_month` begins with the oldest month. `ranking` holds the provinces, or a province's
    districts, the most satisfied first and those too small to tell last.
    """

    place: Place | None
    months: Sequence[Period]
    counts: Counts
    by_month: Sequence[tuple[Period, Counts]]
    ranking: Sequence[Ranked]
    channels: Sequence[ChannelUse]

    @property
    def is_small(self) -> bool:
        """Whether so few spoke that nothing is told of them."""
        return self.counts.total < SMALLEST_GROUP


def build_dashboard(
    session: Session, place: Place | None, months: int, at: datetime, zone: ZoneInfo
) -> Dashboard:
    """The dashboard of so many months up to now (the running one included), at most 24."""
    periods = _months(min(max(months, 1), MOST_MONTHS), at, zone)
    within = and_(Feedback.created_at >= periods[0].start, Feedback.created_at < periods[-1].end)
    counted = and_(Feedback.kept_back.is_(None), within, in_scope(place.code) if place else true())
    by_month = [
        (
            period,
            _counts(
                session,
                and_(
                    counted, Feedback.created_at >= period.start, Feedback.created_at < period.end
                ),
            ),
        )
        for period in periods
    ]
    return Dashboard(
        place=place,
        months=periods,
        counts=_counts(session, counted),
        by_month=by_month,
        ranking=_ranking(session, place, counted),
        channels=[] if place else _channels(session, periods),
    )


def _months(number: int, at: datetime, zone: ZoneInfo) -> list[Period]:
    """The running month and those before it, the oldest first."""
    local = at.astimezone(zone)
    counted = [local.year * 12 + local.month - 1 - back for back in range(number)]
    return [month(one // 12, one % 12 + 1, zone) for one in counted[::-1]]


def _counts(session: Session, where: ColumnElement[bool]) -> Counts:
    ratings = dict.fromkeys(RATINGS, 0)
    rows = session.execute(
        select(Feedback.rating, func.count()).where(where).group_by(Feedback.rating)
    )
    for rating, number in rows:
        ratings[rating] = number
    named: dict[str, dict[str, int]] = {
        "liked": dict.fromkeys(ASPECTS, 0),
        "disliked": dict.fromkeys(ASPECTS, 0),
    }
    aspects = session.execute(
        select(FeedbackAspect.opinion, FeedbackAspect.aspect, func.count())
        .join(Feedback, Feedback.id == FeedbackAspect.feedback_id)
        .where(where)
        .group_by(FeedbackAspect.opinion, FeedbackAspect.aspect)
    )
    for opinion, aspect, number in aspects:
        named[opinion][aspect] = number
    return Counts(ratings, named["liked"], named["disliked"])


def _ranking(session: Session, place: Place | None, counted: ColumnElement[bool]) -> list[Ranked]:
    """The places one level below, by the share of the satisfied."""
    digits = 2 if place is None else 4
    if place is not None and place.level != "province":
        return []
    code = func.substr(Feedback.place_code, 1, digits)
    given: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(RATINGS, 0))
    rows = session.execute(
        select(code, Feedback.rating, func.count()).where(counted).group_by(code, Feedback.rating)
    )
    for place_code, rating, number in rows:
        given[place_code][rating] = number
    below = session.scalars(
        select(Place).where(Place.code.in_(given)).where(func.length(Place.code) == digits)
    )
    ranked = [Ranked(one, Counts(given[one.code], {}, {})) for one in below]
    return sorted(
        ranked, key=lambda one: (one.is_small, -one.satisfied, -one.counts.total, one.place.code)
    )


def _channels(session: Session, periods: Sequence[Period]) -> list[ChannelUse]:
    rows = session.execute(
        select(
            StoredInbound.channel,
            func.count(func.distinct(StoredInbound.contact_id)),
            func.count(),
        )
        .join(Contact, Contact.id == StoredInbound.contact_id)
        .where(
            StoredInbound.received_at >= periods[0].start,
            StoredInbound.received_at < periods[-1].end,
        )
        .group_by(StoredInbound.channel)
        .order_by(func.count().desc(), StoredInbound.channel)
    )
    return [ChannelUse(channel, people, messages) for channel, people, messages in rows]
