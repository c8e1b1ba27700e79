"""A provider that does as it is told, and what is queued for it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from bot.db.models import Contact, StoredOutbound
from bot.db.models.base import now
from bot.messages import Capabilities, InboundMessage, Kind, Reply
from bot.services.outgoing import queue_notice, queue_replies
from webhook import inbox
from webhook.channels.base import Rates, SendError, Sent
from webhook.delivery import Delivery
from webhook.pace import Pace

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

    def show_typing(self, recipient_id):
        pass

    def acknowledge(self, details):
        pass

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.taken]


def arrives(sessions, kind=Kind.TEXT, sender="citizen", channel="provider", text="hi", **details):
    event_id = f"{kind}-{sender}-{now().isoformat()}"
    return inbox.accept(
        sessions, [InboundMessage(channel, event_id, sender, kind, now(), text, "", details)]
    )


def new_contact(sessions, sender="citizen", channel="provider") -> int:
    arrives(sessions, sender=sender, channel=channel)
    with sessions() as session:
        return session.scalars(select(Contact.id).where(Contact.external_id == sender)).one()


def notify(sessions, contact_id, text="news", key="k1", **options) -> bool:
    with sessions.begin() as session:
        return queue_notice(
            session, session.get_one(Contact, contact_id), Reply(text), key=key, **options
        )


def queue_reply(sessions, contact_id, text) -> None:
    with sessions.begin() as session:
        queue_replies(session, session.get_one(Contact, contact_id), None, [Reply(text)])


def deliver(sessions, contact_id, *providers):
    channels = {provider.name: provider for provider in providers}
    return Delivery(sessions, channels, Pace()).deliver(contact_id)


def change(sessions, model, **values) -> None:
    with sessions.begin() as session:
        session.execute(update(model).values(**values))


def states(sessions) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(StoredOutbound.state).order_by(StoredOutbound.id)))
