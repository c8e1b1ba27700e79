"""A site's tickets in the database: once per version, never an older over a newer."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from bot.db.models import Site, SiteSync, Ticket
from bot.services.site_rhythm import silent_sites
from bot.services.ticket_reading import TicketRefused
from tests.unit.tickets.desk import CODE, MOMENT, send
from tests.unit.tickets.desk import ticket as record


def sync(sessions, *rows, **options):
    report, _ = send(sessions, *rows, **options)
    return report


def outcomes(report):
    return [result.outcome for result in report.results]


def stored(sessions, code=CODE):
    with sessions() as session:
        return session.get(Ticket, code)


def test_a_new_ticket_is_stored_with_what_is_needed_of_it(sessions):
    report = sync(sessions, record(requested_on="2021-07-05"))
    assert outcomes(report) == ["created"]
    assert report.changes == []
    ticket = stored(sessions)
    assert (ticket.status, ticket.version, ticket.phone_digits) == ("accepted", 1, "678")
    assert ticket.requested_on == date(2021, 7, 5)
    assert ticket.site_id == "0102"
    assert ticket.delivered_on is None


def test_the_same_version_again_changes_nothing(sessions):
    sync(sessions, record())
    report = sync(sessions, record(), moment=MOMENT + timedelta(hours=1))
    assert outcomes(report) == ["unchanged"]
    assert stored(sessions).synced_at == MOMENT


def test_an_older_version_never_overwrites_a_newer(sessions):
    sync(sessions, record(status="approved", version=3))
    report = sync(sessions, record(status="paid", version=2))
    assert outcomes(report) == ["stale"]
    assert stored(sessions).status == "approved"
    assert report.changes == []


def test_a_newer_version_is_written_whole_so_nulls_stay_nulls(sessions):
    sync(sessions, record(expected_on="2021-07-16"))
    report = sync(sessions, record(status="paid", version=2, service=None, phone=None))
    assert outcomes(report) == ["updated"]
    ticket = stored(sessions)
    assert (ticket.service, ticket.phone_digits, ticket.expected_on) == (None, None, None)
    assert [(change.ticket.status, change.version) for change in report.changes] == [("paid", 2)]


def test_a_change_that_is_not_of_the_status_is_no_move(sessions):
    sync(sessions, record())
    assert sync(sessions, record(version=2, expected_on="2021-07-16")).changes == []


def test_one_version_with_two_contents_is_refused_by_name(sessions):
    sync(sessions, record())
    report = sync(sessions, record(status="paid"))
    [result] = report.results
    assert (result.outcome, result.errors[0].code) == ("refused", "version_conflict")
    assert stored(sessions).status == "accepted"


def test_a_bad_row_does_not_stop_the_others(sessions):
    with pytest.raises(TicketRefused) as raised:
        record(code="010221070035", status="finished")
    report = sync(sessions, record(), raised.value, record(code="010221070036"))
    assert outcomes(report) == ["created", "refused", "created"]
    assert report.results[1].code == "010221070035"


def test_several_versions_of_a_ticket_in_one_batch_are_taken_in_turn(sessions):
    rows = [
        record(),
        record(status="paid", version=2),
        record(version=1),
        record(status="approved", version=3),
    ]
    report = sync(sessions, *rows)
    assert outcomes(report) == ["created", "updated", "stale", "updated"]
    assert [change.ticket.status for change in report.changes] == ["paid", "approved"]
    assert stored(sessions).status == "approved"


def test_a_ticket_of_a_district_with_its_own_site_is_only_that_site_s(sessions):
    sync(sessions, record())
    report = sync(sessions, record(status="rejected", version=9), site="0103")
    assert report.results[0].errors[0].code == "other_site"
    assert stored(sessions).status == "accepted"
    report = sync(sessions, record(code="010221070099"), site="elsewhere")
    assert outcomes(report) == ["refused"]


def test_a_ticket_of_no_site_s_district_is_of_whoever_sent_it_first(sessions):
    assert outcomes(sync(sessions, record(code="020421070001"), site="north")) == ["created"]
    later = record(code="020421070001", status="paid", version=2)
    assert outcomes(sync(sessions, later, site="south")) == ["refused"]
    assert outcomes(sync(sessions, later, site="north")) == ["updated"]
    # Once the district's office is a site itself, its tickets are its own.
    newest = record(code="020421070001", status="approved", version=3)
    assert outcomes(sync(sessions, newest, site="0204")) == ["updated"]
    assert stored(sessions, "020421070001").site_id == "0204"


def test_a_row_that_names_another_site_is_refused(sessions):
    report = sync(sessions, record(site="0103"))
    assert report.results[0].errors[0].field == "site"


def test_every_sync_is_in_the_site_s_log(sessions):
    sync(sessions, record(), record(code="010221070035"))
    sync(sessions, record(), moment=MOMENT + timedelta(hours=1))
    sync(sessions, moment=MOMENT + timedelta(hours=2))
    with sessions() as session:
        syncs = session.scalars(select(SiteSync).order_by(SiteSync.received_at)).all()
        site = session.get(Site, "0102")
    assert [(row.created, row.unchanged, row.source) for row in syncs] == [
        (2, 0, "api"),
        (0, 1, "api"),
        (0, 0, "api"),
    ]
    assert site.last_sync_at == MOMENT + timedelta(hours=2)


def test_a_file_of_more_rows_than_a_statement_holds_is_stored_whole(sessions):
    rows = [record(code=f"01022107{number:04}") for number in range(2500)]
    assert sync(sessions, *rows).counts == {"created": 2500}
    assert sync(sessions, *rows).counts == {"unchanged": 2500}


def test_versions_that_arrive_at_once_and_in_any_order_leave_the_newest(sessions):
    sync(sessions, record(version=0))
    versions = list(range(1, 25))
    random.Random(5).shuffle(versions)

    def send(version):
        return sync(sessions, record(status="paid", version=version, service=f"v{version}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, versions))
    ticket = stored(sessions)
    assert (ticket.version, ticket.service) == (24, "v24")


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_in_whatever_order_versions_come_the_highest_stays(sessions, versions):
    with sessions.begin() as session:
        session.execute(delete(Ticket))
    for version in versions:
        sync(sessions, record(version=version, service=f"v{version}"))
    assert stored(sessions).service == f"v{max(versions)}"


@pytest.mark.parametrize(
    ("every", "silent_after", "still_usual"),
    [
        (timedelta(minutes=10), timedelta(hours=2), timedelta(minutes=50)),
        (timedelta(hours=6), timedelta(hours=13), timedelta(hours=11)),
    ],
)
def test_a_site_is_silent_when_it_misses_its_own_rhythm(sessions, every, silent_after, still_usual):
    last = MOMENT
    for number in range(8):
        last = MOMENT + number * every
        sync(sessions, moment=last)
    with sessions() as session:
        assert silent_sites(session, last + still_usual) == []
        assert [site.id for site in silent_sites(session, last + silent_after)] == ["0102"]


def test_a_weekend_is_no_silence_and_a_new_site_has_a_day(sessions):
    friday = MOMENT + timedelta(days=3)
    sync(sessions, moment=friday)
    with sessions() as session:
        assert silent_sites(session, friday + timedelta(days=3)) == []
        assert len(silent_sites(session, friday + timedelta(days=7))) == 1
