"""A citizen who talks to the feedback dialogue alone, without an engine between."""

from __future__ import annotations

import json
import uuid
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.db.models import Contact, Feedback
from bot.services.dialogue import Context, Heard
from bot.services.feedback_dialogue import FeedbackDialogue
from bot.settings import Settings
from bot.wording import wording

SECRET = Settings().secret_key
ZONE = ZoneInfo("Asia/Phnom_Penh")


class Citizen:
    def __init__(self, sessions, places, language="en", channel="messenger"):
        self.sessions, self.places, self.language = sessions, places, language
        self.conversation_id = str(uuid.uuid4())
        self.context = Context()
        self.replies = ()
        with sessions.begin() as session:
            contact = Contact(
                channel=channel,
                external_id=self.conversation_id,
                conversation_id=self.conversation_id,
            )
            session.add(contact)
            session.flush()
            self.contact_id = contact.id

    @property
    def words(self) -> str:
        return "\n".join(reply.text for reply in self.replies)

    @property
    def titles(self) -> list[str]:
        return [button.title for reply in self.replies for button in reply.buttons]

    @property
    def step(self) -> str:
        return self.context.form.step if self.context.form else ""

    def say(self, text, intent="inform", confidence=1.0, corrects=False, **entities):
        heard = Heard(
            text,
            self.language,
            intent,
            entities={name: (value,) for name, value in entities.items()},
            conversation_id=self.conversation_id,
            confidence=confidence,
            corrects=corrects,
        )
        return self._take(heard)

    def press(self, title):
        for reply in self.replies:
            for button in reply.buttons:
                if title in button.title:
                    return self.choose(button.payload)
        raise AssertionError(f"no button {title!r} among {self.titles}")

    def choose(self, payload):
        chosen = json.loads(payload.removeprefix("/inform"))
        heard = Heard(
            "", self.language, "inform", chosen=chosen, conversation_id=self.conversation_id
        )
        return self._take(heard)

    def stored(self):
        with self.sessions() as session:
            rows = session.scalars(select(Feedback).order_by(Feedback.id)).all()
            for row in rows:
                _ = row.aspects, row.events
            return list(rows)

    def _take(self, heard):
        with self.sessions.begin() as session:
            dialogue = FeedbackDialogue(session, self.places, wording(), SECRET, ZONE)
            open_form = self.context.form is not None
            turn = dialogue.fill(heard, self.context) if open_form else None
            if turn is None and open_form and heard.intent not in ("give_feedback",):
                return None
            turn = turn or dialogue.begin(heard, self.context)
        self.context, self.replies = turn.context, turn.replies
        return turn
