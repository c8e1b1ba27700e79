"""A service as its page shows it: every tier with fee, days and validity, documents, sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlsplit

from bot.db.models import FeeTier, RequiredDocument, Service
from bot.services.fee_tiers import common_facets, facets_of
from bot.text.digits import format_date, format_riel
from webhook.pages.site import Speaker


@dataclass(frozen=True)
class TierRow:
    """One case of a service; an amount is there where one exact fee is known."""

    label: str
    fee: str
    duration: str
    validity: str
    eligible: str
    amount: int | None


@dataclass(frozen=True)
class DocumentCase:
    """The documents of one case; without a heading they are for every case."""

    heading: str
    documents: tuple[str, ...]


@dataclass(frozen=True)
class ReadPage:
    """A page that figures were read on, and when."""

    url: str
    site: str
    read_on: str


class ServiceView:
    """What the templates of services ask for, in one language."""

    def __init__(self, service: Service, words: Speaker) -> None:
        self.service, self._words = service, words
        self.name = words.own(service.name_km, service.name_en)
        self.sector = words.own(service.sector.name_km, service.sector.name_en)
        self.is_fine = service.kind == "fine"
        translated = service.name_en_is_translation
        self.name_is_ours = service.name_km_is_translation if words.language == "km" else translated

    def office(self) -> str:
        """Where the service is given, of the lowest level that gives it."""
        say = self._words.say
        levels = {
            "province": say("the provincial One Window Service Unit"),
            "district": say("the district One Window Service Office"),
            "commune": say("the commune or sangkat hall"),
        }
        return levels[self.service.level]

    def shared(self) -> str:
        """What all tiers have in common, said once above them."""
        return " – ".join(common_facets(self.service.tiers, self._words.language))

    def tiers(self) -> list[TierRow]:
        """The tiers in the order of the catalogue."""
        shared = common_facets(self.service.tiers, self._words.language)
        return [self._tier(tier, shared) for tier in self.service.tiers]

    def fees(self) -> str:
        """The fee in short, for a list: one figure, or from the lowest to the highest."""
        amounts = [
            amount
            for tier in self.service.tiers
            for amount in (tier.fee_riel, tier.fee_maximum_riel)
            if amount is not None
        ]
        if not amounts:
            return self._words.say("fee not known")
        low, high = (self._riel(amount) for amount in (min(amounts), max(amounts)))
        return low if low == high else self._words.say("{low} to {high}", low=low, high=high)

    def documents(self) -> Iterator[DocumentCase]:
        """The documents to bring, by case."""
        for _, group in groupby(self.service.documents, key=lambda document: document.case_en):
            case = list(group)
            heading = self._words.own(case[0].case_km, case[0].case_en)
            yield DocumentCase(heading, tuple(self._document(document) for document in case))

    def sources(self) -> list[ReadPage]:
        """The pages that fees and documents were read on, each once with its latest day."""
        read: dict[str, date] = {}
        rows: list[FeeTier | RequiredDocument] = [*self.service.tiers, *self.service.documents]
        for row in rows:
            read[row.source_url] = max(row.source_read_on, read.get(row.source_url, date.min))
        language = self._words.language
        return [
            ReadPage(url, urlsplit(url).netloc.removeprefix("www."), format_date(day, language))
            for url, day in read.items()
        ]

    def _tier(self, tier: FeeTier, shared: tuple[str, ...]) -> TierRow:
        own, language = self._words.own, self._words.language
        facets = [facet for facet in facets_of(tier, language) if facet not in shared]
        return TierRow(
            label=" – ".join(facets),
            fee=self._fee(tier),
            duration=self._duration(tier),
            validity=own(tier.validity_km, tier.validity_en),
            eligible=own(tier.eligible_km, tier.eligible_en),
            amount=tier.fee_riel,
        )

    def _fee(self, tier: FeeTier) -> str:
        say, maximum = self._words.say, tier.fee_maximum_riel
        if tier.fee_riel == 0:
            return say("free of charge")
        if tier.fee_riel is not None:
            amount = self._riel(tier.fee_riel)
        elif maximum is not None and tier.fee_reduced_riel is not None:
            reduced = self._riel(tier.fee_reduced_riel)
            high = self._riel(maximum)
            amount = say("at most {high} (reduced: {reduced})", high=high, reduced=reduced)
        elif maximum is not None:
            amount = say("at most {high}", high=self._riel(maximum))
        else:
            return self._words.own(tier.fee_text_km, tier.fee_text_en) or say("not known")
        unit = self._words.own(tier.fee_unit_km, tier.fee_unit_en)
        return f"{amount} {unit}" if unit else amount

    def _duration(self, tier: FeeTier) -> str:
        say, days = self._words.say, tier.duration_working_days
        if days == 1:
            return say("1 working day")
        if days is not None:
            return say("{days} working days", days=self._words.number(days))
        return self._words.own(tier.duration_text_km, tier.duration_text_en) or say("not known")

    def _document(self, document: RequiredDocument) -> str:
        name = self._words.own(document.name_km, document.name_en)
        if document.copies is None or document.copies < 2:
            return name
        copies = self._words.number(document.copies)
        return self._words.say("{document} ({copies} copies)", document=name, copies=copies)

    def _riel(self, amount: int) -> str:
        return format_riel(amount, self._words.language)
