"""The words of pages, digests and notices in the citizen's language, from gettext catalogues.

The words in the code are the English ones, as is gettext's custom, so English needs no catalogue;
`translations/km/LC_MESSAGES/<topic>.po` holds the Khmer. The `.po` files themselves are read when
first needed, so that a clean clone works without a compiling step.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Request, Response

from bot.wording import LANGUAGES

CATALOGUES = Path(__file__).parent / "translations"
LANGUAGE_COOKIE = "chrok_lang"
_COOKIE_SECONDS = 180 * 24 * 3600


@cache
def translations(language: str) -> NullTranslations:
    """The merged catalogues of a language, ready for `gettext` and `ngettext`."""
    paths = catalogue_paths(language)
    if not paths:
        return NullTranslations()
    merged = Catalog(locale=language)
    for path in paths:
        for message in read_catalogue(path, language):
            if message.id:
                merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(fp=compiled)


@cache
def topic_words(topic: str, language: str) -> dict[str, str]:
    """One topic's words as {English: translation}, for a page that translates in the browser."""
    path = CATALOGUES / language / "LC_MESSAGES" / f"{topic}.po"
    if not path.exists():
        return {}
    return {
        message.id: message.string
        for message in read_catalogue(path, language)
        if isinstance(message.id, str)
        and isinstance(message.string, str)
        and message.id
        and message.string
        and not message.fuzzy
    }


def catalogue_paths(language: str) -> list[Path]:
    """The catalogue files of a language, one per topic."""
    return sorted((CATALOGUES / language / "LC_MESSAGES").glob("*.po"))


def read_catalogue(path: Path, language: str) -> Catalog:
    """One catalogue file; raises `babel.messages.pofile.PoFileError` where it is malformed."""
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def page_language(request: Request) -> str:
    """The language a page is shown in: `?lang=`, else the remembered one, else Khmer."""
    for wish in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in LANGUAGES:
            return wish
    return LANGUAGES[0]


def remember_language(response: Response, language: str, secure: bool) -> None:
    """Keep the language for the next pages; the page's own script changes this cookie too."""
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=_COOKIE_SECONDS, secure=secure, samesite="Lax"
    )
