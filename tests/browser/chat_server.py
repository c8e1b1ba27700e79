"""The chat page with its real inbox and database; in the engine's place a scripted assistant."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from bot.db.models import Base, StoredInbound, StoredOutbound
from bot.db.session import SessionFactory, create_database_engine, create_session_factory
from bot.messages import Button, Reply
from bot.settings import Settings
from webhook.pages.chat import chat
from webhook.same_origin import refuse_other_sites
from webhook.web_chat import WebChat


def make_app(
    sessions: SessionFactory, wake: Callable[[int], object], public_url: str = "http://localhost"
) -> Flask:
    app = Flask("webhook", template_folder="pages/templates", static_folder="pages/static")
    app.extensions["chrok"] = SimpleNamespace(
        settings=Settings(public_url=public_url), web_chat=WebChat(sessions, wake)
    )
    app.register_blueprint(chat)
    refuse_other_sites(app, public_url)
    return app


def make_database(folder: Path) -> SessionFactory:
    engine = create_database_engine(f"sqlite:///{folder}/chat.sqlite3")
    Base.metadata.create_all(engine)
    return create_session_factory(engine)


class ScriptedAssistant:
    """Stands in for worker and engine: answers what the inbox holds from a script.

    A text that is not in the script is repeated. While `may_answer` is not set, it keeps thinking.
    """

    def __init__(self, sessions: SessionFactory) -> None:
        self.script: dict[str, Sequence[Reply]] = {}
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._sessions = sessions
        self._one_at_a_time = threading.Lock()

    def wake(self, contact_id: int) -> None:
        threading.Thread(target=self._answer, args=(contact_id,), daemon=True).start()

    def say(self, reply: Reply) -> None:
        """Something nobody asked for just now, such as an officer's answer."""
        with self._sessions.begin() as session:
            contact_id = session.scalars(select(StoredInbound.contact_id)).first()
            session.add(StoredOutbound(contact_id=contact_id, reply=reply.to_json()))

    def heard(self) -> list[tuple[str, str]]:
        """Every stored (text, button token), oldest first."""
        with self._sessions() as session:
            rows = session.scalars(select(StoredInbound).order_by(StoredInbound.id))
            return [(row.text, row.button_token) for row in rows]

    def answered(self) -> int:
        with self._sessions() as session:
            return session.scalar(select(func.count()).select_from(StoredOutbound)) or 0

    def _answer(self, contact_id: int) -> None:
        self.may_answer.wait(30)
        with self._one_at_a_time, self._sessions.begin() as session:
            waiting = session.scalars(
                select(StoredInbound)
                .where(StoredInbound.contact_id == contact_id, StoredInbound.state == "waiting")
                .order_by(StoredInbound.id)
            )
            for message in waiting:
                message.state = "done"
                replies = self.script.get(message.text, [Reply(f"ចម្លើយ៖ {message.text}")])
                for position, reply in enumerate(replies):
                    session.add(
                        StoredOutbound(
                            contact_id=contact_id,
                            inbound_id=message.id,
                            position=position,
                            reply=reply.to_json(),
                        )
                    )


class ChatServer:
    """The page on a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        sessions = make_database(folder)
        self.assistant = ScriptedAssistant(sessions)
        self._server = make_server(
            "127.0.0.1", 0, make_app(sessions, self.assistant.wake), threaded=True
        )
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> ChatServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.assistant.may_answer.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def with_buttons(text: str, titles: Mapping[str, str]) -> Reply:
    """A reply as the outbox holds it: a button's payload is its token."""
    buttons = tuple(Button(title=title, payload=token) for title, token in titles.items())
    return Reply(text, buttons=buttons)
