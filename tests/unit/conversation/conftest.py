"""The product's own conversation with a citizen on the shipped data, and one about a parcel."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest

from actions.dialogues import conversation as product_conversation
from bot.db.models import Contact
from bot.services.catalogue_index import load_index
from bot.services.dialogue import Context, Heard, Turn
from bot.services.places import PlaceFinder
from tests.unit.conversation.parcel_form import new_conversation
from tests.unit.databases import seeded_sessions


@pytest.fixture
def conversation():
    return new_conversation()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    sessions = seeded_sessions(tmp_path_factory.mktemp("seeded"))
    with sessions.begin() as session:
        session.add(Contact(channel="web", external_id="x", conversation_id="citizen"))
    with sessions() as session:
        index, places = load_index(session), PlaceFinder.from_session(session)
    return sessions, index, places


class Citizen:
    """Talks to the conductor with intents given, and presses what was offered."""

    def __init__(self, session, index, places, language="en") -> None:
        self.session = session
        self.context = Context()
        self.language = language
        self.turn: Turn | None = None
        self._conversation = product_conversation(
            session, index, places, "secret", ZoneInfo("Asia/Phnom_Penh")
        )

    def says(self, text: str, intent: str, confidence: float = 1.0, **entities) -> str:
        named = {
            name: value if isinstance(value, tuple) else (value,)
            for name, value in entities.items()
        }
        return self._hears(
            Heard(
                text,
                self.language,
                intent,
                entities=named,
                aspects=named.get("aspect", ()),
                place=next(iter(named.get("place", ())), ""),
                conversation_id="citizen",
                confidence=confidence,
            )
        )

    def presses(self, title: str) -> str:
        buttons = [button for reply in self.turn.replies for button in reply.buttons]
        payload = next(button.payload for button in buttons if title in button.title)
        intent, brace, entities = payload.removeprefix("/").partition("{")
        chosen = json.loads(brace + entities) if brace else {}
        return self._hears(
            Heard(
                "",
                self.language,
                intent,
                chosen={name: str(value) for name, value in chosen.items()},
                conversation_id="citizen",
            )
        )

    def offered(self) -> list[str]:
        return [button.title for reply in self.turn.replies for button in reply.buttons]

    def _hears(self, heard: Heard) -> str:
        self.turn = self._conversation.take(heard, self.context)
        self.context = Context.from_slots(self.turn.context.to_slots())
        return "\n".join(reply.text for reply in self.turn.replies)


@pytest.fixture
def citizen(seeded):
    sessions, index, places = seeded
    with sessions() as session:
        yield Citizen(session, index, places)
        session.rollback()
