"""Officials answer in their chat, by SMS code or on the page; the citizen hears of it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import regex
from sqlalchemy import select

from bot.db.models import (
    ButtonToken,
    Contact,
    Feedback,
    FeedbackEvent,
    Official,
    OutboundPart,
    StoredInbound,
    StoredOutbound,
)
from bot.db.models.base import now
from bot.messages import InboundMessage, Kind
from bot.services.answer_codes import answer_code
from bot.services.feedback import GivenFeedback, submit
from bot.services.invitations import invite
from tests.unit.feedback.citizen import SECRET, Citizen
from tests.unit.feedback.officials import GROUP, feedback, official, outbox, settings, texts
from webhook import inbox
from webhook.app import create_app
from webhook.digest_delivery import send_alerts
from webhook.officials_desk import OfficialsDesk
from webhook.signed_links import SignedLinks


def complaint(sessions, citizen, text="the clerk was rude", **values) -> Feedback:
    given = GivenFeedback(
        **{
            "unit": "district_owso",
            "place_code": "0110",
            "rating": "dissatisfied",
            "text": text,
            "language": "en",
            "may_be_answered": True,
            "conversation_id": citizen.conversation_id,
            **values,
        }
    )
    with sessions.begin() as session:
        return submit(session, given, SECRET, now())


def receive(sessions, text, *, channel="telegram", sender=GROUP, token="", **details) -> bool:
    message = InboundMessage(
        channel,
        str(uuid.uuid4()),
        sender,
        Kind.BUTTON if token else Kind.TEXT,
        now(),
        text,
        token,
        details,
    )
    inbox.accept(sessions, [message])
    with sessions() as session:
        stored = session.scalars(
            select(StoredInbound).where(StoredInbound.event_id == message.event_id)
        ).one()
    return OfficialsDesk(sessions, settings()).takes(stored.id)


def delivered(sessions, row: StoredOutbound, provider_message_id: str) -> None:
    with sessions.begin() as session:
        session.add(
            OutboundPart(
                outbox_id=row.id,
                position=0,
                channel="telegram",
                provider_message_id=provider_message_id,
            )
        )


def told_to(sessions, citizen) -> list[StoredOutbound]:
    with sessions() as session:
        query = select(StoredOutbound).where(StoredOutbound.contact_id == citizen.contact_id)
        return list(session.scalars(query.order_by(StoredOutbound.id)))


def state(sessions, feedback_id) -> Feedback:
    with sessions() as session:
        return session.get_one(Feedback, feedback_id)


def trail(sessions, feedback_id) -> list[str]:
    with sessions() as session:
        query = select(FeedbackEvent.action).where(FeedbackEvent.feedback_id == feedback_id)
        return list(session.scalars(query.order_by(FeedbackEvent.id)))


@pytest.fixture
def citizen(sessions, places):
    return Citizen(sessions, places)


@pytest.fixture
def alerted(sessions, citizen):
    """A group that was alerted of a complaint; the alert is message 77 there."""
    group = official(sessions, "immediate")
    made = complaint(sessions, citizen)
    send_alerts(sessions, settings(), now() + timedelta(seconds=1))
    [row] = outbox(sessions, group)
    delivered(sessions, row, "77")
    return made


def test_a_reply_in_the_group_answers_the_citizen_who_is_asked_whether_it_is_solved(
    sessions, citizen, alerted
):
    assert receive(sessions, "We have spoken with the clerk.", reply_to_message_id="77")
    [notice] = told_to(sessions, citizen)
    assert "We have spoken with the clerk." in notice.reply["text"]
    assert [button["title"] for button in notice.reply["buttons"]] == ["Yes, solved", "No, not yet"]
    stored = state(sessions, alerted.id)
    assert (stored.state, stored.answer) == ("answered", "We have spoken with the clerk.")
    with sessions() as session:
        token = session.get_one(ButtonToken, notice.reply["buttons"][1]["payload"])
    citizen.choose(token.payload)
    assert "What is still wrong?" in citizen.words
    assert state(sessions, alerted.id).state == "open"
    assert trail(sessions, alerted.id) == ["received", "alerted", "answered", "not_solved"]


def test_the_same_reply_delivered_again_does_nothing_more(sessions, citizen, alerted):
    message = InboundMessage(
        "telegram",
        "update-1",
        GROUP,
        Kind.TEXT,
        now(),
        "done",
        details={"reply_to_message_id": "77"},
    )
    for _ in range(2):
        inbox.accept(sessions, [message])
    with sessions() as session:
        [stored] = session.scalars(select(StoredInbound)).all()
    OfficialsDesk(sessions, settings()).takes(stored.id)
    assert len(told_to(sessions, citizen)) == 1


@pytest.mark.parametrize(
    ("text", "expected", "actions"),
    [
        ("ok", "acknowledged", ["acknowledged"]),
        ("បានទទួល", "acknowledged", ["acknowledged"]),
        ("close: not our office", "closed", ["closed"]),
        ("បិទ មិនមែនការិយាល័យយើង", "closed", ["closed"]),
        ("forward to district hall", "open", ["forwarded"]),
        ("បញ្ជូនបន្ត សាលាស្រុក", "open", ["forwarded"]),
        ("close", "open", []),
        ("forward to the moon", "open", []),
        ("forward to district office", "open", []),
    ],
)
def test_words_of_an_official_are_steps(sessions, citizen, alerted, text, expected, actions):
    assert receive(sessions, text, reply_to_message_id="77")
    assert state(sessions, alerted.id).state == expected
    assert trail(sessions, alerted.id) == ["received", "alerted", *actions]
    assert len(told_to(sessions, citizen)) == len(actions)


def test_a_button_acknowledges_only_in_the_chat_it_was_sent_to(sessions, citizen, alerted):
    with sessions() as session:
        row = session.scalars(
            select(StoredOutbound).where(StoredOutbound.key.startswith("alert:"))
        ).one()
    token = row.reply["buttons"][0]["payload"]
    assert not receive(sessions, "", sender="-999", token=token)
    assert state(sessions, alerted.id).state == "open"
    assert receive(sessions, "", token=token)
    assert state(sessions, alerted.id).state == "acknowledged"


def test_forwarded_feedback_reaches_those_responsible_now(sessions, citizen, alerted):
    hall = official(sessions, address="-77", unit="district_hall")
    receive(sessions, "forward to district hall", reply_to_message_id="77")
    assert "passed this on to you" in texts(sessions, hall)[0]
    stored = state(sessions, alerted.id)
    assert (stored.unit, stored.place_code) == ("district_hall", "0110")
    assert "passed on to the district hall" in told_to(sessions, citizen)[0].reply["text"]


def test_an_sms_code_answers_and_other_messages_go_to_the_engine(sessions, citizen):
    phone = official(sessions, channel="sms", address="+85512345678")
    made = complaint(sessions, citizen)
    with sessions.begin() as session:
        code = answer_code(session, session.get_one(Official, phone), made)
    number = {"channel": "sms", "sender": "+85512345678"}
    assert not receive(sessions, "how much is a driving test", **number)
    assert not receive(sessions, f"{code} stranger", channel="sms", sender="+85599999999")
    assert receive(sessions, f"{code.lower()} យើងនឹងបើកម៉ោង ៨", **number)
    assert state(sessions, made.id).answer == "យើងនឹងបើកម៉ោង ៨"


def test_an_anonymous_citizen_reads_the_answer_by_the_reference(sessions, places):
    citizen = Citizen(sessions, places)
    group = official(sessions, "immediate")
    made = complaint(sessions, citizen, may_be_answered=False)
    send_alerts(sessions, settings(), now() + timedelta(seconds=1))
    delivered(sessions, outbox(sessions, group)[0], "5")
    receive(sessions, "We open at 8.", reply_to_message_id="5")
    assert told_to(sessions, citizen) == []
    assert "reads it when asking" in texts(sessions, group)[-1]
    citizen.say(f"what happened to {made.reference}?", "track_ticket")
    assert "We open at 8." in citizen.words
    citizen.press("Yes, solved")
    assert state(sessions, made.id).state == "solved"
    receive(sessions, "One more thing", reply_to_message_id="5")
    assert "nothing more is needed" in texts(sessions, group)[-1]


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


@pytest.fixture
def web(sessions):
    url = str(sessions.kw["bind"].url)
    app = create_app(settings(url, queue_url=f"sqlite:///{url.rpartition('/')[0][10:]}/q.sqlite3"))
    return app.test_client()


def page_of(official_id, feedback_id) -> str:
    return (
        SignedLinks(settings())
        .answer(official_id, feedback_id)
        .removeprefix("https://chrok.example.org")
    )


def form_token(page) -> str:
    return regex.search(r'name="form" value="([^"]+)"', page.get_data(as_text=True))[1]


def test_the_answer_page_takes_an_answer_from_its_own_form_only(sessions, citizen, web):
    made = complaint(sessions, citizen, "clerk <b>rude</b>, call 012345678")
    link = page_of(official(sessions, channel="email", address="o@example.org"), made.id)
    page = web.get(link)
    shown = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "clerk &lt;b&gt;rude&lt;/b&gt;, call 012345678" in shown
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert state(sessions, made.id).state == "open"
    forged = web.post(link, data={"action": "answer", "text": "x", "form": "forged"})
    assert forged.status_code == 400
    assert state(sessions, made.id).state == "open"
    empty = web.post(link, data={"action": "answer", "text": " ", "form": form_token(page)})
    assert empty.status_code == 422
    sent = web.post(link, data={"action": "answer", "text": "Sorry.", "form": form_token(page)})
    assert sent.status_code == 200
    assert "your answer goes to the citizen" in sent.get_data(as_text=True)
    assert "Sorry." in told_to(sessions, citizen)[0].reply["text"]
    assert trail(sessions, made.id) == ["received", "seen", "answered"]


def test_a_page_of_a_removed_official_or_a_broken_link_is_gone(sessions, citizen, web):
    made = complaint(sessions, citizen)
    number = official(sessions, channel="email", address="o@example.org")
    link = page_of(number, made.id)
    assert web.get(f"{link}x").status_code == 410
    with sessions.begin() as session:
        session.get_one(Official, number).removed_at = now()
    assert web.get(link).status_code == 410


def test_another_office_reads_masked_words_and_cannot_answer(sessions, citizen, web):
    made = complaint(sessions, citizen, "Mr Sok Dara was rude, 012345678")
    link = page_of(
        official(sessions, channel="email", address="x@example.org", unit="district_hall"), made.id
    )
    shown = web.get(link).get_data(as_text=True)
    assert "Sok Dara" not in shown
    assert "<form" not in shown


def test_the_chart_of_a_digest_is_a_picture_behind_its_link(sessions, web):
    from bot.db.models import Digest
    from tests.unit.feedback.officials import at
    from webhook.digest_delivery import send_digests

    official(sessions, "daily", since="2026-11-23T09:00")
    feedback(sessions, "2026-11-23T10:00")
    send_digests(sessions, settings(), ["daily"], at("2026-11-24T08:00"))
    with sessions() as session:
        digest = session.scalars(select(Digest)).one()
    link = SignedLinks(settings()).picture(digest.id).removeprefix("https://chrok.example.org")
    picture = web.get(link)
    assert picture.content_type == "image/png"
    assert picture.data == web.get(link).data
    assert web.get("/officials/charts/forged.png").status_code == 404


@pytest.mark.parametrize(
    "written", ["012 345 678", "00855 12 345 678", "០១២៣៤៥៦៧៨", "+85512345678"]
)
def test_a_number_is_kept_as_sms_gateways_write_it(sessions, written):
    phone = official(sessions, channel="sms", address=written)
    with sessions() as session:
        assert session.get_one(Official, phone).address == "+85512345678"


def test_readyz_says_whether_e_mail_is_on(sessions, web):
    url = str(sessions.kw["bind"].url)
    assert web.get("/readyz").get_json()["channels"]["email"] == "off"
    on = create_app(settings(url, smtp_url="smtp://127.0.0.1:1")).test_client()
    assert on.get("/readyz").get_json()["channels"]["email"] == "on"


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
