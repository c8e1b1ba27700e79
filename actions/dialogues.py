"""Which dialogue answers which intent: the one place where a topic is registered."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actions.runtime import place_finder, secret_key, service_index
from bot.services.bare_answers import BareAnswers
from bot.services.conversation import Conversation, Topic, form_topic
from bot.services.feedback_dialogue import FeedbackDialogue
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
    feedback = FeedbackDialogue(session, place_finder(), words, secret_key())
    confirm = feedback.or_solved(bare.confirm, solved=True)
    cancel = feedback.or_solved(bare.cancel, solved=False)
    return Conversation(
        words,
        [
            Topic({"ask_service": services.answer, "browse_services": services.browse}),
            Topic({"find_office": offices.answer}),
            Topic({"talk_to_officer": people.talk_to_officer}),
            Topic({"change_language": people.change_language}),
            Topic({"inform": bare.go_on, "affirm": confirm, "deny": cancel}),
            Topic(dict.fromkeys(("out_of_scope", "nlu_fallback"), bare.offer_closest)),
            Topic({intent: speaker(words, name) for intent, name in _SPOKEN.items()}),
            form_topic(feedback, "give_feedback", ["rating"], feedback.names_reference),
        ],
    )
