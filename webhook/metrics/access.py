"""Who may read the metrics: whoever is near, or shows the token."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

_NEAR = tuple(
    ip_network(network)
    for network in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)
# Marks of a proxy. Behind one everybody comes from near, and whoever is near needs none.
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def may_read(environ: Mapping[str, Any], token: str) -> bool:
    """Whether a WSGI request comes straight from loopback or a private network, or bears the token.

    What came through a proxy, whether we know of it or not, needs the token: its address is the
    proxy's, or one that somebody wrote.
    """
    scheme, _, shown = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    given = shown.strip().encode("utf-8", "replace")
    if token and scheme.lower() == "bearer" and hmac.compare_digest(given, token.encode()):
        return True
    return not any(name in environ for name in _FORWARDED) and _is_near(_peer(environ))


def _peer(environ: Mapping[str, Any]) -> str:
    """The address of the connection, before werkzeug's ProxyFix put another in its place."""
    original = environ.get("werkzeug.proxy_fix.orig") or environ
    return str(original.get("REMOTE_ADDR") or "")


def _is_near(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in _NEAR)
