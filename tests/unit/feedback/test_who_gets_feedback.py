"""How officials join, by an invitation or by an operator's command."""

from __future__ import annotations

import pytest
import regex
from sqlalchemy import select

from bot.db.models import Contact, Official, StoredOutbound
from bot.services.invitations import invite
from tests.unit.feedback.complaints import receive
from tests.unit.feedback.officials import official, settings
from webhook.app import create_app


def test_a_group_joins_by_an_invitation_once(sessions):
    with sessions.begin() as session:
        code = invite(
            session, name="Poipet", place_code="0110", periods=["daily"], language="km"
        ).code
    assert receive(sessions, f"/join {code.lower()}", sender="-55", chat_type="group")
    assert receive(sessions, f"/join@chrok_bot {code}", sender="-66", chat_type="group")
    with sessions() as session:
        [joined] = session.scalars(select(Official)).all()
        assert (joined.address, joined.place_code) == ("-55", "0110")
        assert [s.period for s in joined.subscriptions] == ["daily"]
        said = {
            row.contact.external_id: row.reply["text"]
            for row in session.scalars(select(StoredOutbound))
        }
    assert "ក្រុងប៉ោយប៉ែត" in said["-55"]
    assert "ប្រើលែងបាន" in said["-66"]


def test_a_link_with_an_invitation_joins_and_another_link_does_not(sessions):
    with sessions.begin() as session:
        code = invite(session, name="Poipet", place_code="0110", periods=["daily"]).code
    assert not receive(sessions, "សួស្តី", sender="-77", reference="poster-hall-1102")
    assert receive(sessions, "សួស្តី", sender="-77", chat_type="group", reference=code)
    with sessions() as session:
        assert session.scalars(select(Official.address)).all() == ["-77"]


def test_small_talk_in_a_group_gets_the_hint_and_never_the_engine(sessions):
    official(sessions, "daily")
    assert receive(sessions, "hello bot", chat_type="group")
    assert not receive(sessions, "hello", sender="-4242", chat_type="group")


@pytest.mark.parametrize(
    "written", ["012 345 678", "00855 12 345 678", "០១២៣៤៥៦៧៨", "+85512345678"]
)
def test_a_number_is_kept_as_sms_gateways_write_it(sessions, written):
    phone = official(sessions, channel="sms", address=written)
    with sessions() as session:
        assert session.get_one(Official, phone).address == "+85512345678"


def test_the_commands_add_list_subscribe_invite_and_remove(sessions):
    url = str(sessions.kw["bind"].url)
    runner = create_app(settings(url)).test_cli_runner()

    def run(*arguments):
        return runner.invoke(args=["officials", *arguments])

    added = run(
        *("add", "--name", "Poipet office", "--place", "0110", "--channel", "email"),
        *("--address", "office@example.org", "--period", "daily", "--period", "immediate"),
    )
    assert added.exit_code == 0, added.output
    assert "office@example.org" in run("list").output
    assert "weekly" in run("subscribe", "1", "--period", "weekly").output
    assert "daily" not in run("subscribe", "1", "--period", "daily", "--end").output
    invited = run("invite", "--name", "Group", "--place", "0110")
    assert regex.match(r"[2-9A-Z]{8}\n", invited.output)
    assert run("remove", "1").exit_code == 0
    assert "nobody yet" in run("list").output
    for arguments, expected in (
        (("remove", "1"), "there is no official 1"),
        (
            ("add", "--name", "x", "--place", "011002", "--channel", "sms", "--address", "1"),
            "place: '011002' must be",
        ),
        (
            ("add", "--name", "x", "--place", "0110", "--channel", "email", "--address", "nobody"),
            "address: 'nobody' must be an e-mail address",
        ),
        (
            ("add", "--name", "x", "--place", "0110", "--channel", "sms", "--address", "1294"),
            "address: '1294' must be a phone number",
        ),
    ):
        failed = run(*arguments)
        assert failed.exit_code == 1
        assert expected in failed.output


def test_digests_are_sent_by_command(sessions, tmp_path):
    url = str(sessions.kw["bind"].url)
    configured = settings(url, queue_url=f"sqlite:///{tmp_path}/queue.sqlite3")
    runner = create_app(configured).test_cli_runner()
    official(sessions, "daily", since="2026-11-23T09:00")
    arguments = ["digests", "send", "--period", "daily", "--at", "2026-11-24T08:00"]
    assert "1 daily digests queued" in runner.invoke(args=arguments).output
    assert "0 daily digests queued" in runner.invoke(args=arguments).output
    wrong = runner.invoke(args=["digests", "send", "--period", "daily", "--at", "tomorrow"])
    assert wrong.exit_code == 2
    assert "no ISO time" in wrong.output
    with sessions() as session:
        assert session.scalars(select(Contact)).all()
