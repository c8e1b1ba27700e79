"""Actions about offices, officers and the conversation itself."""

from __future__ import annotations

from typing import cast

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict
from sqlalchemy.orm import Session

from actions.conversation import context, finish, heard, language_of, remember, say
from actions.runtime import in_thread, place_finder
from bot.messages import Reply
from bot.services.catalogue import hotline_number
from bot.services.contacts import choose_language
from bot.services.dialogue import Turn
from bot.services.office_dialogue import OfficeDialogue
from bot.text.digits import Language
from bot.wording import LANGUAGES, wording


class FindOffice(Action):
    """Where an office is."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_find_office"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """The offices of a place, or the question for the place."""

        def work(session: Session) -> Turn:
            dialogue = OfficeDialogue(session, place_finder(), wording())
            return dialogue.answer(heard(tracker), context(tracker))

        return finish(dispatcher, await in_thread(work))


class TalkToOfficer(Action):
    """The way to a person."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_talk_to_officer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Name the offices, and the hotline if the catalogue has one."""
        language = language_of(tracker)
        number = await in_thread(hotline_number)
        name = "utter_talk_to_officer" if number else "utter_talk_to_officer_no_hotline"
        text = wording().text(name, language, hotline=number)
        say(dispatcher, Reply(text, buttons=wording().buttons(name, language)))
        return remember(context(tracker).after())


class ChangeLanguage(Action):
    """The language that the citizen wants."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_change_language"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Keep the choice for good and confirm it in the new language; ask where none is named."""
        chosen = next(tracker.get_latest_entity_values("language"), None)
        if chosen not in LANGUAGES:
            language = language_of(tracker)
            text = wording().text("utter_ask_language", language)
            say(dispatcher, Reply(text, buttons=wording().buttons("utter_ask_language", language)))
            return []
        language = cast(Language, chosen)
        await in_thread(lambda session: choose_language(session, tracker.sender_id, language))
        text = wording().text("utter_language_changed", language)
        say(dispatcher, Reply(text, buttons=wording().buttons("utter_menu", language)))
        return [SlotSet("language", language)]


class Cancel(Action):
    """ "No", "cancel", "stop this": the way out of every dialogue."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_cancel"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Leave our question unanswered and offer what else there is."""
        language = language_of(tracker)
        text = wording().text("utter_cancelled", language)
        say(dispatcher, Reply(text, buttons=wording().buttons("utter_cancelled", language)))
        return remember(context(tracker).after(service_id="", tiers=()))
