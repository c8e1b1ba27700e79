"""Buttons about services, and what is behind them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.db.models import Service
from bot.messages import Button
from bot.services.dialogue import MOST_CHOICES, write_positions
from bot.services.service_card import ServiceCard
from bot.text.digits import Language


def service_button(service: Service, language: Language) -> Button:
    """The button that opens a service's card."""
    title = service.short_name_km if language == "km" else service.short_name_en
    return Button(title, service_payload("inform", service_id=service.id))


def case_buttons(
    service_id: str, positions: Sequence[int], card: ServiceCard, language: Language
) -> list[Button]:
    """The documents of the cases that a card does not show, each behind a button."""
    tiers = write_positions(positions)
    return [
        Button(
            (document.case_km if language == "km" else document.case_en) or "",
            service_payload(
                "inform",
                service_id=service_id,
                tiers=tiers,
                page="all",
                choice=document.case_en or "",
            ),
        )
        for document in card.other_cases[: MOST_CHOICES - 2]
    ]


def service_payload(intent: str, **entities: str) -> str:
    """A payload with the entities that only buttons carry."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}"
