"""An SMTP server that keeps what it takes and refuses the recipients that it is told to."""

from __future__ import annotations

import email
import email.policy
import threading
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller


class MailServer:
    """Use as a context manager; `url` is what SMTP_URL takes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: list[tuple[str, EmailMessage]] = []
        self.refusals: dict[str, str] = {}
        self._controller = Controller(self, hostname="127.0.0.1", port=_free_port())

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}?from=chrok@example.org"

    def messages_to(self, recipient: str) -> list[EmailMessage]:
        with self._lock:
            return [message for to, message in self._taken if to == recipient]

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._lock:
            self._taken += [(recipient, message) for recipient in envelope.rcpt_tos]
        return "250 taken"


def _free_port() -> int:
    from tests.stack import free_port

    return free_port()
