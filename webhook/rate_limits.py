"""How often one address, and one chat, may ask for what, in a minute.

Whole provinces reach us through a few addresses of their mobile operator, so what one address may
ask for is wide, and a chat is held by its own session as well. Counted in Redis where there are
several processes (`QUEUE_URL`), else in the process. While Redis is down each process counts for
itself: nobody is refused for that.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app, request
from flask_limiter import Limit, Limiter

from bot.settings import Settings
from webhook.pages.chat import SESSION_COOKIE
from webhook.queue import shared_storage_url

if TYPE_CHECKING:
    from webhook.app import Chrok


@dataclass(frozen=True)
class Allowance:
    """Requests a minute: from one address, and from one chat session (0: not counted)."""

    address: int
    session: int = 0


USUAL = Allowance(300)
ALLOWANCES = {
    "chat.page": Allowance(120),
    # The page asks every 0.7 s while an answer is awaited.
    "chat.read": Allowance(6000, session=240),
    "chat.send": Allowance(600, session=30),
    # What is drawn or typeset anew costs a hundred times a page.
    "budgets.chart": Allowance(120),
    "budgets.share": Allowance(120),
    "dashboard.chart": Allowance(60),
    "officials.picture": Allowance(60),
    "officials.report": Allowance(20),
    "officials.take": Allowance(30),
}
# Never counted; what is refused there is (webhook/refusals.py).
UNLIMITED = {
    "hooks.call": "a provider has few addresses, and its bursts are citizens",
    "data_deletion.receive": "comes from Facebook's few addresses, signed",
    "sites_api.put_tickets": "many offices share a gateway, and each shows its token",
    "health.alive": "load balancers ask all the time, and it costs nothing",
    "health.ready": "asks each dependency once at a time, and must answer while Redis hangs",
    "metrics.read": "strangers get nothing, and it must answer while Redis hangs",
    "static": "costs less than counting it",
}
# Who is on the machine itself, or behind a proxy that TRUSTED_PROXIES does not know of.
_WIDER_ON_LOOPBACK = 10
# A slow Redis must not hold up a page.
STORAGE_OPTIONS: dict[str, str | int] = {"socket_connect_timeout": 1, "socket_timeout": 1}


def limit_rates(app: Flask, settings: Settings) -> None:
    """Answer 429 to who asks too often; every route has a limit unless `UNLIMITED` names it."""
    url = shared_storage_url(settings)
    limiter = Limiter(
        address_of_caller,
        app=app,
        default_limits=[
            Limit(lambda: _a_minute(_allowance().address)),
            Limit(
                lambda: _a_minute(_allowance().session),
                key_function=_session,
                scope="session",
                exempt_when=lambda: not _allowance().session,
            ),
        ],
        storage_uri=url,
        storage_options={} if url == "memory://" else STORAGE_OPTIONS,
        in_memory_fallback_enabled=True,
        swallow_errors=True,
        key_prefix="chrok",
    )
    limiter.request_filter(_is_unlimited)


def address_of_caller() -> str:
    """What one caller is known by; an IPv6 network of 64 bits is one household or office."""
    written = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return written or "unknown"
    if address.version == 4:
        return written
    return str(ipaddress.ip_network((address, 64), strict=False))


def width() -> int:
    """By how much this caller's limits are wider than usual."""
    settings = cast("Chrok", current_app.extensions["chrok"]).settings
    try:
        is_local = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        is_local = False
    return _WIDER_ON_LOOPBACK if is_local and not settings.proxies else 1


def _is_unlimited() -> bool:
    return request.endpoint in UNLIMITED


def _allowance() -> Allowance:
    return ALLOWANCES.get(request.endpoint or "", USUAL)


def _a_minute(requests: int) -> str:
    return f"{max(requests, 1) * width()} per minute"


def _session() -> str:
    """The chat; who brings no cookie shares one with the others at the same address.

    Digested: whoever reads the storage must not be able to take a chat over.
    """
    cookie = request.cookies.get(SESSION_COOKIE)
    return sha256(cookie.encode()).hexdigest() if cookie else address_of_caller()
