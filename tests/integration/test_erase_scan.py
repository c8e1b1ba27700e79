"""Forgotten on each channel, or erased after a month: proved by a scan of everything."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db.models import Contact, StoredInbound, StoredOutbound
from bot.db.models.base import now
from bot.services.retention.running import apply_retention
from bot.services.traces.needles import needles_for
from bot.services.traces.scanning import find_traces
from bot.services.tracker import TrackerStore
from bot.settings import Settings
from tests.chat_client import ChatClient
from tests.invented import invented_name
from tests.messenger_client import MessengerCitizen
from tests.stack import wait_until
from tests.ticket_citizens import OnChannel, OnMessenger, OnSms, OnTelegram

pytestmark = pytest.mark.engine
# The pause after the farewell is 20 s; SMS goes out slowly.
_PATIENCE = 120
ERASE = "លុបទិន្នន័យរបស់ខ្ញុំ"


class OnWeb(OnChannel):
    """On the chat page."""

    channel = "web"

    def __init__(self, stack):
        self._client = ChatClient(stack.address)
        self._replies = []

    @property
    def sender(self):
        # The cookie holds the conversation: whoever has it is the person.
        return self._client.token

    def texts(self):
        return [message["text"] for message in self._client.history()]

    def send(self, text):
        self._replies = self._client.ask(text)

    def press(self, title, expect):
        self._replies = self._client.press(self._replies, title)
        return self.wait(expect)


def test_nothing_is_found_of_who_was_forgotten_on_any_channel(stack, graph_api, bot_api, kannel):
    people = [
        OnMessenger(stack, graph_api),
        OnTelegram(stack, bot_api),
        OnSms(stack, kannel),
        OnWeb(stack),
    ]
    needles = {person.channel: _talks(stack, person) for person in people}
    neighbour = OnMessenger(stack, graph_api)
    words_of_neighbour = invented_name("sokun")
    neighbour.say(f"hello I am {words_of_neighbour}", "")
    for channel, wanted in needles.items():
        found = _traces(stack, wanted)
        assert {trace.kind for trace in found} >= {"id", "digest", "conversation", "words"}, channel
        places = {trace.place for trace in found}
        assert {"database: inbox.text", "tracker: events.data"} <= places, channel
    for person in people:
        person.say(ERASE, "មិនអាចយកមកវិញបានទេ")
        person.press("បាទ/ចាស សូមលុប", "")
    for person in people:
        # By then nothing says any more who they were: the id leads to nobody.
        wait_until(lambda person=person: not _is_known(stack, person), _PATIENCE, person.channel)
    for channel, wanted in needles.items():
        assert _traces(stack, wanted) == [], channel
    everything = needles_for("nobody", _settings(stack).encryption, [words_of_neighbour])
    assert _traces(stack, everything) != [], "the neighbour's words are still there"


def _talks(stack, person):
    """Ask, tell one's name and number; returns what the scan has to look for."""
    name, number = invented_name("sokha"), f"+85512{uuid.uuid4().int % 10**6:06}"
    national = "0" + number.removeprefix("+855")
    khmer = national.translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))
    person.say("ប្រឡងយកប័ណ្ណបើកបរម៉ូតូ តម្លៃប៉ុន្មាន", "រៀល")
    person.send(f"ខ្ញុំឈ្មោះ {name} លេខ {khmer[:3]} {khmer[3:6]} {khmer[6:]}")
    wait_until(lambda: _is_quiet(stack, person), 60, "answered")
    keys = _settings(stack).encryption
    conversation_id = _contact(stack, person).conversation_id
    own = needles_for(person.sender, keys, [name], [conversation_id])
    told = [needle for needle in needles_for(number, keys) if needle.kind == "number"]
    assert _traces(stack, told) != [], "the number is found as it was written"
    return own + told


def _traces(stack, needles):
    return find_traces(_settings(stack), needles, sorted(stack.folder.glob("*.log")))


def _settings(stack) -> Settings:
    return Settings(
        database_url=stack.database_url,
        tracker_database_url=f"sqlite:///{stack.folder}/tracker.sqlite3",
        queue_url=f"sqlite:///{stack.folder}/queue.sqlite3",
    )


def _contact(stack, person) -> Contact | None:
    with stack.sessions() as session:
        return session.scalars(
            select(Contact).where(
                Contact.channel == person.channel, Contact.external_id == person.sender
            )
        ).first()


def _is_known(stack, person) -> bool:
    return _contact(stack, person) is not None


def _is_quiet(stack, person) -> bool:
    contact = _contact(stack, person)
    if contact is None:
        return False
    with stack.sessions() as session:
        heard = session.scalars(
            select(StoredInbound.state).where(StoredInbound.contact_id == contact.id)
        ).all()
        said = session.scalars(
            select(StoredOutbound.state).where(StoredOutbound.contact_id == contact.id)
        ).all()
    return len(heard) > 1 and "waiting" not in heard and "queued" not in said


def test_a_conversation_goes_on_after_its_words_were_erased(stack, graph_api):
    citizen = MessengerCitizen(stack, graph_api)
    # Without a comma: it is one question, with one answer.
    said = f"{invented_name('sokha')} asks how much a motorbike driving licence test costs"
    citizen.writes(said)
    citizen.waits_for("riel")
    old_button = citizen.buttons[0]
    settings = _settings(stack)
    later = now() + timedelta(days=31)
    apply_retention(stack.sessions, TrackerStore(settings.tracker_database_url), settings, later)
    assert _traces(stack, needles_for("nobody", settings.encryption, [said])) == []
    answers = len(citizen.received)
    citizen.presses(old_button)
    wait_until(lambda: len(citizen.received) > answers, 60, "the old button is answered")
    citizen.writes("how much does a motorbike driving licence test cost")
    citizen.waits_for("riel")
    assert not any("went wrong" in words for words in citizen.read)
