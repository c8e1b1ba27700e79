"""Facebook Messenger (Graph API v26.0).

Rules: https://developers.facebook.com/docs/messenger-platform
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import timedelta

from bot.messages import Capabilities
from bot.rendering import Part
from webhook.channels.base import Accepted, ParseResult, Rates, RawRequest, Rejected, Sent
from webhook.channels.messenger_events import read_events
from webhook.channels.messenger_graph import GraphClient
from webhook.channels.messenger_payloads import message_of
from webhook.channels.messenger_values import CHANNEL

_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")
_FORBIDDEN = 403


class MessengerChannel:
    """A Page's conversations."""

    name = CHANNEL
    capabilities = Capabilities(
        text_characters=2000,
        button_title_characters=20,
        template_buttons=3,
        text_with_buttons_characters=640,
        quick_replies=13,
        images=True,
    )
    # 300 text messages a second for each Page, and answers within 24 hours.
    rates = Rates(per_second=250, answer_window=timedelta(hours=24))
    accepted = Accepted()

    def __init__(
        self,
        page_token: str,
        app_secret: str,
        verify_token: str,
        api_url: str,
        app_id: str = "",
    ) -> None:
        self._app_secret = app_secret.encode()
        self._verify_token = verify_token.encode()
        self._app_id = app_id
        self._graph = GraphClient(api_url, page_token, app_secret)

    def handshake(self, request: RawRequest) -> str:
        """The challenge, for a caller that knows our verify token."""
        args = request.args
        if args.get("hub.mode") != "subscribe":
            raise Rejected(_FORBIDDEN, "hub.mode is not subscribe")
        token = args.get("hub.verify_token", "").encode(errors="replace")
        if not hmac.compare_digest(token, self._verify_token):
            raise Rejected(_FORBIDDEN, "wrong hub.verify_token")
        return args.get("hub.challenge", "")

    def verify(self, request: RawRequest) -> None:
        """Check `X-Hub-Signature-256`: an HMAC of the raw body with the app secret."""
        signature = _SIGNATURE.fullmatch(request.headers.get("x-hub-signature-256", ""))
        if signature is None:
            raise Rejected(_FORBIDDEN, "no well-formed X-Hub-Signature-256")
        expected = hmac.new(self._app_secret, request.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature[1], expected):
            raise Rejected(_FORBIDDEN, "wrong X-Hub-Signature-256")

    def parse(self, request: RawRequest) -> ParseResult:
        """The messages of every entry; never raises, since the sender is known."""
        return read_events(request.body, self._app_id)

    def send(self, recipient_id: str, part: Part) -> Sent:
        """Send one part as an answer inside the 24-hour window."""
        return Sent(self._graph.send_message(recipient_id, message_of(part)))

    def show_typing(self, recipient_id: str) -> None:
        """Mark the conversation as seen and show the typing sign."""
        if self._graph.send_action(recipient_id, "mark_seen"):
            self._graph.send_action(recipient_id, "typing_on")

    def acknowledge(self, details: Mapping[str, object]) -> None:
        """Messenger shows a pressed button by itself."""
