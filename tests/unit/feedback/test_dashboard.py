"""The public figures: right, and silent about groups of fewer than three."""

from __future__ import annotations

from bot.db.models import Place
from bot.services.dashboard import build_dashboard
from tests.unit.feedback.month import month_of_feedback
from tests.unit.feedback.officials import ZONE, at, feedback


def build(sessions, place=None, months=12, moment="2026-11-24T12:00"):
    with sessions() as session:
        found = session.get(Place, place) if place else None
        return build_dashboard(session, found, months, at(moment), ZONE)


def test_counts_by_rating_aspect_and_month(sessions):
    month_of_feedback(sessions)
    dashboard = build(sessions, months=6)
    assert dashboard.counts.ratings == {"satisfied": 5, "acceptable": 3, "dissatisfied": 6}
    assert dashboard.counts.disliked["delivery"] == 3
    assert [counts.total for _, counts in dashboard.by_month] == [0, 1, 1, 2, 10, 0]
    assert dashboard.months[0].start == at("2026-06-01T00:00")


def test_months_go_over_the_turn_of_the_year(sessions):
    months = build(sessions, months=3, moment="2027-01-01T07:00").months
    starts = [period.start.astimezone(ZONE).strftime("%Y-%m") for period in months]
    assert starts == ["2026-11", "2026-12", "2027-01"]


def test_the_ranking_puts_the_satisfied_first_and_the_small_last(sessions):
    month_of_feedback(sessions)
    for person in "abcd":
        feedback(
            sessions,
            "2026-11-02T10:00",
            f"good {person}",
            person,
            rating="satisfied",
            place_code="0212",
        )
    feedback(sessions, "2026-11-02T10:00", "good", "e", rating="satisfied", place_code="0401")
    ranking = build(sessions).ranking
    assert [(one.place.code, one.is_small) for one in ranking] == [
        ("02", False),
        ("01", False),
        ("04", True),
    ]
    assert ranking[0].satisfied == 100
    districts = build(sessions, "01").ranking
    assert [one.place.code for one in districts] == ["0102"]
    assert build(sessions, "0102").ranking == []


def test_repeats_are_not_counted(sessions):
    feedback(sessions, "2026-11-02T10:00")
    feedback(sessions, "2026-11-02T12:00")
    assert build(sessions).counts.total == 1
    assert build(sessions).is_small
