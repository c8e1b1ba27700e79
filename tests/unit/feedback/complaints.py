"""Complaints, and what officials and citizens are told of them."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from bot.db.models import Feedback, FeedbackEvent, OutboundPart, StoredInbound, StoredOutbound
from bot.db.models.base import now
from bot.messages import InboundMessage, Kind
from bot.services.feedback import GivenFeedback, submit
from tests.unit.feedback.citizen import SECRET
from tests.unit.feedback.officials import GROUP, settings
from webhook import inbox
from webhook.officials_desk import OfficialsDesk


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
