"""Words for officials: names, numbers and dates in their language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.db.models import Feedback
from bot.services.place_names import place_name
from bot.text.digits import Language, format_date, format_number, to_khmer_digits
from bot.wording import wording
from webhook.translation import translations

FACES = {"satisfied": "🙂", "acceptable": "😐", "dissatisfied": "🙁"}


class OfficialWords:
    """Says things to officials in one language; words come from the gettext catalogues."""

    def __init__(self, session: Session, language: str, zone: ZoneInfo) -> None:
        self._session = session
        self._zone = zone
        self._translate = translations(language).gettext
        self.language = cast(Language, language)

    def say(self, message: str, **values: object) -> str:
        """A message of the catalogues, its `{placeholders}` filled; numbers in its digits."""
        shown = {
            name: self.number(value) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return self._translate(message).format(**shown)

    def number(self, number: int) -> str:
        """A whole number."""
        return format_number(number, self.language)

    def year(self, year: int) -> str:
        """A year, without a separator."""
        return to_khmer_digits(str(year)) if self.language == "km" else str(year)

    def date(self, moment: datetime) -> str:
        """A day: 24 November 2026."""
        return format_date(moment.astimezone(self._zone).date(), self.language)

    def moment(self, moment: datetime) -> str:
        """A day and the time: 24 November 2026, 08:00."""
        clock = moment.astimezone(self._zone).strftime("%H:%M")
        shown = to_khmer_digits(clock) if self.language == "km" else clock
        return f"{self.date(moment)}, {shown}"

    def place(self, code: str) -> str:
        """A place with its kind and province."""
        return place_name(self._session, wording(), code, self.language)

    def unit(self, unit: str) -> str:
        """A unit as citizens read it too."""
        return self._domain(f"unit_{unit}")

    def rating(self, rating: str) -> str:
        """A rating with its face."""
        return f"{FACES[rating]} {self._domain(f'rating_{rating}')}"

    def rating_name(self, rating: str) -> str:
        """A rating in words alone, for pictures."""
        return self._domain(f"rating_{rating}")

    def aspect(self, aspect: str) -> str:
        """An aspect by name."""
        return self._domain(f"aspect_{aspect}")

    def concern(self, concern: str) -> str:
        """A concern in words."""
        return self._domain(f"concern_{concern}")

    def group(self, name: str) -> str:
        """A gender or an age group."""
        return self._domain(f"button_{name}")

    def aspects(self, feedback: Feedback) -> list[str]:
        """The lines "liked" and "disliked" of a feedback."""
        lines = []
        for opinion, message in (
            ("liked", "Liked: {aspects}"),
            ("disliked", "Disliked: {aspects}"),
        ):
            names = [self.aspect(aspect) for aspect in feedback.aspects_of(opinion)]
            if names:
                lines.append(self.say(message, aspects=", ".join(names)))
        return lines

    def counted(self, counts: Mapping[str, int]) -> str:
        """The aspects that were named, the most frequent first: Price 3, Information 1."""
        named = sorted((-number, aspect) for aspect, number in counts.items() if number)
        return ", ".join(
            f"{self.aspect(aspect)} {self.number(-number)}" for number, aspect in named
        )

    def _domain(self, name: str) -> str:
        return wording().text(f"utter_feedback_{name}", self.language)
