"""What there is to tell an official of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from bot.db.models import Feedback, Official
from bot.db.models.feedback import AGE_GROUPS, ASPECTS, GENDERS, RATINGS
from bot.services.digests.offices import OfficeFacts, office_facts
from bot.services.digests.periods import Period, before

# Below this number nobody is told who the citizens were: two of three could be recognised.
SMALLEST_GROUP = 3
WAITING_STATES = ("open", "acknowledged")
_ANSWER_RATE_OVER = timedelta(days=90)


@dataclass(frozen=True)
class Counts:
    """How often each rating and aspect was given."""

    ratings: dict[str, int]
    liked: dict[str, int]
    disliked: dict[str, int]

    @property
    def total(self) -> int:
        """How many gave feedback."""
        return sum(self.ratings.values())

    @property
    def is_small(self) -> bool:
        """Whether so few spoke that the public is told nothing of them."""
        return self.total < SMALLEST_GROUP


@dataclass(frozen=True)
class DigestContent:
    """Everything of one period in one official's scope.

    `items` are what came in or was reopened in the period, `waiting` everything unanswered at its
    end, the oldest first. `genders` and `age_groups` are empty below `SMALLEST_GROUP`. Of the
    `received_lately` (90 days), `answered_lately` were answered.
    """

    period: Period
    counts: Counts
    previous: Counts
    items: Sequence[Feedback]
    waiting: Sequence[Feedback]
    kept_back: int
    answered_lately: int
    received_lately: int
    genders: dict[str, int] = field(default_factory=dict)
    age_groups: dict[str, int] = field(default_factory=dict)
    offices: OfficeFacts = field(default_factory=OfficeFacts)

    @property
    def answer_rate(self) -> int | None:
        """Percent of the lately received that were answered; None where none were received."""
        if not self.received_lately:
            return None
        return round(100 * self.answered_lately / self.received_lately)


def build_content(
    session: Session, official: Official, period: Period, zone: ZoneInfo
) -> DigestContent:
    """The content of a digest for an official's scope, as of the end of the period."""
    scope = in_scope(official.place_code, official.unit)
    given = _given(session, scope, period)
    counted = [feedback for feedback in given if not feedback.kept_back]
    previous = [f for f in _given(session, scope, before(period, zone)) if not f.kept_back]
    answered, received = _answer_rate(session, scope, period.end)
    return DigestContent(
        period=period,
        counts=count(counted),
        previous=count(previous),
        items=_items(session, scope, counted, period),
        waiting=waiting_at(session, scope, period.end),
        kept_back=len(given) - len(counted),
        answered_lately=answered,
        received_lately=received,
        genders=_split([feedback.gender for feedback in counted], GENDERS),
        age_groups=_split([feedback.age_group for feedback in counted], AGE_GROUPS),
        offices=office_facts(session, official.place_code, period.end, zone),
    )


def in_scope(place_code: str, unit: str = "") -> ColumnElement[bool]:
    """Whether a feedback is about a place or one inside it, and about the unit if one is given."""
    place = or_(Feedback.place_code == place_code, Feedback.place_code.startswith(place_code))
    return and_(place, Feedback.unit == unit) if unit else place


def needs_answer() -> ColumnElement[bool]:
    """Whether somebody waits: a complaint, or words of one who asked to be answered.

    Praise and a bare tap are counted and read, but nobody is reminded to answer them.
    """
    has_words = and_(
        Feedback.text != "",
        or_(Feedback.rating == "acceptable", Feedback.contact_id.is_not(None)),
    )
    counted = Feedback.kept_back.is_(None)
    return and_(counted, or_(Feedback.rating == "dissatisfied", has_words))


def count(given: Sequence[Feedback]) -> Counts:
    """The ratings and aspects of some feedback; zeros included."""
    ratings = Counter(feedback.rating for feedback in given)
    liked = Counter(aspect for feedback in given for aspect in feedback.aspects_of("liked"))
    disliked = Counter(aspect for feedback in given for aspect in feedback.aspects_of("disliked"))
    return Counts(
        {rating: ratings[rating] for rating in RATINGS},
        {aspect: liked[aspect] for aspect in ASPECTS},
        {aspect: disliked[aspect] for aspect in ASPECTS},
    )


def waiting_at(session: Session, scope: ColumnElement[bool], moment: datetime) -> list[Feedback]:
    """What nobody has answered of what came in before a moment, the longest waiting first."""
    return list(
        session.scalars(
            select(Feedback)
            .where(
                scope,
                needs_answer(),
                Feedback.state.in_(WAITING_STATES),
                Feedback.waiting_since < moment,
            )
            .order_by(Feedback.waiting_since, Feedback.id)
        )
    )


def _given(session: Session, scope: ColumnElement[bool], period: Period) -> list[Feedback]:
    return list(
        session.scalars(
            select(Feedback)
            .where(scope, Feedback.created_at >= period.start, Feedback.created_at < period.end)
            .options(selectinload(Feedback.aspects))
            .order_by(Feedback.created_at, Feedback.id)
        )
    )


def _items(
    session: Session, scope: ColumnElement[bool], counted: Sequence[Feedback], period: Period
) -> list[Feedback]:
    """What was reopened, then the dissatisfied, then the rest; each in the order of time.

    A reopened one comes again in every digest until it is answered.
    """
    reopened = session.scalars(
        select(Feedback)
        .where(
            scope,
            Feedback.reopened_at < period.end,
            or_(Feedback.reopened_at >= period.start, Feedback.state.in_(WAITING_STATES)),
        )
        .options(selectinload(Feedback.aspects))
        .order_by(Feedback.reopened_at, Feedback.id)
    ).all()
    gravest_first = sorted(counted, key=lambda f: RATINGS[::-1].index(f.rating))
    return list(dict.fromkeys([*reopened, *gravest_first]))


def _answer_rate(session: Session, scope: ColumnElement[bool], end: datetime) -> tuple[int, int]:
    answered, received = session.execute(
        select(func.count(Feedback.answered_at), func.count()).where(
            scope,
            needs_answer(),
            Feedback.created_at >= end - _ANSWER_RATE_OVER,
            Feedback.created_at < end,
        )
    ).one()
    return answered, received


def _split(values: Sequence[str | None], names: Sequence[str]) -> dict[str, int]:
    """How many of each, where enough people told it to tell nobody apart."""
    known = Counter(value for value in values if value)
    if sum(known.values()) < SMALLEST_GROUP:
        return {}
    return {name: known[name] for name in names}
