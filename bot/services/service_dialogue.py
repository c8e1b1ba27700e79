"""A question about a service: find it, ask what is missing, answer."""

from __future__ import annotations

from collections.abc import Sequence

import regex
from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from bot.db.models import FeeTier, Sector, Service
from bot.messages import Button, Reply
from bot.services import catalogue, fee_tiers
from bot.services.catalogue_search import Hit, ServiceIndex
from bot.services.dialogue import (
    MOST_CHOICES,
    Context,
    Heard,
    Turn,
    choice,
    read_positions,
    write_positions,
)
from bot.services.place_names import PlaceNames
from bot.services.service_buttons import case_buttons, service_button, service_payload
from bot.services.service_card import ServiceCard, level_of
from bot.text.digits import Language, to_latin_digits
from bot.wording import Wording

# Two names of services that differ in one word are at least so much alike, in percent.
_ALIKE = 60
_NUMBER = regex.compile(r"\s*(\d{1,2})\s*[.)។]?\s*")


class ServiceDialogue:
    """Answers questions about services for one turn, on one database session."""

    def __init__(self, session: Session, index: ServiceIndex, wording: Wording) -> None:
        self._session = session
        self._index = index
        self._wording = wording
        self._places = PlaceNames(session, wording)

    def answer(self, heard: Heard, context: Context) -> Turn:
        """The answer to a question, a bare answer to ours, or a pressed button.

        In order: a button's choice; an answer to our question about the tier; a service named in
        the message; a follow-up on the service that the conversation is about.
        """
        if heard.chosen.get("service_id"):
            return self._chosen(heard, context)
        if context.awaiting == "tier":
            turn = self._tier_answered(heard, context)
            if turn is not None:
                return turn
        service = self._service_of(context)
        if service is not None and self._is_follow_up(service, heard.text):
            return self._follow_up(service, heard, context)
        if self._index.has_service_words(heard.text):
            return self._search(heard, context)
        return self._name_the_service(heard, context)

    def is_follow_up(self, heard: Heard, context: Context) -> bool:
        """Whether a message asks for more about the service that the conversation is about."""
        service = self._service_of(context)
        if service is None or not self._is_follow_up(service, heard.text):
            return False
        return bool(heard.aspects or fee_tiers.mentioned(service.tiers, heard.text))

    def subject_of(self, heard: Heard) -> str:
        """The id of the service that a message surely names, or nothing."""
        if not self._index.has_service_words(heard.text):
            return ""
        winner = self._index.clear_winner(self._find(heard))
        return winner.service_id if winner else ""

    def confirm(self, heard: Heard, context: Context) -> Turn | None:
        """The service that "yes" confirms, or None where nothing was to be confirmed."""
        service = self._service_of(context)
        if context.awaiting != "confirmation" or service is None:
            return None
        return self._tell(service, service.tiers, heard, context)

    def browse(self, heard: Heard, context: Context) -> Turn:
        """The sectors, or the services of a chosen one, a page at a time."""
        page = int(heard.chosen.get("page") or 1)
        sector = self._session.get(Sector, heard.chosen.get("sector_id") or "")
        if sector is None:
            question = self._say("utter_choose_sector", heard.language)
            return Turn((self._sector_choice(question, heard.language, page),), context.after())
        services = catalogue.services_of_sector(self._session, sector.id)
        name = sector.name_km if heard.language == "km" else sector.name_en
        reply = choice(
            self._wording,
            heard.language,
            self._say("utter_choose_service_of_sector", heard.language, sector=name),
            [service_button(service, heard.language) for service in services],
            service_payload("browse_services", sector_id=sector.id, page="{page}"),
            page,
        )
        return Turn((reply,), context.after(awaiting="service"))

    def closest(self, heard: Heard, context: Context, opening: str) -> Turn | None:
        """The services nearest to a message that was not understood, or None."""
        hits = self._index.search(heard.text, MOST_CHOICES - 1)
        if not hits:
            return None
        return self._offer(hits, heard, context, opening)

    def _chosen(self, heard: Heard, context: Context) -> Turn:
        service = catalogue.service_with_details(self._session, heard.chosen["service_id"])
        if service is None:
            return self._name_the_service(heard, context)
        positions = read_positions(heard.chosen.get("tiers"))
        tiers = [tier for tier in service.tiers if tier.position in positions] or service.tiers
        return self._tell(service, tiers, heard, context)

    def _tier_answered(self, heard: Heard, context: Context) -> Turn | None:
        service = self._service_of(context)
        if service is None:
            return None
        left = [tier for tier in service.tiers if tier.position in context.tiers] or service.tiers
        number = _NUMBER.fullmatch(to_latin_digits(heard.text))
        choices = fee_tiers.options(left, heard.language)
        if number and 1 <= int(number[1]) <= len(choices):
            positions = choices[int(number[1]) - 1].positions
            tiers = [tier for tier in left if tier.position in positions]
            return self._tell(service, tiers, heard, context)
        tiers = fee_tiers.mentioned(left, heard.text) or fee_tiers.mentioned(
            service.tiers, heard.text
        )
        if tiers and self._names_more_than_tier(service, heard.text):
            tiers = []
        tiers = tiers or fee_tiers.nearly_mentioned(left, heard.text)
        return self._tell(service, tiers, heard, context) if tiers else None

    def _names_more_than_tier(self, service: Service, text: str) -> bool:
        """Whether a message names a service beside words such as "car": a new question then."""
        return self._index.has_service_words(fee_tiers.without_tier_words(service.tiers, text))

    def _search(self, heard: Heard, context: Context) -> Turn:
        hits = self._find(heard)
        winner = self._index.clear_winner(hits)
        service = (
            catalogue.service_with_details(self._session, winner.service_id) if winner else None
        )
        if service is None and heard.corrects:
            service = self._likest(hits, context)
        if service is not None:
            tiers = fee_tiers.mentioned(service.tiers, heard.text) or service.tiers
            return self._tell(service, tiers, heard, context)
        if hits:
            return self._offer(hits, heard, context, "utter_ask_which_service")
        return self._not_found(heard, context)

    def _find(self, heard: Heard) -> list[Hit]:
        return self._index.find(heard.text, _words_for_a_service(heard), MOST_CHOICES)

    def _likest(self, hits: Sequence[Hit], context: Context) -> Service | None:
        """After "register a car", "no, a motorbike" means the hit that is named most alike."""
        known = self._service_of(context)
        if known is None:
            return None
        found = catalogue.services_by_id(self._session, [hit.service_id for hit in hits])
        alike = sorted(
            ((fuzz.ratio(known.name_en, service.name_en), service.id) for service in found),
            reverse=True,
        )
        if not alike or alike[0][0] < _ALIKE or (len(alike) > 1 and alike[0][0] == alike[1][0]):
            return None
        return catalogue.service_with_details(self._session, alike[0][1])

    def _is_follow_up(self, service: Service, text: str) -> bool:
        if not self._index.has_service_words(text):
            return True
        mentions_tier = bool(fee_tiers.mentioned(service.tiers, text))
        return mentions_tier and not self._names_more_than_tier(service, text)

    def _follow_up(self, service: Service, heard: Heard, context: Context) -> Turn:
        tiers = fee_tiers.mentioned(service.tiers, heard.text)
        if tiers:
            return self._tell(service, tiers, heard, context)
        known = [tier for tier in service.tiers if tier.position in context.tiers] or service.tiers
        return self._tell(service, known, heard, context, follow_up=True)

    def _tell(
        self,
        service: Service,
        tiers: Sequence[FeeTier],
        heard: Heard,
        context: Context,
        *,
        follow_up: bool = False,
    ) -> Turn:
        """Ask for the tier where it matters, else answer."""
        positions = tuple(tier.position for tier in tiers)
        aspects_of_tier = not heard.aspects or set(heard.aspects) & {"fee", "duration", "validity"}
        wants_all = heard.chosen.get("page") == "all"
        if fee_tiers.need_a_choice(tiers) and aspects_of_tier and not wants_all:
            asked = context.after(service_id=service.id, tiers=positions, awaiting="tier")
            return Turn((self._tier_choice(service, tiers, heard),), asked)
        case = heard.chosen.get("choice", "")
        place = self._places.of_level(context.place_code, level_of(service, tiers), heard.language)
        card = ServiceCard(self._wording, heard.language, service, tiers, heard.text, case, place)
        only = ("documents",) if case else heard.aspects if follow_up else ()
        reply = card.of(only) if only else card.full(heard.aspects)
        told_documents = not only or "documents" in only
        cases = case_buttons(service.id, positions, card, heard.language) if told_documents else []
        after = context.after(service_id=service.id, tiers=positions, topic="ask_service")
        return Turn((self._with_ways_on(reply, cases, heard.language),), after)

    def _tier_choice(self, service: Service, tiers: Sequence[FeeTier], heard: Heard) -> Reply:
        card = ServiceCard(self._wording, heard.language, service, tiers)
        page = int(heard.chosen.get("page") or 1)
        left = write_positions([tier.position for tier in tiers])
        buttons = [
            Button(
                option.title,
                service_payload(
                    "inform", service_id=service.id, tiers=write_positions(option.positions)
                ),
            )
            for option in fee_tiers.options(tiers, heard.language)
        ]
        return choice(
            self._wording,
            heard.language,
            self._say("utter_ask_tier", heard.language, service=card.title()),
            buttons,
            service_payload("inform", service_id=service.id, tiers=left, page="{page}"),
            page,
        )

    def _offer(self, hits: Sequence[Hit], heard: Heard, context: Context, opening: str) -> Turn:
        services = catalogue.services_by_id(self._session, [hit.service_id for hit in hits])
        if len(services) == 1:
            name = services[0].name_km if heard.language == "km" else services[0].name_en
            question = self._say("utter_confirm_service", heard.language, service=name)
            yes = Button(
                self._say("utter_button_yes", heard.language),
                service_payload("inform", service_id=services[0].id),
            )
            no = Button(self._say("utter_button_no", heard.language), "/deny")
            asked = context.after(service_id=services[0].id, tiers=(), awaiting="confirmation")
            return Turn((Reply(question, buttons=(yes, no)),), asked)
        buttons = [service_button(service, heard.language) for service in services]
        reply = Reply(self._say(opening, heard.language), buttons=tuple(buttons[:MOST_CHOICES]))
        return Turn((reply,), context.after(awaiting="service"))

    def _not_found(self, heard: Heard, context: Context) -> Turn:
        topic = self._index.not_offered_topic(heard.text) or self._index.not_offered_topic(
            _words_for_a_service(heard)
        )
        opening = "utter_service_not_offered" if topic else "utter_service_not_found"
        text = self._say(opening, heard.language)
        reply = self._sector_choice(text, heard.language, 1)
        return Turn((reply,), context.after(), understood=bool(topic))

    def _name_the_service(self, heard: Heard, context: Context) -> Turn:
        text = self._say("utter_name_the_service", heard.language)
        reply = self._sector_choice(text, heard.language, 1)
        # A question without its service is a question; a bare word that names none is not.
        understood = heard.intent != "inform"
        return Turn((reply,), context.after(awaiting="service"), understood=understood)

    def _sector_choice(self, text: str, language: Language, page: int) -> Reply:
        buttons = [
            Button(
                sector.name_km if language == "km" else sector.name_en,
                service_payload("browse_services", sector_id=sector.id),
            )
            for sector in catalogue.sectors(self._session)
        ]
        more = service_payload("browse_services", page="{page}")
        return choice(self._wording, language, text, buttons, more, page)

    def _with_ways_on(self, reply: Reply, cases: Sequence[Button], language: Language) -> Reply:
        ways = (
            *cases,
            Button(self._say("utter_button_office", language), "/find_office"),
            Button(self._say("utter_button_all_services", language), "/browse_services"),
        )
        return Reply(reply.text, reply.short_text, ways, reply.image_url, reply.link_url)

    def _service_of(self, context: Context) -> Service | None:
        if not context.service_id:
            return None
        return catalogue.service_with_details(self._session, context.service_id)

    def _say(self, name: str, language: Language, **values: object) -> str:
        return self._wording.text(name, language, **values)


def _words_for_a_service(heard: Heard) -> str:
    return " ".join(heard.entities.get("service", ()))
