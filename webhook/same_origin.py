"""No other site may act in the name of who visits ours (CSRF)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import Forbidden

_READING = ("GET", "HEAD", "OPTIONS")

# Views whose callers are no browsers, or that something else proves which no browser sends by
# itself. Everything else that changes something is taken from our own pages alone.
PROVED_OTHERWISE = {
    "hooks.call": "the provider's signature or secret in the request",
    "data_deletion.receive": "Facebook's signature in the form",
    "sites_api.put_tickets": "the site's token in the Authorization header",
}


def refuse_other_sites(app: Flask, public_url: str) -> None:
    """Answer 403 to every request that changes something and comes from another site's page.

    Browsers send `Sec-Fetch-Site` over HTTPS and to localhost, `Origin` with every cross-site
    POST. A caller that sends neither is no browser, so it carries nobody's cookie.
    https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
    """
    public_host = urlsplit(public_url).netloc

    def check() -> None:
        if request.method in _READING or request.endpoint in PROVED_OTHERWISE:
            return
        if not _is_own(public_host):
            raise Forbidden("this is taken from our own pages only")

    app.before_request(check)


def _is_own(public_host: str) -> bool:
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None:
        return fetched_from == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or _host_of(origin) in (request.host, public_host)


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
