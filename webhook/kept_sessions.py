"""HTTP sessions for those who call the same party again and again."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import requests


class KeptSessions:
    """A session of `requests` for each thread (they are not promised to be safe to share).

    Connections stay open. The proxy and the certificates that the environment names for the party
    are looked up once for each session, not at every call, which takes a fifth of its time; a login
    in `~/.netrc` is never used.
    """

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        self._headers = dict(headers or {})
        self._local = threading.local()

    def get(self, address: str) -> requests.Session:
        """This thread's session; `address` is one of the party's."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = self._new(address)
        return session

    def forget(self) -> None:
        """Begin anew at this thread's next call."""
        self._local.session = None

    def _new(self, address: str) -> requests.Session:
        session = requests.Session()
        session.headers.update(self._headers)
        found = session.merge_environment_settings(address, {}, None, None, None)
        session.proxies, session.verify = found["proxies"], found["verify"]
        session.trust_env = False
        return session
