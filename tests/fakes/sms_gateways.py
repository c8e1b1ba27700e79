"""SMS gateways: Nuntium, Kannel, SMS Gateway for Android, Twilio and a nameless aggregator."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import threading
import uuid
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import RequestValidator

from tests.fakes.provider import Answer, FakeProvider, RecordedRequest

_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
TEXT = {"Content-Type": "text/plain; charset=utf-8"}


def basic(user: str, password: str) -> str:
    """The Authorization header of Basic authentication."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def sign_smsgate(body: bytes, key: str, timestamp: int) -> dict[str, str]:
    """The headers that the Android app signs a webhook call with."""
    signature = hmac.new(key.encode(), body + str(timestamp).encode(), hashlib.sha256).hexdigest()
    return {"X-Signature": signature, "X-Timestamp": str(timestamp)}


def sign_twilio(address: str, fields: dict[str, str], token: str) -> str:
    """The X-Twilio-Signature header of a form sent to an address."""
    return RequestValidator(token).compute_signature(address, fields)


class SmsGatewayFake(FakeProvider):
    """Keeps what it took, by number, in order."""

    def __init__(self) -> None:
        super().__init__()
        self._accepting = threading.Lock()
        self._accepted: list[tuple[str, str]] = []
        self._seen: set[str] = set()

    def reset(self) -> None:
        super().reset()
        with self._accepting:
            self._accepted.clear()
            self._seen.clear()

    def texts(self, number: str) -> list[str]:
        """The short messages that reached a number, in order."""
        with self._accepting:
            return [text for to, text in self._accepted if to == number]

    def accept(self, number: str, text: str) -> None:
        with self._accepting:
            self._accepted.append((number, text))

    def is_new(self, message_id: str) -> bool:
        """Whether a message with this id was never taken before."""
        with self._accepting:
            new = message_id not in self._seen
            self._seen.add(message_id)
            return new

    def is_logged_in(self, request: RecordedRequest, user: str, password: str) -> bool:
        return request.headers.get("authorization") == basic(user, password)


class Nuntium(SmsGatewayFake):
    """Nuntium answers with headers alone, whether it can route the message or not."""

    def __init__(self, account: str, application: str, password: str) -> None:
        super().__init__()
        self._login = (f"{account}/{application}", password)
        self._path = f"/{account}/{application}/send_ao"

    def respond(self, request: RecordedRequest) -> Answer:
        if urlsplit(request.path).path != self._path:
            return Answer(404, b"", TEXT)
        if not self.is_logged_in(request, *self._login):
            return Answer(401, b"HTTP Basic: Access denied.", TEXT)
        fields = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        if not fields.get("to", "").startswith("sms://") or not fields.get("body"):
            return Answer(400, b"", TEXT)
        self.accept("+" + fields["to"].removeprefix("sms://"), fields["body"])
        guid = fields.get("guid") or str(uuid.uuid4())
        headers = {"X-Nuntium-Id": "1", "X-Nuntium-Guid": guid, "X-Nuntium-Token": guid}
        return Answer(200, b"", {**TEXT, **headers})


class Kannel(SmsGatewayFake):
    """smsbox: everything is in the address, the text in the charset that is named."""

    def __init__(self, username: str, password: str) -> None:
        super().__init__()
        self._login = (username, password)
        self.report_urls: list[str] = []

    def respond(self, request: RecordedRequest) -> Answer:
        path, query = urlsplit(request.path).path, urlsplit(request.path).query
        if path != "/cgi-bin/sendsms" or request.method != "GET":
            return Answer(404, b"Unknown request", TEXT)
        pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
        fields = {name: value.encode("latin-1") for name, value in pairs}
        known = {name: value.decode("utf-8", errors="replace") for name, value in fields.items()}
        if (known.get("username"), known.get("password")) != self._login:
            return Answer(403, b"Authorization failed for sendsms", TEXT)
        if not known.get("to") or "text" not in fields:
            return Answer(400, b"Missing receiver number, rejected", TEXT)
        coding, charset = known.get("coding", "0"), known.get("charset", "")
        if (coding, charset.upper()) not in (("0", "UTF-8"), ("2", "UTF-16BE")):
            return Answer(400, b"Invalid coding or charset", TEXT)
        try:
            text = fields["text"].decode(charset)
        except UnicodeDecodeError:
            return Answer(400, b"Charset or body misformed, rejected", TEXT)
        self.report_urls.append(known.get("dlr-url", ""))
        self.accept(known["to"], text)
        return Answer(202, b"0: Accepted for delivery", TEXT)


