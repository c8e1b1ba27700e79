"""What citizens decide about what is kept of them, and about notices."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from bot.db.models.base import now
from bot.messages import Reply
from bot.services.contacts import contact_of_conversation
from bot.services.deletion_requests import request_forgetting
from bot.services.dialogue import Context, Form, Heard, Turn
from bot.services.spoken import spoken
from bot.text.digits import Language
from bot.text.normalise import normalise
from bot.wording import Wording

# A typed "yes" must be heard this clearly before anything is erased.
_SURE = 0.6
_NOT = re.compile(
    r"\b(no|not|never|stop|don'?t|dont|off|unsubscribe|kom|ch?h?o?u?b|ot|min|bit)\b"
    r"|ឈប់|កុំ|បិទ|លែង|មិន|អត់|បញ្ឈប់|ផ្តាច់|ផ្ដាច់"
)
_AGAIN = re.compile(
    r"\b(again|start|resume|restart|enable|subscribe|on|vinh|pderm|phdaem)\b"
    r"|វិញ|ចាប់ផ្ដើម|ចាប់ផ្តើម|បើក"
)


class ForgettingDialogue:
    """Asks once whether to erase, then has it done once the answer went out."""

    topic = "forgetting"

    def __init__(self, session: Session, wording: Wording) -> None:
        self._session = session
        self._wording = wording

    def begin(self, heard: Heard, context: Context) -> Turn:
        """Asks; an old button asks again instead of erasing what was written since."""
        form = Form(topic=self.topic, step="confirmation", asked_at=now())
        opened = context.after(form=form)
        return Turn((self.ask(opened, heard.language),), opened)

    def fill(self, heard: Heard, context: Context) -> Turn | None:
        """Takes yes and no, pressed or said."""
        pressed = heard.chosen.get("choice")
        if pressed == "yes" or (heard.intent == "affirm" and heard.confidence >= _SURE):
            return self._erase(heard, context)
        if pressed == "no" or heard.intent == "deny":
            return self._answer("utter_forget_me_kept", heard, context)
        return None

    def ask(self, context: Context, language: Language) -> Reply:
        """The question, with what it means."""
        return spoken(self._wording, "utter_forget_me_confirm", language)

    def _erase(self, heard: Heard, context: Context) -> Turn:
        contact = contact_of_conversation(self._session, heard.conversation_id)
        if contact is None:
            return self._answer("utter_apology", heard, context)
        request_forgetting(self._session, contact, "chat")
        return self._answer("utter_forget_me_done", heard, Context())

    def _answer(self, name: str, heard: Heard, context: Context) -> Turn:
        return Turn((spoken(self._wording, name, heard.language),), context.after(form=None))


class NoticesDialogue:
    """No more notices, or notices again. It has no question, so its form is never open."""

    topic = "notices"

    def __init__(self, session: Session, wording: Wording) -> None:
        self._session = session
        self._wording = wording

    def begin(self, heard: Heard, context: Context) -> Turn:
        """Stops them, or starts them again where that was pressed or said."""
        again = heard.chosen.get("choice") == "again" or wants_them_again(heard.text)
        contact = contact_of_conversation(self._session, heard.conversation_id)
        if contact is not None:
            contact.opted_out_at = None if again else contact.opted_out_at or now()
        name = "utter_start_messages" if again else "utter_stop_messages"
        return Turn((spoken(self._wording, name, heard.language),), context)

    def fill(self, heard: Heard, context: Context) -> Turn | None:
        """Nothing was asked."""
        return None

    def ask(self, context: Context, language: Language) -> Reply:
        """Nothing was asked, so what stopping means is said."""
        return spoken(self._wording, "utter_stop_messages", language)


def wants_them_again(text: str) -> bool:
    """Whether words about notices ask for them; without a word of return they never do."""
    words = normalise(text).lower().replace("’", "'")
    return bool(_AGAIN.search(words)) and not _NOT.search(words)
