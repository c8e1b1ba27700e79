"""What a notice goes through on its way: order, windows, stops, pauses, other channels."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.db.models import ChannelPause, Contact, FallbackRoute, StoredInbound, StoredOutbound
from bot.db.models.base import now
from bot.messages import Button, Capabilities, DeliveryReport, InboundMessage, Kind, Reply
from bot.services.outgoing import Priority, queue_notice, queue_replies
from webhook import inbox, outbox
from webhook.channel_pauses import pause
from webhook.channels.base import Rates, SendError, Sent
from webhook.delivery import Delivery
from webhook.delivery_reports import note_reports
from webhook.pace import Pace
from webhook.rasa_client import RasaClient
from webhook.turns import MOST_A_MINUTE, answer

WINDOW = timedelta(hours=24)


class Provider:
    """A provider that answers as it is told to."""

    capabilities = Capabilities(text_characters=20, quick_replies=5, button_title_characters=20)

    def __init__(self, name="provider", **rates) -> None:
        self.name = name
        self.rates = Rates(**rates)
        self.taken: list[tuple[str, str]] = []
        self.references: list[str] = []
        self.refusals: list[SendError] = []

    def send(self, recipient_id, part):
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append((recipient_id, part.text))
        self.references.append(part.reference)
        return Sent(f"{self.name}-{len(self.taken)}")

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.taken]


@pytest.fixture
def sessions(both_databases):
    return both_databases


def _arrives(sessions, kind=Kind.TEXT, sender="citizen", channel="provider", text="hi", **details):
    event_id = f"{kind}-{sender}-{now().isoformat()}"
    return inbox.accept(
        sessions, [InboundMessage(channel, event_id, sender, kind, now(), text, "", details)]
    )


def _contact(sessions, sender="citizen", channel="provider") -> int:
    _arrives(sessions, sender=sender, channel=channel)
    with sessions() as session:
        return session.scalars(select(Contact.id).where(Contact.external_id == sender)).one()


def _notify(sessions, contact_id, text="news", key="k1", **options) -> bool:
    with sessions.begin() as session:
        return queue_notice(
            session, session.get_one(Contact, contact_id), Reply(text), key=key, **options
        )


def _reply(sessions, contact_id, text) -> None:
    with sessions.begin() as session:
        queue_replies(session, session.get_one(Contact, contact_id), None, [Reply(text)])


def _deliver(sessions, contact_id, *providers):
    channels = {provider.name: provider for provider in providers}
    return Delivery(sessions, channels, Pace()).deliver(contact_id)


def _change(sessions, model, **values) -> None:
    with sessions.begin() as session:
        session.execute(update(model).values(**values))


def _states(sessions) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(StoredOutbound.state).order_by(StoredOutbound.id)))


def test_a_notice_is_queued_once_for_its_key(sessions):
    contact_id = _contact(sessions)
    assert _notify(sessions, contact_id)
    assert not _notify(sessions, contact_id)
    provider = Provider()
    _deliver(sessions, contact_id, provider)
    assert provider.texts == ["news"]


def test_the_buttons_of_a_notice_stand_behind_tokens(sessions):
    contact_id = _contact(sessions)
    with sessions.begin() as session:
        contact = session.get_one(Contact, contact_id)
        reply = Reply("ready", buttons=(Button("Yes", "/affirm"),))
        queue_notice(session, contact, reply, key="k")
    with sessions() as session:
        row = session.scalars(select(StoredOutbound)).one()
    assert "/affirm" not in str(row.reply)


def test_a_reply_overtakes_notices_and_these_what_goes_to_many(sessions):
    contact_id = _contact(sessions)
    _notify(sessions, contact_id, "bulk", "k1", priority=Priority.BULK)
    _notify(sessions, contact_id, "notice", "k2")
    _reply(sessions, contact_id, "reply")
    provider = Provider()
    _deliver(sessions, contact_id, provider)
    assert provider.texts == ["reply", "notice", "bulk"]


def test_what_is_half_sent_is_finished_before_anything_else(sessions):
    contact_id = _contact(sessions)
    _notify(sessions, contact_id, "a long notice of two parts")
    provider = Provider()
    provider.refusals = [SendError("retry", "timeout")]
    _deliver(sessions, contact_id, provider)
    _change(sessions, StoredOutbound, not_before=now(), parts_sent=1)
    _reply(sessions, contact_id, "reply")
    _deliver(sessions, contact_id, provider)
    assert provider.texts == ["parts", "reply"]


def test_a_notice_planned_for_the_morning_holds_back_nothing(sessions):
    contact_id = _contact(sessions)
    morning = now() + timedelta(hours=8)
    _notify(sessions, contact_id, "later", "k1", not_before=morning)
    _notify(sessions, contact_id, "now", "k2")
    provider = Provider()
    due = _deliver(sessions, contact_id, provider)
    assert provider.texts == ["now"]
    assert due is not None
    assert abs(due - morning) < timedelta(seconds=1)


def test_a_closed_window_is_known_without_asking_the_provider(sessions):
    contact_id = _contact(sessions)
    _change(sessions, Contact, last_heard_at=now() - timedelta(hours=25))
    _notify(sessions, contact_id)
    provider = Provider(answer_window=WINDOW)
    _deliver(sessions, contact_id, provider)
    assert provider.taken == []
    assert _states(sessions) == ["skipped:window_closed"]


def test_a_notice_that_found_the_window_closed_goes_out_with_the_next_message(sessions):
    contact_id = _contact(sessions)
    _notify(sessions, contact_id)
    provider = Provider()
    provider.refusals = [SendError("window_closed", "10/2018278")]
    _deliver(sessions, contact_id, provider)
    assert _states(sessions) == ["skipped:window_closed"]
    _arrives(sessions)
    _deliver(sessions, contact_id, provider)
    _arrives(sessions)
    _deliver(sessions, contact_id, provider)
    assert provider.texts == ["news"]
    assert _states(sessions) == ["sent"]


@pytest.mark.parametrize("action", ["window_closed", "stop_contact"])
def test_a_notice_goes_by_the_channel_that_the_citizen_agreed_to(sessions, action):
    contact_id = _contact(sessions)
    route_id = _contact(sessions, "+85512000111", "other")
    with sessions.begin() as session:
        session.add(FallbackRoute(contact_id=contact_id, route_contact_id=route_id))
    _notify(sessions, contact_id)
    provider, other = Provider(), Provider("other")
    provider.refusals = [SendError(action, "1")]
    _deliver(sessions, contact_id, provider, other)
    _deliver(sessions, route_id, provider, other)
    assert other.taken == [("+85512000111", "news")]
    assert _states(sessions) == ["skipped:other_channel", "sent"]
    _arrives(sessions)
    _deliver(sessions, contact_id, provider, other)
    assert provider.texts == [], "what went by another channel is not told again"


@pytest.mark.parametrize("change", ["revoked", "opted_out"])
def test_an_agreement_that_was_taken_back_is_not_used(sessions, change):
    contact_id = _contact(sessions)
    route_id = _contact(sessions, "+85512000111", "other")
    with sessions.begin() as session:
        route = FallbackRoute(contact_id=contact_id, route_contact_id=route_id)
        session.add(route)
        if change == "revoked":
            route.revoked_at = now()
        else:
            session.get_one(Contact, route_id).opted_out_at = now()
    _notify(sessions, contact_id)
    provider, other = Provider(), Provider("other")
    provider.refusals = [SendError("window_closed", "1")]
    _deliver(sessions, contact_id, provider, other)
    _deliver(sessions, route_id, provider, other)
    assert other.taken == []


def test_who_opted_out_gets_no_notice_but_is_answered_when_they_write(sessions):
    contact_id = _contact(sessions)
    _arrives(sessions, Kind.OPT_OUT, text="STOP", language="en")
    _notify(sessions, contact_id)
    provider = Provider()
    provider.capabilities = Capabilities(text_characters=2000)
    _deliver(sessions, contact_id, provider)
    assert len(provider.taken) == 1
    assert "no more notices" in provider.texts[0]
    assert _states(sessions) == ["sent", "skipped:opted_out"]
    _arrives(sessions, Kind.OPT_IN, text="START", language="km")
    _notify(sessions, contact_id, "again", "k2")
    _deliver(sessions, contact_id, provider)
    assert provider.texts[-1] == "again"


def test_a_blocked_citizen_is_not_written_to_until_they_write(sessions):
    contact_id = _contact(sessions)
    _arrives(sessions, Kind.BLOCKED)
    _notify(sessions, contact_id)
    provider = Provider()
    _deliver(sessions, contact_id, provider)
    assert provider.taken == []
    _arrives(sessions)
    _deliver(sessions, contact_id, provider)
    assert provider.texts == ["news"]


def test_a_refused_token_pauses_the_channel_for_everybody(sessions, caplog):
    first, second = _contact(sessions, "one"), _contact(sessions, "two")
    _notify(sessions, first, key="k1")
    _notify(sessions, second, key="k2")
    provider = Provider()
    provider.refusals = [SendError("pause_channel", "190")]
    due = _deliver(sessions, first, provider)
    assert due is not None
    assert due > now()
    _deliver(sessions, second, provider)
    assert provider.taken == [], "nobody else is tried while the channel is paused"
    assert "paused" in caplog.text
    _change(sessions, ChannelPause, until=now() - timedelta(seconds=1))
    _change(sessions, StoredOutbound, not_before=now())
    _deliver(sessions, first, provider)
    _deliver(sessions, second, provider)
    assert len(provider.taken) == 2
    with sessions() as session:
        assert session.scalars(select(ChannelPause)).all() == []


def test_the_sweep_leaves_a_paused_channel_alone(sessions):
    first, second = _contact(sessions, "one"), _contact(sessions, "two", "other")
    _notify(sessions, first, key="k1")
    _notify(sessions, second, key="k2")
    with sessions.begin() as session:
        pause(session, "provider", "190")
    with sessions() as session:
        assert outbox.contacts_due(session, now(), 10) == [second]
    _change(sessions, ChannelPause, until=now() - timedelta(seconds=1))
    with sessions() as session:
        assert outbox.contacts_due(session, now(), 10) == [first, second]


def test_a_chat_that_moved_is_written_to_at_its_new_id(sessions):
    contact_id = _contact(sessions, "-4001")
    _notify(sessions, contact_id)
    provider = Provider()
    provider.refusals = [SendError("retry", "400", moved_to="-1009007199254740993")]
    _deliver(sessions, contact_id, provider)
    assert provider.taken == [("-1009007199254740993", "news")]


def test_nothing_waits_longer_than_72_hours(sessions):
    contact_id = _contact(sessions)
    _notify(sessions, contact_id)
    long_ago = now() - timedelta(hours=73)
    _change(sessions, StoredOutbound, created_at=long_ago, queued_at=long_ago, attempts=9)
    provider = Provider()
    _deliver(sessions, contact_id, provider)
    assert provider.taken == []
    assert _states(sessions) == ["failed:too_old"]


def test_a_retried_part_keeps_the_name_that_the_provider_knows_it_by(sessions):
    contact_id = _contact(sessions)
    _notify(sessions, contact_id, "a long notice of two parts")
    provider = Provider()
    _deliver(sessions, contact_id, provider)
    assert len(set(provider.references)) == len(provider.references) == 2


def test_a_provider_is_sent_to_no_faster_than_it_takes(sessions):
    contact_id = _contact(sessions)
    _notify(sessions, contact_id, "one", "k1")
    _notify(sessions, contact_id, "two", "k2")
    provider = Provider(recipient_seconds=30)
    due = _deliver(sessions, contact_id, provider)
    assert provider.texts == ["one"]
    assert due is not None
    assert now() + timedelta(seconds=5) < due < now() + timedelta(seconds=35)


def test_a_row_that_waits_for_the_provider_s_pace_is_not_overtaken(sessions):
    contact_id = _contact(sessions)
    _notify(sessions, contact_id, "one", "k1")
    _notify(sessions, contact_id, "two", "k2")
    slow = Provider(recipient_seconds=30)
    _deliver(sessions, contact_id, slow)
    _notify(sessions, contact_id, "three", "k3")
    provider = Provider()
    _deliver(sessions, contact_id, provider)
    assert provider.texts == ["two", "three"]


def test_a_chat_that_moves_to_where_it_is_is_not_tried_without_end(sessions):
    contact_id = _contact(sessions, "-4001")
    _notify(sessions, contact_id)
    provider = Provider()
    provider.refusals = [SendError("retry", "400", moved_to="-4001") for _ in range(3)]
    due = _deliver(sessions, contact_id, provider)
    assert len(provider.refusals) == 2
    assert due is not None
    assert due > now()


def test_a_row_whose_parts_all_went_out_ends(sessions):
    contact_id = _contact(sessions)
    _notify(sessions, contact_id, "a long notice of two parts")
    _change(sessions, StoredOutbound, parts_sent=2)
    provider = Provider()
    _deliver(sessions, contact_id, provider)
    assert provider.taken == []
    assert _states(sessions) == ["sent"]


def test_a_pause_is_over_for_everybody_with_the_first_message_that_goes_out(sessions):
    first, second = _contact(sessions, "one"), _contact(sessions, "two")
    _notify(sessions, first, key="k1")
    provider = Provider()
    provider.refusals = [SendError("pause_channel", "190")]
    _deliver(sessions, first, provider)
    _change(sessions, ChannelPause, until=now() - timedelta(seconds=1))
    _notify(sessions, second, key="k2")
    _deliver(sessions, second, provider)
    with sessions() as session:
        assert session.scalars(select(ChannelPause)).all() == []


@pytest.mark.parametrize(
    ("reports", "state"),
    [
        ([(("provider-1", "provider-2"), True, "")], "delivered"),
        ([(("provider-1",), True, "")], "sent"),
        ([(("provider-2",), False, "30003")], "failed:30003"),
        ([(("provider-1", "provider-2"), True, ""), (("provider-1",), False, "1")], "delivered"),
        ([(("somebody else's",), True, "")], "sent"),
    ],
)
def test_a_row_is_delivered_when_all_of_its_parts_are(sessions, reports, state):
    contact_id = _contact(sessions)
    _notify(sessions, contact_id, "a long notice of two parts")
    _deliver(sessions, contact_id, Provider())
    for ids, delivered, code in reports:
        note_reports(sessions, [DeliveryReport("provider", ids, delivered, code)])
    assert _states(sessions) == [state]


def test_an_edit_corrects_a_message_that_still_waits(sessions):
    inbox.accept(sessions, [InboundMessage("provider", "e1", "citizen", Kind.TEXT, now(), "helo")])
    with sessions() as session:
        contact_id = session.scalars(select(Contact.id)).one()
    _arrives(sessions, Kind.EDIT, text="hello", edited_event_id="e1")
    with sessions() as session:
        waiting = inbox.next_waiting(session, contact_id)
    assert waiting is not None
    assert waiting.text == "hello"


def test_the_rest_of_a_long_answer_is_told_once(sessions):
    contact_id = _contact(sessions)
    _reply(sessions, contact_id, "start")
    _change(sessions, StoredOutbound, remaining="the rest")
    _arrives(sessions, Kind.MORE, text="MORE")
    _arrives(sessions, Kind.MORE, text="MORE", language="en")
    provider = Provider()
    _deliver(sessions, contact_id, provider)
    assert provider.texts[:2] == ["start", "the rest"]
    assert "all of it" in " ".join(provider.texts[2:])


def _answer_without_engine(sessions):
    with sessions() as session:
        waiting = inbox.next_waiting(session, session.scalars(select(Contact.id)).one())
        assert waiting is not None
        _ = waiting.contact
    return answer(sessions, RasaClient("http://127.0.0.1:9"), waiting)


def test_the_assistant_is_quiet_while_a_person_answers(sessions):
    contact_id = _contact(sessions)
    _arrives(sessions, Kind.PERSON_ANSWERED)
    assert _answer_without_engine(sessions)
    with sessions() as session:
        states = session.scalars(select(StoredInbound.state).order_by(StoredInbound.id)).all()
        assert states == ["with_person", "noted"]
        assert session.scalars(select(StoredOutbound)).all() == []
    _arrives(sessions, Kind.PERSON_LEFT)
    with sessions() as session:
        assert session.get_one(Contact, contact_id).taken_over_until is None


def test_a_burst_is_told_once_that_it_is_too_much(sessions):
    for number in range(MOST_A_MINUTE + 5):
        _arrives(sessions, text=str(number))
    with sessions.begin() as session:
        ids = session.scalars(select(StoredInbound.id).order_by(StoredInbound.id)).all()
        answered = ids[:MOST_A_MINUTE]
        session.execute(
            update(StoredInbound).where(StoredInbound.id.in_(answered)).values(state="done")
        )
    for _ in range(5):
        assert _answer_without_engine(sessions)
    with sessions() as session:
        states = session.scalars(select(StoredInbound.state).order_by(StoredInbound.id)).all()
        assert states[-5:] == ["throttled"] * 5
        assert len(session.scalars(select(StoredOutbound)).all()) == 1
