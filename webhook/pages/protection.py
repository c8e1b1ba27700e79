"""Headers that keep an answer from being used against the person who gets it."""

from __future__ import annotations

from flask import Flask, Response

from bot.settings import Settings

# A page with scripts of its own; `require-trusted-types-for` closes the ways of injected text.
SCRIPTED = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
# A page without any script.
PLAIN = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# What is no page: if a browser shows it as one all the same, it does nothing.
NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # For browsers that do not know frame-ancestors.
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
# A year, for this name alone: what else a ministry runs under its domain is not ours to decide.
_ALWAYS_TLS = "max-age=31536000"


def protect(response: Response, policy: str, cache: str = "no-store") -> Response:
    """Add the headers; `policy` is the Content-Security-Policy, `cache` the Cache-Control.

    What the view itself has set stays.
    """
    headers = {**_HEADERS, "Content-Security-Policy": policy, "Cache-Control": cache}
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response


def protect_everything(app: Flask, settings: Settings) -> None:
    """Give every answer the headers, also of views that did not ask, and of errors."""

    def add_headers(response: Response) -> Response:
        if settings.is_https:
            response.headers.setdefault("Strict-Transport-Security", _ALWAYS_TLS)
        return protect(response, NO_PAGE)

    app.after_request(add_headers)
