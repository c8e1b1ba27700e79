"""The custom actions: one for each intent by name, the same conductor behind them all."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict
from sqlalchemy.orm import Session

from actions.conversation import context, finish, heard
from actions.dialogues import conversation
from actions.runtime import (
    in_thread,
    other_channels,
    place_finder,
    public_url,
    secret_key,
    service_index,
    zone,
)
from bot.logs.loggers import bound
from bot.services.dialogue import Turn
from bot.services.understanding_review import note_turn

# The names tell what a rule does; what a turn really means is the conductor's decision.
ACTIONS = (
    "action_answer_service",
    "action_ask_budget",
    "action_bot_challenge",
    "action_browse_services",
    "action_cancel",
    "action_change_language",
    "action_confirm",
    "action_continue",
    "action_find_office",
    "action_forget_me",
    "action_give_feedback",
    "action_goodbye",
    "action_greet",
    "action_help",
    "action_offer_closest",
    "action_stop_messages",
    "action_talk_to_officer",
    "action_track_ticket",
    "action_welcome",
)


async def take_turn(
    dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
) -> list[EventType]:
    """Answer the latest message and remember what the conversation is about."""

    def work(session: Session) -> Turn:
        with bound(conversation_id=tracker.sender_id):
            return decide(session)

    def decide(session: Session) -> Turn:
        index = service_index(session)
        conductor = conversation(
            session,
            index,
            place_finder(),
            secret_key(),
            zone(),
            other_channels(),
            public_url=public_url(),
        )
        message, before = heard(tracker), context(tracker)
        turn = conductor.take(message, before)
        note_turn(session, message, before, turn.understood)
        return turn

    return finish(dispatcher, tracker, await in_thread(work))
