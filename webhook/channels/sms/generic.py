"""Any aggregator with a plain HTTP interface: its field names are settings.

Messages and delivery reports come as a form, as JSON or in the query; a request with the status
field is a report. They prove themselves by a shared secret in a header, or, where an aggregator
can set none, in the address (`?secret=…`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bot.messages import DeliveryReport, InboundMessage
from bot.sms_settings import GenericSettings
from webhook.channels.answers import json_object
from webhook.channels.base import Accepted, ParseResult, RawRequest, Sent
from webhook.channels.sms import reading
from webhook.channels.sms.client import GatewayClient, refusal
from webhook.channels.values import Ignored

NAME = "generic"
_OK = range(200, 300)


class GenericGateway:
    """An aggregator as its settings describe it."""

    accepted = Accepted()

    def __init__(self, settings: GenericSettings) -> None:
        self._settings = settings
        self._client = GatewayClient()

    def handshake(self, request: RawRequest) -> None:
        """Many aggregators deliver by GET."""

    def verify(self, request: RawRequest) -> None:
        """Check the shared secret."""
        header = request.headers.get(self._settings.secret_header.lower(), "")
        given = header or request.args.get("secret", "")
        reading.check_secret(given, self._settings.secret, "secret")

    def parse(self, request: RawRequest) -> ParseResult:
        """A message, or a delivery report."""
        return reading.result_of(lambda: self._read(request))

    def send_text(self, number: str, text: str, reference: str) -> Sent:
        """Hand over one message, in the address, as a form or as JSON."""
        settings = self._settings
        values = {
            settings.to_field: number,
            settings.text_field: text,
            settings.id_field: reference,
            **({settings.from_field: settings.sender} if settings.sender else {}),
        }
        content: dict[str, Any] = {}
        if settings.method.upper() == "GET":
            content["params"] = {} if "{to}" in settings.api_url else values
        elif settings.format.lower() == "form":
            content["data"] = values
        else:
            content["json"] = _nested(values)
        if settings.authorization:
            content["headers"] = {"Authorization": settings.authorization}
        address = self._filled(number=number, text=text, reference=reference)
        answer = self._client.call(settings.method.upper(), address, **content)
        if answer.status_code not in _OK:
            raise refusal(answer)
        return Sent(_value(json_object(answer), settings.id_field) or reference)

    def _filled(self, *, number: str, text: str, reference: str) -> str:
        address = self._settings.api_url
        for name, value in (
            ("to", number),
            ("text", text),
            ("reference", reference),
            ("sender", self._settings.sender),
        ):
            address = address.replace(f"{{{name}}}", quote(value, safe=""))
        return address

    def _read(self, request: RawRequest) -> InboundMessage | DeliveryReport:
        settings = self._settings
        fields = _fields(request)
        status = _value(fields, settings.status_field)
        message_id = _value(fields, settings.id_field)
        if status:
            if status in _listed(settings.delivered):
                return reading.report(message_id, delivered=True)
            if status in _listed(settings.failed):
                return reading.report(message_id, delivered=False, code=status)
            raise Ignored("a status that is not final")
        return reading.message(
            NAME,
            sender=_value(fields, settings.from_field),
            text=_value(fields, settings.text_field),
            event_id=message_id,
            time=_value(fields, settings.time_field),
        )


def _fields(request: RawRequest) -> Mapping[str, Any]:
    if request.method == "GET":
        return request.args
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type.endswith("json") or request.body.lstrip()[:1] == b"{":
        return reading.json_object(request.body)
    return reading.form(request.body)


def _value(fields: Mapping[str, Any], path: str) -> str:
    """The field at the path, such as `data.sms.from`; empty where there is none."""
    if path in fields:
        return reading.text_of(fields[path])
    found: object = fields
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return reading.text_of(found)


def _nested(values: Mapping[str, str]) -> dict[str, Any]:
    """The values under their paths: `data.to` becomes `{"data": {"to": …}}`."""
    content: dict[str, Any] = {}
    for path, value in values.items():
        *outer, name = path.split(".")
        place = content
        for step in outer:
            place = place.setdefault(step, {})
        place[name] = value
    return content


def _listed(values: str) -> set[str]:
    return {value.strip() for value in values.split(",")}
