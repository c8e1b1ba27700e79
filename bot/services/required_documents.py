"""Which of a service's documents a citizen needs: those of their tiers and of their case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.db.models import FeeTier, RequiredDocument
from bot.services.fee_tiers import find_words
from bot.text.digits import to_latin_digits
from bot.text.normalise import normalise

# More documents than this are too many to read for cases that are not the citizen's.
_MOST_DOCUMENTS = 6


def documents_for(
    documents: Sequence[RequiredDocument], tiers: Sequence[FeeTier]
) -> list[RequiredDocument]:
    """The documents of the cases that fit the tiers best; those of every case if none fits."""
    cases = {document.case_en: document.case_keyword_list for document in documents}
    fitting: set[str | None] = set()
    for tier in tiers:
        labels = (tier.label_km or "", tier.label_en or "", *tier.keyword_list)
        words = to_latin_digits(normalise(" ; ".join(labels)))
        scores = {case: find_words(_normal(keywords), words) for case, keywords in cases.items()}
        best = max(scores.values(), default=0)
        fitting |= {case for case, score in scores.items() if score == best > 0}
    return [
        document
        for document in documents
        if not fitting or document.case_en in fitting or document.case_en is None
    ]


def cases_shown(
    fitting: Sequence[RequiredDocument],
    documents: Sequence[RequiredDocument],
    said: str,
    case: str,
) -> tuple[list[RequiredDocument], list[RequiredDocument]]:
    """The documents to show, and the first document of each case that is left out."""
    known = {document.case_en for document in documents if document.case_en}
    chosen = case if case in known else None
    if chosen is None and len(fitting) > _MOST_DOCUMENTS:
        first = next((document.case_en for document in fitting if document.case_en), None)
        chosen = case_said(documents, said) or first
    if chosen is None:
        return list(fitting), []
    shown = [document for document in documents if document.case_en in (chosen, None)]
    others = {
        document.case_en: document
        for document in reversed(fitting)
        if document.case_en not in (chosen, None)
    }
    return shown, list(reversed(others.values()))


def case_said(documents: Sequence[RequiredDocument], said: str) -> str | None:
    """The case that a message means; the most special one, which stands last, where it means two.

    A word within a longer one that was said means nothing by itself: "not registered".
    """
    words = to_latin_digits(normalise(said))
    found = {
        keyword: document.case_en
        for document in documents
        for keyword in _normal(document.case_keyword_list)
        if document.case_en and find_words([keyword], words)
    }
    counts = Counter(
        keyword
        for case in {document.case_en: document for document in documents}.values()
        for keyword in _normal(case.case_keyword_list)
    )
    own = [
        case
        for keyword, case in found.items()
        if counts[keyword] == 1
        and not any(keyword in longer and keyword != longer for longer in found)
    ]
    order = [document.case_en for document in documents]
    return max(own, key=order.index, default=None)


def _normal(keywords: Sequence[str]) -> list[str]:
    return [to_latin_digits(normalise(keyword)) for keyword in keywords]
