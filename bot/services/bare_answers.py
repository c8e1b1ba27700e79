"""Messages that mean something only by what went before: a name, yes, no, or nothing we know."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.services.dialogue import Context, Heard, Turn
from bot.services.office_dialogue import OfficeDialogue
from bot.services.service_dialogue import ServiceDialogue
from bot.services.spoken import spoken
from bot.wording import Wording


class BareAnswers:
    """Takes them for one turn, with the dialogues about services and offices."""

    def __init__(
        self,
        services: ServiceDialogue,
        offices: OfficeDialogue,
        wording: Wording,
        confirmations: Sequence[Callable[[Heard, Context], Turn | None]] = (),
    ) -> None:
        self._services = services
        self._confirmations = (services.confirm, *confirmations)
        self._offices = offices
        self._wording = wording

    def go_on(self, heard: Heard, context: Context) -> Turn:
        """A bare answer: to our question about a place, to one about a service, or to none."""
        is_button = bool(heard.chosen.get("service_id"))
        if not is_button and context.awaiting in ("", "place") and self._offices.places_in(heard):
            return self._offices.answer(heard, context)
        if context.awaiting == "place" and not is_button:
            return self._offices.answer(heard, context)
        return self._services.answer(heard, context)

    def confirm(self, heard: Heard, context: Context) -> Turn:
        """ "Yes": goes on with what was confirmed; says so kindly when nothing was asked."""
        for confirm in self._confirmations:
            turn = confirm(heard, context)
            if turn is not None:
                return turn
        return self._spoken("utter_nothing_to_confirm", heard, context)

    def cancel(self, heard: Heard, context: Context) -> Turn:
        """ "No": leaves our question and the form unanswered and offers what else there is."""
        turn = self._spoken("utter_cancelled", heard, context)
        return Turn(turn.replies, context.after(service_id="", tiers=(), form=None))

    def offer_closest(self, heard: Heard, context: Context) -> Turn:
        """What was not understood: the closest services instead of only saying so."""
        if context.awaiting == "tier" or self._services.is_follow_up(heard, context):
            return self._services.answer(heard, context)
        turn = self._services.closest(heard, context, "utter_not_understood")
        name = (
            "utter_out_of_scope"
            if heard.intent == "out_of_scope"
            else "utter_not_understood_at_all"
        )
        turn = turn or self._spoken(name, heard, context)
        return Turn(turn.replies, turn.context, understood=False)

    def _spoken(self, name: str, heard: Heard, context: Context) -> Turn:
        return Turn((spoken(self._wording, name, heard.language),), context.after())
