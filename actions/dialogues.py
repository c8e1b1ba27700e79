"""Which dialogue answers which intent: the one place where a topic is registered."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actions.runtime import place_finder, service_index
from bot.services.bare_answers import BareAnswers
from bot.services.conversation import Conversation, Topic
from bot.services.office_dialogue import OfficeDialogue
from bot.services.people_dialogue import PeopleDialogue
from bot.services.service_dialogue import ServiceDialogue
from bot.services.spoken import speaker
from bot.wording import wording

# Intents that are answered with a response of the domain and change nothing.
_SPOKEN = {
    "greet": "utter_greet",
    "goodbye": "utter_goodbye",
    "thank": "utter_welcome",
    "ask_help": "utter_help",
    "bot_challenge": "utter_bot_challenge",
    "track_ticket": "utter_track_ticket",
    "ask_budget": "utter_ask_budget",
    "give_feedback": "utter_give_feedback",
    "stop_messages": "utter_stop_messages",
    "forget_me": "utter_forget_me",
}


def conversation(session: Session) -> Conversation:
    """The conductor with all the topics, for one turn on one database session."""
    words = wording()
    services = ServiceDialogue(session, service_index(session), words)
    offices = OfficeDialogue(session, place_finder(), words)
    people = PeopleDialogue(session, words)
    bare = BareAnswers(services, offices, words)
    return Conversation(
        words,
        [
            Topic({"ask_service": services.answer, "browse_services": services.browse}),
            Topic({"find_office": offices.answer}),
            Topic({"talk_to_officer": people.talk_to_officer}),
            Topic({"change_language": people.change_language}),
            Topic({"inform": bare.go_on, "affirm": bare.confirm, "deny": bare.cancel}),
            Topic(dict.fromkeys(("out_of_scope", "nlu_fallback"), bare.offer_closest)),
            Topic({intent: speaker(words, name) for intent, name in _SPOKEN.items()}),
            # Here stand the topics with forms, one line each:
            # form_topic(FeedbackDialogue(session, words), "give_feedback", ["rating"]),
        ],
    )
