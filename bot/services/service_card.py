"""A service as a citizen reads it: fee by tier, days, validity, who may ask, documents, source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TypeVar
from urllib.parse import urlsplit

from bot.db.models import FeeTier, RequiredDocument, Service
from bot.messages import Reply
from bot.services.fee_tiers import common_facets, facets_of
from bot.services.required_documents import cases_shown, documents_for
from bot.services.short_card import first_fitting, short_lines, short_title
from bot.text.digits import Language, format_date, format_number, format_riel
from bot.wording import Wording

Value = TypeVar("Value")

ASPECTS = ("fee", "duration", "validity", "eligibility", "documents")
# A longer address is no use in a message: percent-encoded Khmer takes nine characters for one.
_LONGEST_LINK = 120


class ServiceCard:
    """The card of one service in one language, for some of its tiers.

    What no source tells is said to be unknown, with where to ask; nothing is ever filled in. Of
    documents that differ by case, `case` (its English name) is shown, else the case in the words of
    `said`; without either the first, where all would be too many. `other_cases` are the rest.
    """

    def __init__(
        self,
        wording: Wording,
        language: Language,
        service: Service,
        tiers: Sequence[FeeTier],
        said: str = "",
        case: str = "",
        place: str = "",
    ) -> None:
        self._wording = wording
        self._language = language
        self._service = service
        self._tiers = list(tiers)
        self._place = place
        self._shown, self.other_cases = cases_shown(
            documents_for(service.documents, tiers), service.documents, said, case
        )
        self._level = level_of(service, tiers)
        self._office = self._say(f"utter_level_{self._level}")

    def full(self, asked: Sequence[str] = ()) -> Reply:
        """The whole card; what was asked for and is unknown gets a line of its own."""
        return self._reply(ASPECTS, asked, with_where=True)

    def of(self, aspects: Sequence[str]) -> Reply:
        """What was asked for alone, for a service that has been told already."""
        wanted = [aspect for aspect in ASPECTS if aspect in aspects]
        return self._reply(wanted, wanted, with_where=False)

    def title(self) -> str:
        """The service's name, with what all of the tiers share."""
        name = self._own(self._service.name_km, self._service.name_en) or ""
        shared = common_facets(self._tiers, self._language)
        return " – ".join([name, *shared])

    def _reply(self, aspects: Sequence[str], asked: Sequence[str], *, with_where: bool) -> Reply:
        tell: dict[str, Callable[[], list[str]]] = {
            "fee": self._fees,
            "duration": self._durations,
            "validity": self._validities,
            "eligibility": self._eligibilities,
            "documents": self._documents,
        }
        known = {aspect: tell[aspect]() for aspect in aspects}
        lines = [self.title()]
        for aspect in aspects:
            lines += known[aspect]
            if not known[aspect] and (aspect == "fee" or aspect in asked):
                lines.append(self._say(f"utter_{aspect}_unknown", office=self._office))
        unknown = [name for name in aspects if not known[name] and name not in ("fee", *asked)]
        if unknown:
            names = ", ".join(self._say(f"utter_name_of_{aspect}") for aspect in unknown)
            lines.append(self._say("utter_not_published", aspects=names, office=self._office))
        if with_where:
            name = "utter_where_at" if self._place else "utter_where"
            lines.append(self._say(name, office=self._office, place=self._place))
            if self._service.legal_basis and self._language == "km":
                lines.append(self._say("utter_legal_basis", legal_basis=self._service.legal_basis))
        lines.append(self._source())
        short = self._short(asked) if with_where else lines[1:-1]
        short = [self._short_title(), *short]
        return Reply("\n".join(lines), short_text="\n".join(short), link_url=self._link())

    def _short(self, asked: Sequence[str]) -> list[str]:
        """The essentials; documents are listed where they were asked for."""
        documents, hint = self._documents(), []
        if documents and "documents" not in asked:
            documents, hint = [], [self._say("utter_short_documents")]
        fees, durations = self._short_fees(), self._durations()
        bare_fees, bare_durations = self._without_unit(self._fees()), self._bare_durations()
        return first_fitting(
            [
                short_lines(self._say, told_fees, told_durations, self._level, told_documents)
                for told_fees, told_durations, told_documents in (
                    (fees, durations, documents + hint),
                    (fees, durations, documents),
                    (bare_fees, durations, documents),
                    (bare_fees, bare_durations, documents),
                )
            ]
        )

    def _short_fees(self) -> list[str]:
        """The fees; a unit that all tiers share is told once."""
        lines, unit = self._fees(), self._shared_unit()
        if len(lines) < 2 or not unit:
            return lines
        name = "utter_short_fines" if self._service.kind == "fine" else "utter_short_fees"
        return [self._say(name, unit=unit), *self._without_unit(lines)[1:]]

    def _without_unit(self, fees: list[str]) -> list[str]:
        unit = self._shared_unit()
        return [line.removesuffix(unit).rstrip() for line in fees] if len(fees) > 1 else fees

    def _shared_unit(self) -> str:
        units = {self._own(tier.fee_unit_km, tier.fee_unit_en) or "" for tier in self._tiers}
        return units.pop() if len(units) == 1 else ""

    def _bare_durations(self) -> list[str]:
        """The duration without its tiers, where it is known of some and the same for them."""
        known = {duration for duration in map(self._duration, self._tiers) if duration}
        if len(known) != 1:
            return self._durations()
        return [self._say("utter_duration", duration=known.pop())]

    def _short_title(self) -> str:
        name = self._own(self._service.short_name_km, self._service.short_name_en)
        return short_title(name or self.title(), common_facets(self._tiers, self._language))

    def _fees(self) -> list[str]:
        if not any(tier.fee_is_known for tier in self._tiers):
            return []
        one, many = (
            ("utter_fine", "utter_fines")
            if self._service.kind == "fine"
            else ("utter_fee", "utter_fees")
        )
        rows = self._by_tier(self._fee)
        if len(rows) == 1:
            return [self._say(one, fee=rows[0][1])]
        return [self._say(many), *(f"• {label}: {fee}" for label, fee in rows)]

    def _fee(self, tier: FeeTier) -> str:
        unit = self._own(tier.fee_unit_km, tier.fee_unit_en)
        if tier.fee_riel == 0:
            return self._say("utter_fee_free")
        if tier.fee_riel is not None:
            amount = self._riel(tier.fee_riel)
        elif tier.fee_maximum_riel is not None and tier.fee_reduced_riel is not None:
            amount = self._say(
                "utter_fee_maximum_reduced",
                maximum=self._riel(tier.fee_maximum_riel),
                reduced=self._riel(tier.fee_reduced_riel),
            )
        elif tier.fee_maximum_riel is not None:
            amount = self._say("utter_fee_maximum", maximum=self._riel(tier.fee_maximum_riel))
        else:
            return self._own(tier.fee_text_km, tier.fee_text_en) or self._say("utter_fee_not_known")
        return f"{amount} {unit}" if unit else amount

    def _durations(self) -> list[str]:
        known = self._by_tier(self._duration)
        return self._lines(known, "utter_duration", "duration")

    def _duration(self, tier: FeeTier) -> str | None:
        days = tier.duration_working_days
        if days == 1:
            return self._say("utter_one_working_day")
        if days is not None:
            return self._say("utter_working_days", days=format_number(days, self._language))
        return self._own(tier.duration_text_km, tier.duration_text_en)

    def _validities(self) -> list[str]:
        known = self._by_tier(lambda tier: self._own(tier.validity_km, tier.validity_en))
        return self._lines(known, "utter_validity", "validity")

    def _eligibilities(self) -> list[str]:
        known = self._by_tier(lambda tier: self._own(tier.eligible_km, tier.eligible_en))
        distinct = list(dict.fromkeys(words for _, words in known if words))
        if not distinct:
            return []
        return [self._say("utter_eligibility", eligible=", ".join(distinct))]

    def _lines(self, rows: list[tuple[str, str | None]], name: str, placeholder: str) -> list[str]:
        """One line where all tiers agree, else one for each tier of which it is known."""
        known = [(label, words) for label, words in rows if words]
        if len(rows) == 1 and known:
            return [self._say(name, **{placeholder: known[0][1]})]
        return [self._say(name, **{placeholder: f"{words} ({label})"}) for label, words in known]

    def _by_tier(self, read: Callable[[FeeTier], Value]) -> list[tuple[str, Value]]:
        """What each tier says, under what tells it from the others; one row where all agree."""
        values = [read(tier) for tier in self._tiers]
        if len(set(values)) == 1:
            return [("", values[0])]
        shared = common_facets(self._tiers, self._language)
        labels = [
            " – ".join(facet for facet in facets_of(tier, self._language) if facet not in shared)
            for tier in self._tiers
        ]
        return list(zip(labels, values, strict=True))

    def _documents(self) -> list[str]:
        lines = []
        for _, group in groupby(self._shown, key=lambda document: document.case_en):
            case = list(group)
            heading = self._own(case[0].case_km, case[0].case_en)
            lines.append(
                self._say("utter_documents_of_case", case=heading)
                if heading
                else self._say("utter_documents")
            )
            lines += [
                f"{format_number(number, self._language)}. {self._document(document)}"
                for number, document in enumerate(case, start=1)
            ]
        return lines

    def _document(self, document: RequiredDocument) -> str:
        name = self._own(document.name_km, document.name_en) or ""
        if document.copies is None or document.copies < 2:
            return name
        copies = format_number(document.copies, self._language)
        return self._say("utter_copies", document=name, copies=copies)

    def _source(self) -> str:
        hosts = dict.fromkeys(
            urlsplit(row.source_url).netloc.removeprefix("www.") for row in self._tiers
        )
        read_on = max(tier.source_read_on for tier in self._tiers)
        return self._say(
            "utter_source", source=", ".join(hosts), date=format_date(read_on, self._language)
        )

    def _link(self) -> str:
        link = self._tiers[0].source_url
        return link if len(link) <= _LONGEST_LINK else ""

    def _riel(self, amount: int) -> str:
        return format_riel(amount, self._language)

    def _own(self, khmer: str | None, english: str | None) -> str | None:
        return khmer if self._language == "km" else english

    def _say(self, name: str, **values: object) -> str:
        return self._wording.text(name, self._language, **values)


def level_of(service: Service, tiers: Sequence[FeeTier]) -> str:
    """The level of the office that serves these tiers."""
    levels = {tier.level for tier in tiers} or {service.level}
    return levels.pop() if len(levels) == 1 else service.level
