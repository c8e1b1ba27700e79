"""A desk and what it sends: places, a service, tickets and citizens."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.db.models import Contact, FeeTier, Place, Sector, Service
from bot.services.catalogue_index import load_index
from bot.services.sites import find_or_create_site
from bot.services.ticket_following import Notifier
from bot.services.ticket_reading import read_ticket
from bot.services.ticket_sync import sync_tickets
from bot.wording import wording

ZONE = ZoneInfo("Asia/Phnom_Penh")
# A Tuesday, 10:00 in Phnom Penh, and no public holiday.
MOMENT = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)
CODE = "010221070034"
NOTIFIER = Notifier(wording(), ZONE, load_index)


def places():
    """The places of the examples, as the seeds have them."""
    return [
        Place(
            code="01",
            level="province",
            kind="province",
            name_km="បន្ទាយមានជ័យ",
            name_en="Banteay Meanchey",
            source="test",
        ),
        Place(
            code="0102",
            level="district",
            kind="srok",
            name_km="មង្គលបូរី",
            name_en="Mongkol Borei",
            parent_code="01",
            source="test",
        ),
    ]


def service():
    """A service of at most ten working days."""
    days = ((1, 5), (2, 10))
    return Service(
        id="motorcycle-registration",
        sector=Sector(id="transport", position=1, name_km="ដឹកជញ្ជូន", name_en="Transport"),
        position=1,
        level="district",
        name_km="ចុះបញ្ជីម៉ូតូ",
        name_en="Motorcycle registration",
        short_name_km="ចុះបញ្ជីម៉ូតូ",
        short_name_en="Motorcycle",
        tiers=[
            FeeTier(
                position=position,
                level="district",
                duration_working_days=duration,
                source_url="https://example.org/",
                source_read_on=date(2026, 11, 1),
            )
            for position, duration in days
        ],
    )


def ticket(status="accepted", version=1, code=CODE, **fields):
    """A desk's ticket, with a phone that ends in 678."""
    fields = {"service": "motorcycle-registration", "phone": "012000678", **fields}
    return read_ticket({"code": code, "status": status, "version": version, **fields})


def send(sessions, *rows, site="0102", moment=MOMENT, notifier=NOTIFIER):
    """Sync rows as the API does; returns the report and the contacts who have a notice."""
    with sessions.begin() as session:
        find_or_create_site(session, site)
    with sessions.begin() as session:
        report = sync_tickets(session, site, rows, source="api", moment=moment, zone=ZONE)
        return report, notifier.tell(session, report, moment)


def add_contact(sessions, name="citizen", language="en", channel="messenger"):
    """A citizen; returns the contact's id. The conversation is `name`."""
    with sessions.begin() as session:
        contact = Contact(
            channel=channel, external_id=name, conversation_id=name, last_language=language
        )
        session.add(contact)
        session.flush()
        return contact.id
