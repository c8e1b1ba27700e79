"""Published national figures as a page shows them: in the currency of their source."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.db.models import PublishedFigure
from bot.text.digits import format_number, format_riel_in_words
from webhook.pages.site import Speaker


class PublishedAmounts:
    """Tells a figure's amount, whether it was planned, and where it was read."""

    def __init__(self, words: Speaker) -> None:
        self._words = words

    def amount(self, figure: PublishedFigure) -> str:
        """The amount in riel or in US dollars, never converted."""
        say, language = self._words.say, self._words.language
        for riel in (figure.planned_riel, figure.actual_riel):
            if riel is not None:
                return format_riel_in_words(riel, language)
        for dollars in (figure.planned_us_dollars, figure.actual_us_dollars):
            if dollars is not None:
                return say("{amount} US dollars", amount=format_number(dollars, language))
        return say("not known")

    def stage(self, figure: PublishedFigure) -> str:
        """Whether the amount was planned or is what really was."""
        is_plan = figure.planned_riel is not None or figure.planned_us_dollars is not None
        return self._words.say("Planned") if is_plan else self._words.say("Actual")

    def site(self, figure: PublishedFigure) -> str:
        """The name of the site it was read on."""
        return urlsplit(figure.source_url).netloc.removeprefix("www.").rstrip(".")