class SmsGate(SmsGatewayFake):
    """The cloud server of SMS Gateway for Android."""

    def __init__(self, username: str, password: str) -> None:
        super().__init__()
        self._login = (username, password)
        self.ids: list[str] = []

    def respond(self, request: RecordedRequest) -> Answer:
        if urlsplit(request.path).path != "/3rdparty/v1/message" or request.method != "POST":
            return Answer(404, {"message": "Not found"})
        if not self.is_logged_in(request, *self._login):
            return Answer(401, {"message": "Unauthorized"})
        content: Any = json.loads(request.body)
        text = content.get("textMessage", {}).get("text", "")
        numbers = content.get("phoneNumbers", [])
        if not text or not numbers or not all(_NUMBER.fullmatch(number) for number in numbers):
            return Answer(400, {"message": "failed to validate phone number"})
        message_id = content.get("id") or uuid.uuid4().hex[:21]
        if len(message_id) > 36:
            return Answer(400, {"message": "id must have at most 36 characters"})
        if not self.is_new(message_id):
            return Answer(409, {"message": "duplicate id"})
        self.ids.append(message_id)
        for number in numbers:
            self.accept(number, text)
        return Answer(202, {"id": message_id, "state": "Pending", "recipients": []})


class Twilio(SmsGatewayFake):
    """Twilio's Message resource; `opted_out` are the numbers that sent it STOP."""

    def __init__(self, account_sid: str, auth_token: str) -> None:
        super().__init__()
        self._account_sid, self._auth_token = account_sid, auth_token
        self.opted_out: set[str] = set()

    def respond(self, request: RecordedRequest) -> Answer:
        path = f"/2010-04-01/Accounts/{self._account_sid}/Messages.json"
        if urlsplit(request.path).path != path or request.method != "POST":
            return self.error(404, 20404, "The requested resource was not found")
        if not self.is_logged_in(request, self._account_sid, self._auth_token):
            return self.error(401, 20003, "Authenticate")
        fields = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        if not _NUMBER.fullmatch(fields.get("To", "")):
            return self.error(400, 21211, "Invalid 'To' Phone Number")
        if not fields.get("From") and not fields.get("MessagingServiceSid"):
            return self.error(400, 21603, "A 'From' phone number is required")
        if not fields.get("Body"):
            return self.error(400, 21602, "Message body is required")
        if len(fields["Body"]) > 1600:
            return self.error(400, 21617, "The concatenated message body exceeds 1600 characters")
        if fields["To"] in self.opted_out:
            return self.error(400, 21610, "Attempt to send to unsubscribed recipient")
        self.accept(fields["To"], fields["Body"])
        sid = "SM" + uuid.uuid4().hex
        return Answer(201, {"sid": sid, "status": "queued", "to": fields["To"], "error_code": None})

    @staticmethod
    def error(status: int, code: int, message: str = "Refused") -> Answer:
        more = f"https://www.twilio.com/docs/errors/{code}"
        content = {"code": code, "message": message, "more_info": more, "status": status}
        return Answer(status, content)


class Aggregator(SmsGatewayFake):
    """An aggregator with JSON fields `to`, `text` and `id`, behind a token."""

    def __init__(self, authorization: str) -> None:
        super().__init__()
        self._authorization = authorization

    def respond(self, request: RecordedRequest) -> Answer:
        if request.headers.get("authorization") != self._authorization:
            return Answer(401, {"error": "unauthorised"})
        if request.method == "GET":
            content: Any = request.query
        elif request.headers.get("content-type") == "application/json":
            content = json.loads(request.body)
        else:
            content = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        if not content.get("to") or not content.get("text"):
            return Answer(400, {"error": "to and text are needed"})
        self.accept(content["to"], content["text"])
        return Answer(200, {"id": f"agg-{content.get('id', '')}"})
