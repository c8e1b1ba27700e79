"""An installation whose databases hold something of everything, to be backed up and lost."""

from __future__ import annotations

import random
import uuid
from pathlib import Path

from sqlalchemy import delete, text

from bot.db.models import Base, Contact, StoredInbound, StoredOutbound
from bot.db.models.base import now
from bot.db.session import SessionFactory, create_database_engine, create_session_factory
from bot.encryption import new_key
from bot.settings import Settings
from tests.unit.privacy.people import give_feedback, leave_traces, tracker_with

KEY = new_key()
PRIVATE_WORDS = "ពាក្យរបស់ខ្ញុំ"


class Installation:
    """Its settings, what is in it, and what a disaster does to it."""

    def __init__(self, folder: Path, database_url: str, **settings) -> None:
        self.folder = folder
        self.settings = Settings(
            database_url=database_url,
            tracker_database_url=f"sqlite:///{folder}/tracker.sqlite3",
            queue_url=f"sqlite:///{folder}/queue.sqlite3",
            **{"backup_key": KEY, **settings},
        )
        self.model = folder / "models" / "chrok.tar.gz"

    @property
    def sessions(self) -> SessionFactory:
        return create_session_factory(
            create_database_engine(self.settings.database_url, self.settings.encryption)
        )

    def fill(self, seed: int, people: int = 20) -> None:
        chance = random.Random(seed)
        sessions = self.sessions
        give_feedback(sessions, leave_traces(sessions))
        with sessions.begin() as session:
            for number in range(people):
                contact = Contact(
                    channel=chance.choice(["sms", "messenger", "web"]),
                    external_id=f"{seed}-{number}-{chance.random()}",
                    conversation_id=str(uuid.uuid4()),
                )
                session.add(contact)
                session.flush()
                for _ in range(chance.randrange(5)):
                    session.add(_message(contact, chance))
        tracker_with(self.settings.tracker_database_url, "c1", "c2")
        self._fill_queue(chance.randrange(1, 9))
        self.model.parent.mkdir(exist_ok=True)
        (self.model.parent / "chrok-0123.tar.gz").write_bytes(chance.randbytes(3_000_000))
        self.model.symlink_to("chrok-0123.tar.gz")

    def _fill_queue(self, tasks: int) -> None:
        from webhook.queue import create_queue
        from webhook.tasks import register_tasks

        registered = register_tasks(create_queue(self.settings), lambda: None)
        for number in range(tasks):
            registered.serve(number)

    def everything(self) -> dict[str, list[str]]:
        """All rows of all tables as they rest, and the other files."""
        rows = {
            table.name: _rows(self.settings.database_url, f"SELECT * FROM {table.name}")
            for table in Base.metadata.sorted_tables
        }
        rows["tracker"] = _rows(self.settings.tracker_database_url, "SELECT * FROM events")
        rows["queue"] = _rows(self.settings.queue_url, "SELECT data FROM task")
        rows["model"] = [str(self.model.readlink()), self.model.read_bytes().hex()]
        return rows

    def lose_everything(self) -> None:
        for file in [*self.folder.glob("*.sqlite3*"), *self.model.parent.glob("*")]:
            file.unlink()
        if self.settings.database_url.startswith("postgresql"):
            engine = create_database_engine(self.settings.database_url)
            with engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
            engine.dispose()

    def lose_messages(self) -> None:
        with self.sessions.begin() as session:
            session.execute(text("DELETE FROM outbox_parts"))
            session.execute(text("DELETE FROM button_tokens"))
            session.execute(delete(StoredOutbound))
            session.execute(delete(StoredInbound))


def _message(contact: Contact, chance: random.Random) -> StoredInbound:
    return StoredInbound(
        channel=contact.channel,
        event_id=str(chance.random()),
        contact_id=contact.id,
        kind="text",
        text=PRIVATE_WORDS + chance.randbytes(20).hex(),
        occurred_at=now(),
    )


def _rows(url: str, query: str) -> list[str]:
    engine = create_database_engine(url)
    with engine.connect() as connection:
        rows = sorted(str(tuple(row)) for row in connection.execute(text(query)))
    engine.dispose()
    return rows
