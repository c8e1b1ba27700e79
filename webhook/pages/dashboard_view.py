"""The dashboard's figures in words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.charts import Chart, Series, column_chart
from bot.db.models.feedback import ASPECTS, RATINGS
from bot.services.dashboard import Dashboard, Ranked
from bot.services.digests.content import Counts
from bot.text.digits import ENGLISH_MONTHS, KHMER_MONTHS
from bot.wording import wording
from webhook.pages.site import Speaker

COLOURS = {"satisfied": "#0b5f5a", "acceptable": "#6b7280", "dissatisfied": "#c2560c"}
_CHANNELS = {"messenger": "Facebook Messenger", "telegram": "Telegram", "sms": "SMS"}


@dataclass(frozen=True)
class Row:
    """A line of a table: its name, its figures as text, and a link to more of it."""

    name: str
    figures: tuple[str, ...]
    link: str = ""


@dataclass(frozen=True)
class Share:
    """A rating with its number and its share in percent."""

    name: str
    number: str
    percent: int
    words: str


@dataclass(frozen=True)
class DashboardView:
    """Words for one language."""

    dashboard: Dashboard
    words: Speaker

    def shares(self) -> list[Share]:
        """Each rating with its share."""
        counts = self.dashboard.counts
        shown = []
        for rating in RATINGS:
            percent = round(100 * counts.ratings[rating] / max(counts.total, 1))
            number = self.words.number(counts.ratings[rating])
            words = f"{self.words.number(percent)}%"
            shown.append(Share(self.rating(rating), number, percent, words))
        return shown

    def months(self) -> list[Row]:
        """Each month's ratings, the latest first; a small month tells only that it is one."""
        return [
            Row(
                month_name(period.start.month, period.start.year, self.words), self._ratings(counts)
            )
            for period, counts in reversed(self.dashboard.by_month)
        ]

    def aspects(self) -> list[Row]:
        """How often each aspect was liked and disliked."""
        counts = self.dashboard.counts
        return [
            Row(
                wording().text(f"utter_feedback_aspect_{aspect}", self.words.language),
                (
                    self.words.number(counts.liked[aspect]),
                    self.words.number(counts.disliked[aspect]),
                ),
            )
            for aspect in ASPECTS
        ]

    def ranking(self) -> list[Row]:
        """The places below, the most satisfied first."""
        return [self._ranked(ranked) for ranked in self.dashboard.ranking]

    def channels(self) -> list[Row]:
        """People and messages by channel."""
        few = self.words.say("fewer than 3")
        return [
            Row(
                _CHANNELS.get(use.channel, self.words.say("Web chat")),
                (few, "–")
                if use.is_small
                else (self.words.number(use.people), self.words.number(use.messages)),
            )
            for use in self.dashboard.channels
        ]

    def rating(self, rating: str) -> str:
        """A rating by name."""
        return rating_name(rating, self.words)

    def _ranked(self, ranked: Ranked) -> Row:
        place = ranked.place
        name = self.words.own(place.full_name_km, place.full_name_en)
        link = f"?place={place.code}&months={len(self.dashboard.months)}&lang={self.words.language}"
        if ranked.is_small:
            return Row(name, (self.words.say("fewer than 3"), "–"), link)
        percent = f"{self.words.number(ranked.satisfied)}%"
        return Row(name, (self.words.number(ranked.counts.total), percent), link)

    def _ratings(self, counts: Counts) -> tuple[str, ...]:
        if counts.total and counts.is_small:
            return (self.words.say("fewer than 3"), "–", "–")
        return tuple(self.words.number(counts.ratings[rating]) for rating in RATINGS)


def trend_chart(dashboard: Dashboard, words: Speaker) -> bytes:
    """Ratings month by month as PNG; small months are left empty."""
    labels = [_short_month(period.start.month, words) for period, _ in dashboard.by_month]
    series = []
    for rating in RATINGS:
        values = [None if c.is_small else c.ratings[rating] for _, c in dashboard.by_month]
        shown = ["" if value is None else words.number(value) for value in values]
        series.append(
            Series(rating_name(rating, words), tuple(values), tuple(shown), COLOURS[rating])
        )
    title = words.say("How people rate the offices")
    return column_chart(Chart(title, tuple(labels), tuple(series)), width=900, height=640)


def rating_name(rating: str, words: Speaker) -> str:
    """A rating as a heading."""
    name = wording().text(f"utter_feedback_rating_{rating}", words.language)
    return name[:1].upper() + name[1:]


def month_name(number: int, year: int, words: Speaker) -> str:
    """A month with its year."""
    names = KHMER_MONTHS if words.language == "km" else ENGLISH_MONTHS
    return f"{names[number - 1]} {words.year(year)}"


def _short_month(number: int, words: Speaker) -> str:
    return KHMER_MONTHS[number - 1] if words.language == "km" else ENGLISH_MONTHS[number - 1][:3]
