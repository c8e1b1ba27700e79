"""What all public pages share: their language, words, headers and frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from flask import Response, current_app, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from bot.text.digits import Language, format_number, to_khmer_digits
from webhook.pages.protection import PLAIN, protect
from webhook.translation import page_language, remember_language, translations

if TYPE_CHECKING:
    from webhook.app import Chrok

# Every page may be in either language, so a copy is asked for again before it is used.
_CACHE = "private, no-cache"


@dataclass(frozen=True)
class Speaker:
    """The words of one language on a page."""

    language: Language

    def say(self, message: str, **values: object) -> str:
        """A message with its `{placeholders}` filled."""
        translated = translations(self.language).gettext(message)
        return translated.format(**values) if values else translated

    def number(self, number: int) -> str:
        """A number in the digits of the language."""
        return format_number(number, self.language)

    def year(self, year: int) -> str:
        """A year in the digits of the language, ungrouped."""
        return str(year) if self.language == "en" else to_khmer_digits(str(year))

    def own(self, khmer: str | None, english: str | None) -> str:
        """What there is in the language, else in the other one."""
        first, second = (english, khmer) if self.language == "en" else (khmer, english)
        return first or second or ""


def chrok() -> Chrok:
    """The current application's parts."""
    return cast("Chrok", current_app.extensions["chrok"])


def speaker() -> Speaker:
    """The words for the person who asks for the page."""
    return Speaker(cast(Language, page_language(request)))


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page in the frame of the site, with strict headers; the language in `?lang=` is kept."""
    words = speaker()
    content = render_template(
        template,
        language=words.language,
        _=words.say,
        own=words.own,
        number=words.number,
        written_year=words.year,
        served=_served_paths(),
        in_language=_in_language,
        canonical=canonical_url(words.language),
        **values,
    )
    response = make_response(content, status)
    if request.args.get("lang") == words.language:
        remember_language(response, words.language, secure=chrok().settings.is_https)
    return protect(response, PLAIN, _CACHE)


def public_url(path: str) -> str:
    """The address of a path as the world sees it."""
    return chrok().settings.public_url.rstrip("/") + path


def canonical_url(language: str) -> str:
    """The address of this page in a language, without what changes nothing in it."""
    return public_url(f"{request.path}?{_query(language)}")


def answer_errors(register: Callable[[type[Exception]], Any]) -> None:
    """Show HTTP errors of a blueprint as pages; `register` is its `errorhandler`."""

    def refused(error: HTTPException) -> Response:
        return page("error.html", error.code or 500, code=error.code)

    register(HTTPException)(refused)


def _served_paths() -> set[str]:
    return {rule.rule for rule in current_app.url_map.iter_rules()}


def _in_language(language: str) -> str:
    """The same page in another language."""
    return f"{request.path}?{_query(language)}"


def _query(language: str) -> str:
    kept = {name: value for name, value in request.args.items() if name != "lang"}
    return urlencode({**kept, "lang": language})
