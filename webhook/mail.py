"""E-mail to officials: made with the standard library, sent by the server that SMTP_URL names."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.errors import ChrokError
from bot.settings import Settings

_TIMEOUT = 20
_PORTS = {"smtp": 25, "smtps": 465}


class MailError(ChrokError):
    """A message did not go out; `retryable` tells whether the server may take it later."""

    code = "mail"

    def __init__(self, code: str, *, retryable: bool) -> None:
        super().__init__(code)
        self.code = code
        self.retryable = retryable


@dataclass(frozen=True)
class Attachment:
    """A file in a message; with a `content_id` it is a picture that the HTML shows."""

    content: bytes
    media_type: str
    name: str
    content_id: str = ""


def compose(
    settings: Settings,
    *,
    recipient: str,
    subject: str,
    text: str,
    html: str,
    key: str,
    written_at: datetime,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """A message with text and HTML, as bytes; the same key gives the same Message-ID.

    A server that is handed the same message twice after a crash can so tell that it is one.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender(settings)
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = format_datetime(written_at)
    host = urlsplit(settings.public_url).hostname or "localhost"
    message["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:32]}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    page = message.get_payload()[1]  # type: ignore[index]
    for file in attachments:
        kind, _, subtype = file.media_type.partition("/")
        if file.content_id:
            page.add_related(  # type: ignore[union-attr]
                file.content, kind, subtype, cid=f"<{file.content_id}>", filename=file.name
            )
    for file in attachments:
        kind, _, subtype = file.media_type.partition("/")
        if not file.content_id:
            message.add_attachment(file.content, kind, subtype, filename=file.name)
    return message.as_bytes()


def sender(settings: Settings) -> str:
    """The address that messages come from: `?from=` of SMTP_URL, else of the server's account."""
    url = urlsplit(settings.smtp_url)
    given = parse_qs(url.query).get("from", [""])[0]
    account = unquote(url.username or "")
    host = urlsplit(settings.public_url).hostname or "localhost"
    return given or (account if "@" in account else f"chrok@{host}")


class MailServer:
    """One connection to the server, for a few messages; use as a context manager."""

    def __init__(self, smtp_url: str) -> None:
        self._url = urlsplit(smtp_url)
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._smtp is not None:
            self._smtp.close()

    def send(self, sender_address: str, recipient: str, content: bytes) -> None:
        """Give a message to the server; raises `MailError`."""
        try:
            if self._smtp is None:
                self._smtp = _connect(self._url)
            self._smtp.sendmail(sender_address, [recipient], content)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            self._reset()
            raise MailError(f"smtp_{code}", retryable=code < 500) from error
        except smtplib.SMTPAuthenticationError as error:
            self._forget()
            raise MailError("smtp_login", retryable=True) from error
        except smtplib.SMTPResponseException as error:
            self._forget()
            code = error.smtp_code
            raise MailError(f"smtp_{code}", retryable=code < 500) from error
        except (smtplib.SMTPException, OSError) as error:
            self._forget()
            raise MailError(type(error).__name__, retryable=True) from error

    def _reset(self) -> None:
        try:
            if self._smtp is not None:
                self._smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._forget()

    def _forget(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _connect(url: SplitResult) -> smtplib.SMTP:
    """TLS from the start for smtps://; for smtp:// as soon as the server offers it."""
    host, port = url.hostname or "localhost", url.port or _PORTS[url.scheme]
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=context)
    else:
        smtp = smtplib.SMTP(host, port, timeout=_TIMEOUT)
        smtp.ehlo()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
    if url.username:
        smtp.login(unquote(url.username), unquote(url.password or ""))
    return smtp
