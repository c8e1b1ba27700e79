"""A citizen who talks about a ticket, and what they are told."""

from __future__ import annotations

import json

from sqlalchemy import select

from bot.db.models import TicketFollow
from bot.services.catalogue_index import load_index
from bot.services.conversation import Conversation, Topic, form_topic
from bot.services.dialogue import Context, Heard
from bot.services.spoken import speaker
from bot.services.ticket_dialogue import TicketDialogue
from bot.wording import wording
from tests.unit.tickets.desk import MOMENT, ZONE, add_contact

WORDS = wording()
SHOWN = "0102 2107 0034"
WRONG = "I find no ticket that fits this code and these 3 digits."
CLOSED = "There were too many tries."
OTHER_INTENTS = ("inform", "affirm", "deny", "thank", "out_of_scope", "nlu_fallback")


class Citizen:
    """Somebody on a channel, whose messages go through the conductor."""

    def __init__(
        self,
        sessions,
        name="citizen",
        language="en",
        moment=MOMENT,
        channel="messenger",
        other_channels=(),
    ):
        self.sessions = sessions
        self.name = name
        self.language = language
        self.moment = moment
        self.context = Context()
        self.replies = ()
        self.contact_id = add_contact(sessions, name, language, channel)
        self.other_channels = other_channels

    def say(self, text, intent="track_ticket"):
        return self._turn(Heard(text, self.language, intent, conversation_id=self.name))

    def press(self, title):
        [button] = [b for reply in self.replies for b in reply.buttons if title in b.title]
        intent, _, entities = button.payload.partition("{")
        chosen = json.loads("{" + entities)
        heard = Heard("", self.language, intent.strip("/"), chosen=chosen)
        return self._turn(Heard(**{**vars(heard), "conversation_id": self.name}))

    def press_list(self):
        return self.say("which tickets do I follow")

    def buttons(self):
        return [button.title for reply in self.replies for button in reply.buttons]

    def _turn(self, heard):
        with self.sessions.begin() as session:
            tickets = TicketDialogue(
                session, WORDS, load_index, ZONE, self.moment, self.other_channels
            )

            def confirm(heard, context):
                return tickets.confirm(heard, context) or speaker(WORDS, "utter_menu")(
                    heard, context
                )

            topics = [
                form_topic(tickets, "track_ticket", ["ticket_code"]),
                Topic({intent: speaker(WORDS, "utter_menu") for intent in OTHER_INTENTS}),
                Topic({"affirm": confirm}),
            ]
            turn = Conversation(WORDS, topics).take(heard, self.context)
        # As the slots carry it from turn to turn.
        self.context = Context.from_slots(turn.context.to_slots())
        self.replies = turn.replies
        return "\n".join(reply.text for reply in turn.replies)


def followed(sessions):
    with sessions() as session:
        rows = session.scalars(select(TicketFollow).order_by(TicketFollow.id))
        return [(row.contact_id, row.ticket_code) for row in rows]
