"""What an installation that serves real people must not run with; docs/security.md says why."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from bot.settings import Settings

DEVELOPMENT_SECRET = "local-development-only"  # noqa: S105  the name says that it is none

SHORTEST_SECRET = 32
# Words that we make up and a provider repeats to us; some limit their length.
SHORTEST_WORD = 16
_SECRET_ENDINGS = ("_token", "_secret", "_key")
_MAKE_ONE = "make one with: openssl rand -hex 32"
_EXAMPLE_HOSTS = ("localhost", "example.org", "example.com", "example.net")
_GUESSED_FIRST = ("chrok", "password", "postgres", "secret", "changeme", "change-me", "admin")


def open_doors(settings: Settings) -> list[str]:
    """Each setting that leaves a door open and how to shut it; none outside production.

    No line holds a value: they end up in logs.
    """
    if not settings.is_production:
        return []
    return [
        *_weak_secrets(settings),
        *_equal_secrets(settings),
        *_debugging(settings),
        *_open_addresses(settings),
        *_guessable_databases(settings),
    ]


def _weak_secrets(settings: Settings) -> Iterator[str]:
    for name in ("secret_key", "actions_token", "rasa_token"):
        value = getattr(settings, name)
        if not value or value == DEVELOPMENT_SECRET:
            yield f"{name.upper()} is not set; {_MAKE_ONE}"
        elif len(value) < SHORTEST_SECRET or _is_monotonous(value):
            yield (
                f"{name.upper()} is too easy to guess: it needs at least {SHORTEST_SECRET} random "
                f"characters; {_MAKE_ONE}"
            )
    for name, value in _made_up_words(settings):
        if value and (len(value) < SHORTEST_WORD or _is_monotonous(value)):
            yield (
                f"{name} is too easy to guess: it needs at least {SHORTEST_WORD} random "
                f"characters; {_MAKE_ONE}"
            )


def _made_up_words(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "METRICS_TOKEN", settings.metrics_token
    yield "MESSENGER_VERIFY_TOKEN", settings.messenger_verify_token
    yield "TELEGRAM_SECRET_TOKEN", settings.telegram_secret_token
    yield "METRICS_TOKEN", settings.metrics_token
    if settings.sms.kannel:
        yield "SMS_KANNEL_SECRET", settings.sms.kannel.secret
    if settings.sms.nuntium:
        yield "SMS_NUNTIUM_CALLBACK_PASSWORD", settings.sms.nuntium.callback_password
    if settings.sms.generic:
        yield "SMS_GENERIC_SECRET", settings.sms.generic.secret


def _is_monotonous(value: str) -> bool:
    """Whether hardly a character differs: aaaa…, 0000…, abab…; random hex of 16 has 8 and more."""
    return len(set(value)) < 6


def _equal_secrets(settings: Settings) -> Iterator[str]:
    """Who may know one secret must not know another by it."""
    names = [field.name for field in fields(settings) if field.name.endswith(_SECRET_ENDINGS)]
    owners: dict[str, str] = {}
    for name in names:
        value = getattr(settings, name)
        if value and value in owners:
            yield f"{name.upper()} is the same as {owners[value].upper()}; {_MAKE_ONE}"
        owners.setdefault(value, name)


def _debugging(settings: Settings) -> Iterator[str]:
    if settings.flask_debug.lower() not in ("", "0", "false", "no"):
        yield "FLASK_DEBUG is on: it lets visitors run code; remove it, and --debug"


def _open_addresses(settings: Settings) -> Iterator[str]:
    public = urlsplit(settings.public_url)
    host = public.hostname or ""
    if public.scheme != "https":
        yield "PUBLIC_URL must begin with https://; a reverse proxy such as Caddy brings TLS"
    elif not settings.proxies:
        yield (
            "TRUSTED_PROXIES is 0, but https means a reverse proxy in front: "
            "write how many there are, mostly 1"
        )
    if _is_local(host) or host.endswith(_EXAMPLE_HOSTS):
        yield "PUBLIC_URL must be the address that citizens and the providers reach"
    for name in ("messenger_api_url", "telegram_api_url"):
        provider = urlsplit(getattr(settings, name))
        if provider.scheme != "https" and not _is_local(provider.hostname or ""):
            yield f"{name.upper()} must begin with https://: tokens travel to it"
    for name, urls in (("RASA_URL", settings.engine_urls), ("ACTIONS_URL", [settings.actions_url])):
        if any(_is_public_address(urlsplit(url).hostname or "") for url in urls):
            yield f"{name} must lie on loopback or in a private network"


def _guessable_databases(settings: Settings) -> Iterator[str]:
    # What follows from another setting is not named beside it.
    names = ("tracker_database_url", "queue_url", "database_url")
    for value, name in {getattr(settings, name): name for name in names}.items():
        address = urlsplit(value)
        password = (address.password or "").lower()
        if password and (password in _GUESSED_FIRST or password == (address.username or "")):
            yield f"{name.upper()} has a password that is guessed first; {_MAKE_ONE}"


def _is_local(host: str) -> bool:
    address = _ip_address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _is_public_address(host: str) -> bool:
    address = _ip_address(host)
    return address is not None and address.is_global


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
