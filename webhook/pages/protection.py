"""Headers that keep a page from being used against the person who reads it."""

from __future__ import annotations

from flask import Response

# A page with scripts of its own; `require-trusted-types-for` closes the ways of injected text.
SCRIPTED = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
# A page without any script.
PLAIN = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def protect(response: Response, policy: str, cache: str = "no-store") -> Response:
    """Add the headers; `policy` is the Content-Security-Policy, `cache` the Cache-Control.

    What the view itself has set stays.
    """
    headers = {**_HEADERS, "Content-Security-Policy": policy, "Cache-Control": cache}
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response
