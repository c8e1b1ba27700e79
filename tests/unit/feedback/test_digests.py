"""Digests: each period once, with everything in it, for whoever may read it."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.db.models import Digest, Feedback, OutgoingEmail, Place, Site, StoredOutbound, Ticket
from bot.db.session import create_database_engine, create_session_factory
from bot.services.digests.periods import before, due_between, latest
from tests.fakes.mail_server import MailServer
from tests.unit.databases import migrated
from tests.unit.feedback.officials import (
    ZONE,
    at,
    feedback,
    official,
    outbox,
    settings,
    texts,
)
from webhook.digest_delivery import send_alerts, send_digests
from webhook.escalation_delivery import send_escalations
from webhook.mail_delivery import send_queued_emails
from webhook.signed_links import SignedLinks


@pytest.mark.parametrize(
    ("kind", "moment", "start", "end", "due"),
    [
        ("daily", "2026-11-25T08:00", "2026-11-24T08:00", "2026-11-25T08:00", "2026-11-25T08:00"),
        ("daily", "2026-11-25T07:59", "2026-11-23T08:00", "2026-11-24T08:00", "2026-11-24T08:00"),
        ("daily", "2026-03-01T09:00", "2026-02-28T08:00", "2026-03-01T08:00", "2026-03-01T08:00"),
        ("daily", "2027-01-01T08:00", "2026-12-31T08:00", "2027-01-01T08:00", "2027-01-01T08:00"),
        ("weekly", "2026-11-23T08:00", "2026-11-16T08:00", "2026-11-23T08:00", "2026-11-23T08:00"),
        ("weekly", "2026-11-23T07:59", "2026-11-09T08:00", "2026-11-16T08:00", "2026-11-16T08:00"),
        ("weekly", "2026-11-29T23:00", "2026-11-16T08:00", "2026-11-23T08:00", "2026-11-23T08:00"),
        ("monthly", "2026-12-01T08:00", "2026-11-01T00:00", "2026-12-01T00:00", "2026-12-01T08:00"),
        ("monthly", "2026-12-01T07:59", "2026-10-01T00:00", "2026-11-01T00:00", "2026-11-01T08:00"),
        ("monthly", "2027-01-31T10:00", "2026-12-01T00:00", "2027-01-01T00:00", "2027-01-01T08:00"),
        ("monthly", "2028-03-15T10:00", "2028-02-01T00:00", "2028-03-01T00:00", "2028-03-01T08:00"),
    ],
)
def test_the_latest_period_on_the_officials_clock(kind, moment, start, end, due):
    period = latest(kind, at(moment), ZONE)
    assert (period.start, period.end, period.due) == (at(start), at(end), at(due))


@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_periods_follow_each_other_without_a_gap(kind):
    period = latest(kind, at("2028-03-05T12:00"), ZONE)
    for _ in range(60):
        earlier = before(period, ZONE)
        assert earlier.end == period.start
        period = earlier


def test_all_periods_of_a_downtime_are_due_the_oldest_first():
    periods = due_between("daily", at("2026-02-26T09:00"), at("2026-03-02T12:00"), ZONE)
    days = [period.due.astimezone(ZONE).date().isoformat() for period in periods]
    assert days == ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]


def test_a_digest_holds_figures_comments_and_duties(sessions):
    group = official(sessions, "daily")
    feedback(sessions, "2026-11-22T10:00", "clerk was rude", "before", disliked=["behaviour"])
    feedback(sessions, "2026-11-23T09:00", "asked for money", "a", disliked=["price"])
    feedback(sessions, "2026-11-23T10:00", "fast", "b", rating="satisfied", liked=["delivery"])
    send_digests(sessions, settings(), ["daily"], at("2026-11-24T08:00"))
    rows = outbox(sessions, group)
    digest = next(row for row in rows if row.key == f"digest:{latest_digest(sessions).id}")
    words = digest.reply["text"]
    for expected in (
        "Feedback of the day",
        "🙂 satisfied: 1 (+1)",
        "🙁 dissatisfied: 1 (as before)",
        "In the period before: 1",
        "Liked: Delivery 1",
        "Disliked: Price 1",
        "Waiting for an answer: 2",
        "Answered in the last 90 days: 0 of 2 (0%)",
    ):
        assert expected in words
    _, picture, *items = (row.reply for row in rows if row.key.startswith(digest.key))
    assert picture["image_url"].startswith("https://chrok.example.org/officials/charts/")
    assert picture["text"] == ""
    items = [item["text"] for item in items]
    assert len(items) == 2
    assert "asked for money" in items[0]
    assert "fast" in items[1]
    assert all(row.priority == 9 for row in rows)


def latest_digest(sessions):
    with sessions() as session:
        return session.scalars(select(Digest).order_by(Digest.id.desc())).first()


def test_a_day_without_feedback_is_said_in_words(sessions):
    group = official(sessions, "daily", since="2026-11-23T12:00")
    send_digests(sessions, settings(), ["daily"], at("2026-11-24T08:00"))
    [words] = texts(sessions, group)
    assert "No feedback came in." in words


def test_who_the_citizens_were_is_told_from_three_on(sessions):
    group = official(sessions, "daily", since="2026-11-23T12:00")
    for number, person in enumerate("abc"):
        if number == 2:
            send_digests(sessions, settings(), ["daily"], at("2026-11-24T08:00"))
            assert "A woman" not in texts(sessions, group)[0]
        when = "2026-11-23T15:00" if number < 2 else "2026-11-24T15:00"
        made = feedback(sessions, when, f"slow {person}", person)
        with sessions.begin() as session:
            session.get_one(Feedback, made).gender = "woman"
    for person in "de":
        made = feedback(sessions, "2026-11-24T16:00", f"slow {person}", person)
        with sessions.begin() as session:
            session.get_one(Feedback, made).gender = "man"
    send_digests(sessions, settings(), ["daily"], at("2026-11-25T08:00"))
    heads = [words for words in texts(sessions, group) if words.startswith("Feedback of the day")]
    assert "A woman 1, A man 2" in heads[1]


def test_repeats_are_told_as_a_number(sessions):
    group = official(sessions, "daily", since="2026-11-23T09:00")
    feedback(sessions, "2026-11-23T10:00")
    feedback(sessions, "2026-11-23T12:00")
    send_digests(sessions, settings(), ["daily"], at("2026-11-24T08:00"))
    words = texts(sessions, group)[0]
    assert "dissatisfied: 1" in words
    assert "1 repeats" in words


def test_the_province_reads_masked_words_of_all_its_districts(sessions):
    province = official(sessions, "daily", place_code="01", address="-5", since="2026-11-23T09:00")
    feedback(sessions, "2026-11-23T10:00", "Mr Sok Dara, 012345678, asked for money")
    feedback(sessions, "2026-11-23T11:00", "slow", "b", place_code="0102")
    feedback(sessions, "2026-11-23T11:00", "elsewhere", "c", place_code="0212")
    send_digests(sessions, settings(), ["daily"], at("2026-11-24T08:00"))
    words = "\n".join(texts(sessions, province))
    assert "dissatisfied: 2" in words
    assert "Sok Dara" not in words
    assert "12345" not in words
    assert "elsewhere" not in words


def test_a_digest_is_sent_once_and_missed_ones_are_caught_up(sessions):
    official(sessions, "daily", "weekly", "monthly", since="2026-10-30T12:00")
    now = at("2026-11-03T09:00")
    told = send_digests(sessions, settings(), ["daily", "weekly", "monthly"], now)
    # Daily of 31 October to 3 November, the weekly of 2 November, October.
    assert told.told == 6
    assert send_digests(sessions, settings(), ["daily", "weekly", "monthly"], now).told == 0
    again = send_digests(sessions, settings(), ["daily"], now, on_request=True)
    assert again.told == 0
    # A long downtime is caught up, but not for ever.
    later = send_digests(sessions, settings(), ["daily"], at("2027-03-01T09:00"))
    assert later.told == 31


def test_on_request_also_a_new_subscriber_gets_the_latest_period(sessions):
    official(sessions, "daily", since="2026-11-24T09:00")
    moment = at("2026-11-24T10:00")
    assert send_digests(sessions, settings(), ["daily"], moment).told == 0
    assert send_digests(sessions, settings(), ["daily"], moment, on_request=True).told == 1


@pytest.mark.parametrize(
    "backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def test_many_workers_at_once_tell_each_period_once(backend, sessions, tmp_path):
    if backend == "postgresql":
        sessions = postgresql_sessions(tmp_path)
    for number in range(3):
        official(sessions, "daily", "weekly", address=str(100 + number), since="2026-11-20T09:00")
    official(sessions, "daily", channel="email", address="o@example.org", since="2026-11-20T09:00")
    feedback(sessions, "2026-11-22T10:00")
    start = threading.Barrier(4)
    results = []

    def work():
        start.wait()
        told = send_digests(sessions, settings(), ["daily", "weekly"], at("2026-11-24T09:00"))
        results.append(told)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # What one worker failed at (a locked database) the next round tells.
    last = send_digests(sessions, settings(), ["daily", "weekly"], at("2026-11-24T09:00"))
    assert last.failed == 0
    assert sum(result.told for result in results) + last.told == 4 * 4 + 3
    with sessions() as session:
        digests = session.scalars(select(Digest)).all()
        assert len(digests) == 4 * 4 + 3
        assert len({(d.subscription_id, d.period_start) for d in digests}) == len(digests)
        heads = [
            row.key
            for row in session.scalars(select(StoredOutbound))
            if row.key.count(":") == 1 and row.key.startswith("digest:")
        ]
        assert len(heads) == 3 * 5
        assert len(session.scalars(select(OutgoingEmail)).all()) == 4
    sessions.kw["bind"].dispose()


def postgresql_sessions(folder):
    url = migrated("postgresql", folder)
    made = create_session_factory(create_database_engine(url))
    with made.begin() as session:
        session.add(Place(code="01", level="province", name_km="ក", name_en="A", source="t"))
        session.flush()
        session.add(
            Place(
                code="0110",
                level="district",
                name_km="ខ",
                name_en="B",
                source="t",
                parent_code="01",
            )
        )
    return made


def test_one_broken_recipient_holds_back_nobody(sessions, monkeypatch):
    broken = official(sessions, "daily", address="-1", since="2026-11-23T09:00")
    sound = official(sessions, "daily", address="-2", since="2026-11-23T09:00")
    with sessions.begin() as session:
        from bot.db.models import Official

        session.get_one(Official, broken).contact_id = None
    told = send_digests(sessions, settings(), ["daily"], at("2026-11-24T08:00"))
    assert (told.told, told.failed) == (1, 1)
    assert len(texts(sessions, sound)) == 1
    with sessions() as session:
        assert len(session.scalars(select(Digest)).all()) == 1


def test_an_alert_comes_at_once_and_only_for_the_dissatisfied(sessions):
    group = official(sessions, "immediate", since="2026-11-23T09:00")
    feedback(sessions, "2026-11-23T10:00", "rude")
    feedback(sessions, "2026-11-23T10:01", "fine", "b", rating="satisfied")
    feedback(sessions, "2026-11-23T08:00", "before the subscription", "c")
    moment = at("2026-11-23T10:05")
    assert send_alerts(sessions, settings(), moment).told == 1
    assert send_alerts(sessions, settings(), moment).told == 0
    [words] = texts(sessions, group)
    assert "rude" in words
    assert "A citizen is not satisfied." in words


def test_what_waits_is_reminded_of_and_then_goes_higher(sessions):
    office = official(sessions, address="-1")
    province = official(sessions, address="-2", place_code="01")
    ombudsman = official(sessions, address="-3", role="citizens_office")
    other = official(sessions, address="-4", unit="district_hall")
    feedback(sessions, "2026-11-01T10:00", "slow")
    feedback(sessions, "2026-11-01T10:00", "thanks", "b", rating="satisfied")
    for moment, expected in (
        ("2026-11-08T09:59", (0, 0, 0)),
        ("2026-11-08T10:00", (1, 0, 0)),
        ("2026-11-10T10:00", (1, 0, 0)),
        ("2026-11-15T10:00", (1, 1, 1)),
        ("2026-11-20T10:00", (1, 1, 1)),
    ):
        send_escalations(sessions, settings(), at(moment))
        counts = tuple(len(texts(sessions, one)) for one in (office, province, ombudsman))
        assert counts == expected, moment
    assert "for 7 days" in texts(sessions, office)[0]
    assert "for 14 days" in texts(sessions, province)[0]
    assert texts(sessions, other) == []


def test_a_step_for_which_nobody_is_there_stays_due(sessions):
    feedback(sessions, "2026-11-01T10:00", "slow")
    send_escalations(sessions, settings(), at("2026-11-15T10:00"))
    with sessions() as session:
        assert session.scalars(select(Feedback)).one().escalated_at is None
    province = official(sessions, place_code="01")
    send_escalations(sessions, settings(), at("2026-11-16T10:00"))
    assert len(texts(sessions, province)) == 1


def test_an_email_is_text_html_and_picture_and_a_refused_recipient_stops_nobody(sessions):
    for address in ("refused@example.org", "office@example.org"):
        official(
            sessions,
            "daily",
            channel="email",
            address=address,
            since="2026-11-23T09:00",
            language="km",
        )
    feedback(sessions, "2026-11-23T10:00", "<b>មន្ត្រី</b> & យឺត", disliked=["delivery"])
    with MailServer() as server:
        server.refusals["refused@example.org"] = "550 no such user"
        configured = settings(smtp_url=server.url)
        send_digests(sessions, configured, ["daily"], at("2026-11-24T08:00"))
        assert send_queued_emails(sessions, configured) == 1
        assert send_queued_emails(sessions, configured) == 0
        [message] = server.messages_to("office@example.org")
    assert message["From"] == "chrok@example.org"
    assert "មតិប្រជាពលរដ្ឋប្រចាំថ្ងៃ" in message["Subject"]
    plain = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert "<b>មន្ត្រី</b> & យឺត" in plain
    assert "&lt;b&gt;មន្ត្រី&lt;/b&gt; &amp; យឺត" in html
    assert "/officials/answers/" in html
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert pictures[0].get_content().startswith(b"\x89PNG")
    assert pictures[0]["Content-ID"].strip("<>") in html
    with sessions() as session:
        states = sorted(session.scalars(select(OutgoingEmail.state)))
    assert states == ["failed:smtp_550", "sent"]


def test_a_mail_server_that_is_down_is_tried_again_later(sessions):
    official(sessions, "daily", channel="email", address="o@example.org", since="2026-11-23T09:00")
    send_digests(sessions, settings(), ["daily"], at("2026-11-24T08:00"))
    assert send_queued_emails(sessions, settings()) == 0
    down = settings(smtp_url="smtp://127.0.0.1:1")
    assert send_queued_emails(sessions, down) == 0
    with sessions.begin() as session:
        email = session.scalars(select(OutgoingEmail)).one()
        assert email.state == "queued"
        assert email.attempts == 1
        email.not_before -= timedelta(hours=1)
    with MailServer() as server:
        assert send_queued_emails(sessions, settings(smtp_url=server.url)) == 1


def test_the_sms_form_is_short_and_carries_codes(sessions):
    phone = official(
        sessions, "daily", channel="sms", address="+85512345678", since="2026-11-23T09:00"
    )
    feedback(sessions, "2026-11-23T10:00", "the clerk asked for money " * 5)
    send_digests(sessions, settings(), ["daily"], at("2026-11-24T08:00"))
    [words] = texts(sessions, phone)
    assert len(words) < 300
    assert "dissatisfied 1" in words
    assert "Answer: code and text." in words


def test_links_are_for_one_purpose_and_cannot_be_forged():
    links = SignedLinks(settings())
    token = links.answer(3, 7).rsplit("/", 1)[1]
    assert links.read_answer(token) == (3, 7)
    assert links.read_picture(token) is None
    # Not the last letter, of which some bits say nothing.
    forged = token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:]
    assert links.read_answer(forged) is None
    assert links.is_form_token(links.form_token(token), token)
    assert not links.is_form_token(links.form_token("other"), token)


def test_what_was_reopened_comes_again_until_it_is_answered(sessions):
    group = official(sessions, "daily", since="2026-11-23T09:00")
    made = feedback(sessions, "2026-11-23T10:00", "still closed")
    for day, state, shown in ((24, "open", True), (25, "open", True), (26, "answered", False)):
        with sessions.begin() as session:
            row = session.get_one(Feedback, made)
            row.state, row.reopened_at = state, at("2026-11-23T20:00")
        send_digests(sessions, settings(), ["daily"], at(f"2026-11-{day}T08:00"))
        last = outbox(sessions, group)[-1].reply["text"]
        assert ("Opened again" in last) == shown


def test_late_tickets_and_silent_desks_are_told(sessions):
    group = official(sessions, "daily", since="2026-11-23T09:00")
    with sessions.begin() as session:
        session.add(Site(id="0110", place_code="0110", silent_from=at("2026-11-22T08:00")))
        session.add(Site(id="0102", place_code="0102", silent_from=at("2026-11-22T08:00")))
        session.flush()
        for code, status, expected in (
            ("011026100001", "paid", date(2026, 11, 20)),
            ("011026100002", "delivered", date(2026, 11, 20)),
            ("011026100003", "accepted", date(2026, 11, 30)),
            ("010226100004", "accepted", date(2026, 11, 20)),
        ):
            session.add(
                Ticket(code=code, site_id="0110", status=status, expected_on=expected, version=1)
            )
    send_digests(sessions, settings(), ["daily"], at("2026-11-24T08:00"))
    [words] = texts(sessions, group)
    assert "Tickets past their day: 1\n• 011026100001 · 4 days late" in words
    assert "The desk agent of Paoy Paet municipality, Banteay Meanchey province" in words
    assert words.count("desk agent") == 1
