"""Which dialogue answers which intent: the one place where a topic is registered."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.db.models.base import now
from bot.services.bare_answers import BareAnswers
from bot.services.budget_dialogue import BudgetDialogue
from bot.services.budget_links import BudgetLinks
from bot.services.catalogue_search import ServiceIndex
from bot.services.conversation import Answer, Conversation, Topic, form_topic
from bot.services.feedback_dialogue import FeedbackDialogue
from bot.services.language_dialogue import LanguageDialogue
from bot.services.menu import Menu
from bot.services.office_dialogue import OfficeDialogue
from bot.services.officer_dialogue import OfficerDialogue
from bot.services.places import PlaceFinder
from bot.services.privacy_dialogue import ForgettingDialogue, NoticesDialogue
from bot.services.service_dialogue import ServiceDialogue
from bot.services.spoken import speaker
from bot.services.ticket_dialogue import TicketDialogue
from bot.wording import Wording, wording

# Intents that are answered with a response of the domain and change nothing.
_SPOKEN = {
    "greet": "utter_greet",
    "goodbye": "utter_goodbye",
    "thank": "utter_welcome",
    "bot_challenge": "utter_bot_challenge",
}


def conversation(
    session: Session,
    index: ServiceIndex,
    places: PlaceFinder,
    secret_key: str,
    zone: ZoneInfo,
    other_channels: tuple[str, ...] = (),
    public_url: str = "",
) -> Conversation:
    """The conductor with all the topics, for one turn on one database session."""
    words = wording()
    services = ServiceDialogue(session, index, words)
    offices = OfficeDialogue(session, places, words)
    officers = OfficerDialogue(session, offices, words)
    tickets = TicketDialogue(session, words, lambda _: index, zone, now(), other_channels)
    links, today = BudgetLinks(public_url), now().astimezone(zone).date()
    budgets = BudgetDialogue(session, places, words, links, today)
    bare = BareAnswers(services, offices, words, [tickets.confirm])
    feedback = FeedbackDialogue(session, places, words, secret_key, zone)
    confirm = feedback.or_solved(bare.confirm, solved=True)
    cancel = feedback.or_solved(bare.cancel, solved=False)
    return Conversation(
        words,
        [
            Topic(
                {"ask_service": services.answer, "browse_services": services.browse},
                subject=services.subject_of,
            ),
            _of_places("find_office", offices.answer),
            _of_places("talk_to_officer", officers.answer),
            Topic({"inform": bare.go_on, "affirm": confirm, "deny": cancel}),
            Topic(dict.fromkeys(("out_of_scope", "nlu_fallback"), bare.offer_closest)),
            *_about_the_chat(session, words),
            form_topic(feedback, "give_feedback", ["rating"], feedback.names_reference),
            form_topic(budgets, "ask_budget", ["place", "year", "budget_topic"]),
            form_topic(tickets, "track_ticket", ["ticket_code"]),
        ],
        names_place=lambda heard: bool(offices.places_in(heard)),
    )


def _about_the_chat(session: Session, words: Wording) -> list[Topic]:
    """Small talk, help, the language, notices and being forgotten."""
    return [
        Topic({intent: speaker(words, name) for intent, name in _SPOKEN.items()}),
        Topic({"ask_help": Menu(words).help}),
        Topic({"change_language": LanguageDialogue(session, words).answer}),
        form_topic(ForgettingDialogue(session, words), "forget_me"),
        form_topic(NoticesDialogue(session, words), "stop_messages"),
    ]


def _of_places(intent: str, answer: Answer) -> Topic:
    """A topic that a bare place belongs to while it is talked about."""
    return Topic({intent: answer}, entities=frozenset({"place"}), bare=answer)
