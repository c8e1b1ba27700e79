"""Addresses of budget pages and pictures, for messages that the action server writes."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.text.digits import Language


class BudgetLinks:
    """Builds addresses on the site that the world reaches under `public_url`."""

    def __init__(self, public_url: str) -> None:
        self._root = public_url.rstrip("/")

    def page(self, place_code: str, year: int, language: Language) -> str:
        """The page of a place's budget."""
        return f"{self._root}/budgets/{place_code}?{urlencode({'year': year, 'lang': language})}"

    def chart(self, place_code: str, year: int, language: Language) -> str:
        """The picture of a place's budget, which channels fetch."""
        query = urlencode({"year": year, "lang": language})
        return f"{self._root}/budgets/{place_code}/chart.png?{query}"

    def index(self, language: Language) -> str:
        """The page with the place picker and the national figures."""
        return f"{self._root}/budgets?{urlencode({'lang': language})}"
