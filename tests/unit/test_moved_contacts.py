"""A provider knows a conversation by another id: nothing of it is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.db.models import Contact
from bot.db.models.base import now
from bot.messages import InboundMessage, Kind
from webhook import inbox


def _arrives(sessions, kind: Kind, sender: str, **details) -> None:
    event_id = f"{kind}-{sender}-{now().isoformat()}"
    message = InboundMessage("provider", event_id, sender, kind, now(), "hi", "", details)
    inbox.accept(sessions, [message])


def _contacts(sessions) -> dict[str, Contact]:
    with sessions() as session:
        return {contact.external_id: contact for contact in session.scalars(select(Contact))}


def test_the_conversation_goes_on_under_the_new_id(sessions):
    _arrives(sessions, Kind.TEXT, "old")
    before = _contacts(sessions)["old"]
    _arrives(sessions, Kind.MIGRATED, "old", new_id="new")
    _arrives(sessions, Kind.TEXT, "new")
    after = _contacts(sessions)
    assert set(after) == {"new"}
    assert after["new"].conversation_id == before.conversation_id


@pytest.mark.parametrize("news_first", [True, False])
def test_membership_news_around_the_move_do_no_harm(sessions, news_first):
    _arrives(sessions, Kind.TEXT, "old")
    before = _contacts(sessions)["old"]
    if news_first:
        _arrives(sessions, Kind.BLOCKED, "old")
        _arrives(sessions, Kind.UNBLOCKED, "new")
    _arrives(sessions, Kind.MIGRATED, "old", new_id="new")
    if not news_first:
        _arrives(sessions, Kind.UNBLOCKED, "new")
        _arrives(sessions, Kind.BLOCKED, "old")
    moved = _contacts(sessions)["new"]
    assert moved.conversation_id == before.conversation_id
    assert moved.blocked_at is None


def test_whoever_wrote_under_the_new_id_already_goes_on_alone(sessions):
    _arrives(sessions, Kind.TEXT, "old")
    _arrives(sessions, Kind.TEXT, "new")
    before = _contacts(sessions)["new"]
    _arrives(sessions, Kind.MIGRATED, "old", new_id="new")
    after = _contacts(sessions)
    assert after["new"].conversation_id == before.conversation_id
    assert after["old"].blocked_at is not None
