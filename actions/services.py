"""Actions about services."""

from __future__ import annotations

from collections.abc import Callable

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict
from sqlalchemy.orm import Session

from actions.conversation import context, finish, heard
from actions.runtime import in_thread, place_finder, service_index
from bot.messages import Reply
from bot.services.dialogue import Context, Heard, Turn
from bot.services.office_dialogue import OfficeDialogue
from bot.services.service_dialogue import ServiceDialogue
from bot.wording import wording


class AnswerService(Action):
    """What a service costs, needs and takes."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_answer_service"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Answer, or ask what is missing."""
        return await _in_dialogue(dispatcher, tracker, ServiceDialogue.answer)


class BrowseServices(Action):
    """The services by sector."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_browse_services"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Offer sectors, or the services of one."""
        return await _in_dialogue(dispatcher, tracker, ServiceDialogue.browse)


class Confirm(Action):
    """ "Yes" to whatever we asked."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_confirm"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Go on with what was confirmed; say so kindly when nothing was asked."""
        return await _in_dialogue(dispatcher, tracker, _confirm)


class Continue(Action):
    """A bare answer, such as a place or a kind of vehicle."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_continue"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Take it as the answer to our question; without one, as what it most likely is."""

        def work(session: Session) -> Turn:
            services = ServiceDialogue(session, service_index(session), wording())
            offices = OfficeDialogue(session, place_finder(), wording())
            return continue_dialogue(services, offices, heard(tracker), context(tracker))

        return finish(dispatcher, await in_thread(work))


class OfferClosest(Action):
    """What was not understood."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_offer_closest"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Offer the closest services instead of only saying that it was not understood."""
        return await _in_dialogue(dispatcher, tracker, _offer_closest)


def continue_dialogue(
    services: ServiceDialogue, offices: OfficeDialogue, message: Heard, known: Context
) -> Turn:
    """A bare answer: to our question about a place, to one about a service, or to none."""
    is_button = bool(message.chosen.get("service_id"))
    if not is_button and known.awaiting in ("", "place") and offices.places_in(message):
        return offices.answer(message, known)
    if known.awaiting == "place" and not is_button:
        return offices.answer(message, known)
    return services.answer(message, known)


def _confirm(services: ServiceDialogue, message: Heard, known: Context) -> Turn:
    turn = services.confirm(message, known)
    return turn or _spoken("utter_nothing_to_confirm", message, known)


def _offer_closest(services: ServiceDialogue, message: Heard, known: Context) -> Turn:
    if known.awaiting == "tier" or services.is_follow_up(message, known):
        return services.answer(message, known)
    turn = services.closest(message, known, "utter_not_understood")
    name = (
        "utter_out_of_scope" if message.intent == "out_of_scope" else "utter_not_understood_at_all"
    )
    return turn or _spoken(name, message, known)


def _spoken(name: str, message: Heard, known: Context) -> Turn:
    words = wording()
    reply = Reply(words.text(name, message.language), buttons=words.buttons(name, message.language))
    return Turn((reply,), known.after())


async def _in_dialogue(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    step: Callable[[ServiceDialogue, Heard, Context], Turn],
) -> list[EventType]:
    def work(session: Session) -> Turn:
        dialogue = ServiceDialogue(session, service_index(session), wording())
        return step(dialogue, heard(tracker), context(tracker))

    return finish(dispatcher, await in_thread(work))
