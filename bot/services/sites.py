"""The offices that send tickets: their tokens, the addresses they send from, who may send what."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Place, Site
from bot.db.models.base import now
from bot.errors import ChrokError

_SITE_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?")
_DISTRICT = re.compile(r"[0-9]{4}")
_PROVINCIAL_UNIT = "99"
_TOKEN_BYTES = 32
# Compared where there is no digest, so that an unknown site takes as long as a known one.
_NO_DIGEST = "0" * 64


class SiteError(ChrokError):
    """What an operator asked for a site cannot be done; the message says how to mend it."""

    code = "site"


class TokenRefused(ChrokError):
    """The token is not that of the site, or there is no such site: which of them is not told."""

    code = "token_refused"


class AddressRefused(ChrokError):
    """The site may not send from this address."""

    code = "address_refused"


def checked_site_id(text: str) -> str:
    """The id of a site, trimmed. Raises `SiteError`."""
    site_id = text.strip()
    if not _SITE_ID.fullmatch(site_id):
        raise SiteError(
            f"{text[:60]!r} is no site: a site is a district's code such as 0102, or up to 40"
            " letters, digits, dots, dashes and underscores"
        )
    return site_id


def find_or_create_site(session: Session, site_id: str) -> tuple[Site, bool]:
    """The site, and whether it is new. A district's code is also its place. Raises `SiteError`."""
    site_id = checked_site_id(site_id)
    site = session.get(Site, site_id)
    if site is not None:
        return site, False
    site = Site(id=site_id, place_code=_place_of(session, site_id), allowed_networks="")
    session.add(site)
    session.flush()
    return site, True


def known_site(session: Session, site_id: str) -> Site:
    """The site. Raises `SiteError` where there is none."""
    site = session.get(Site, site_id.strip())
    if site is None:
        raise SiteError(f"there is no site {site_id[:60]!r}; `flask sites list` shows all")
    return site


def all_sites(session: Session) -> list[Site]:
    """Every site, by id."""
    return list(session.scalars(select(Site).order_by(Site.id)))


def place_site(session: Session, site: Site, place_code: str) -> None:
    """Say where the site is. Raises `SiteError` for an unknown place."""
    if session.get(Place, place_code) is None:
        raise SiteError(f"{place_code[:20]!r} is no NCDD code of a province, district or commune")
    site.place_code = place_code


def issue_token(site: Site) -> str:
    """A new token for the site; the one before it is worth nothing from now on.

    256 random bits need no slow hash: a digest cannot be searched.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    site.token_digest = _digest(token)
    site.token_issued_at = now()
    return token


def revoke_token(site: Site) -> None:
    """Leave the site without any token."""
    site.token_digest = None
    site.token_issued_at = None


def allow_networks(site: Site, networks: Iterable[str]) -> None:
    """Accept the site's requests from these addresses only; none means from anywhere.

    Raises `SiteError` for what is neither an address nor a network.
    """
    allowed = []
    for text in networks:
        try:
            allowed.append(str(ip_network(text.strip(), strict=False)))
        except ValueError as error:
            raise SiteError(
                f"{text[:60]!r} is no address or network, such as 203.0.113.7 or 203.0.113.0/24"
            ) from error
    site.allowed_networks = "\n".join(dict.fromkeys(allowed))


def authenticate(session: Session, site_id: str, token: str, address: str) -> Site:
    """The site that the token belongs to.

    Raises `TokenRefused`, and `AddressRefused` where the token is right and the address is not.
    """
    site = session.get(Site, site_id) if _SITE_ID.fullmatch(site_id) else None
    digest = (site.token_digest if site else None) or _NO_DIGEST
    is_right = hmac.compare_digest(_digest(token), digest)
    if site is None or not is_right:
        raise TokenRefused("no such site, or not its token")
    if not _is_allowed(site, address):
        raise AddressRefused(f"site {site.id} sent from an address that is not on its list")
    return site


def may_send(site: Site, ticket_code: str, owner_id: str | None, site_ids: set[str]) -> bool:
    """Whether the site may write this ticket.

    The tickets of a district whose own office is a site are that office's, those of a province's
    unit (`0199`) likewise; any other ticket is of the site that sent it first.
    """
    district = ticket_code[:4]
    if district in site_ids:
        return site.id == district
    return owner_id is None or owner_id == site.id


def district_sites(session: Session, districts: Iterable[str]) -> set[str]:
    """Those of the districts that are sites themselves."""
    return set(session.scalars(select(Site.id).where(Site.id.in_(set(districts)))))


def _place_of(session: Session, site_id: str) -> str | None:
    if not _DISTRICT.fullmatch(site_id):
        return None
    code = site_id[:2] if site_id.endswith(_PROVINCIAL_UNIT) else site_id
    return code if session.get(Place, code) else None


def _is_allowed(site: Site, address: str) -> bool:
    networks = site.allowed_networks.split()
    if not networks:
        return True
    try:
        sender = ip_address(address)
    except ValueError:
        return False
    return any(sender in ip_network(network) for network in networks)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
