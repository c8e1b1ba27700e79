"""Hostile requests over every route, the same ones for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlencode

from flask import Flask

from tests.unit.channels.hostile import RECEIVERS
from tests.unit.web import hostile_values
from tests.unit.web.every_route import IN_ADDRESSES, every_route

PAYLOADS = Path(__file__).parents[2] / "payloads"
FORM = "application/x-www-form-urlencoded"
TICKET = {
    "code": "010221070034",
    "site": "0102",
    "sector": "transport",
    "service": "driving-licence-exam",
    "status": "paid",
    "phone": "012000678",
    "requested_on": "2026-11-02",
    "expected_on": "2026-11-09",
    "version": 1,
}
STEP = {"action": "answer", "text": "Sorry.", "unit": "district_owso", "place": "0102"}
MESSAGE = {"id": "c0ffee00-0000-4000-8000-000000000001", "text": "hello", "button_token": ""}


@dataclass(frozen=True)
class Request:
    """A request as it goes out; `path` is written as in a request's line."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def shown(self) -> str:
        headers = {name: value[:60] for name, value in self.headers.items()}
        target = f"{self.path[:120]}?{self.query[:120]}"
        return f"{self.method[:20]} {target} {headers} {self.body[:200]!r}"


@dataclass(frozen=True)
class Proofs:
    """What somebody who may do something would show: a site's token, an official's link."""

    site_token: str
    answer_path: str
    form_token: str


class HostileRequests:
    """Draws requests; `anybody` shows no proof, `insider` a good one over a hostile content."""

    def __init__(self, app: Flask, proofs: Proofs, seed: int) -> None:
        self._draw = random.Random(seed)
        self._routes = every_route(app)
        self._proofs = proofs
        self._captured = {
            name: [
                json.loads(path.read_bytes())
                for path in sorted((PAYLOADS / name).glob("*.json"))
                if path.stem != "malformed"
            ]
            for name in ("messenger", "telegram", "sms/smsgate", "sms/generic")
        }

    def anybody(self, number: int) -> Iterator[Request]:
        """Requests to every route and to none, with anything in every part of them."""
        for _ in range(number):
            route = self._draw.choice(self._routes)
            common = self._draw.random() < 0.7
            yield Request(
                route.method if common else self._draw.choice(hostile_values.METHODS),
                self._odd_path(route.path),
                self._odd_query(),
                dict(self._draw.sample(hostile_values.HEADERS, self._draw.randint(0, 3))),
                self._draw.choice(hostile_values.BODIES) if self._draw.random() < 0.6 else b"",
            )

    def insider(self, number: int) -> Iterator[Request]:
        """Well proved, well formed, and with values that nobody expects."""
        makers = (self._webhook, self._webhook, self._webhook, self._sync, self._step, self._chat)
        for _ in range(number):
            yield self._draw.choice(makers)()

    def _odd_path(self, path: str) -> str:
        chance = self._draw.random()
        if chance < 0.3:
            return path
        argument = next((value for value in IN_ADDRESSES.values() if value in path), None)
        piece = self._draw.choice(hostile_values.PIECES)
        if chance < 0.6 and argument:
            text = quote(self._draw.choice(hostile_values.TEXTS)[:3_000], safe="")
            return path.replace(argument, self._draw.choice([piece, text]))
        return self._draw.choice([f"{path}/{piece}", f"/{piece}", f"//{piece}{path}", path + piece])

    def _odd_query(self) -> str:
        chance = self._draw.random()
        if chance < 0.4:
            return ""
        if chance < 0.7:
            return self._draw.choice(hostile_values.QUERIES)
        names = ["lang", "year", "months", "place", "q", "after", "secret", "from", "id", "text"]
        texts = self._draw.sample(hostile_values.TEXTS, 2)
        return urlencode(dict(zip(self._draw.sample(names, 2), texts, strict=True)))

    def _webhook(self) -> Request:
        receiver = self._draw.choice(RECEIVERS)
        body = self._draw.choice([self._changed_payload, self._garbage])(receiver.name)
        proved = receiver.prove(body)
        headers = {"Content-Type": "application/json", **proved.headers}
        return Request(
            proved.method, f"/webhooks/{receiver.name}", proved.query, headers, proved.body
        )

    def _changed_payload(self, name: str) -> bytes:
        captured = self._captured.get(name)
        if captured is None:
            return self._changed_form(
                {"from": "+85510000001", "to": "1234", "id": "1", "text": "a"}
            )
        return self._written(self._changed(self._draw.choice(captured)))

    def _garbage(self, _: str) -> bytes:
        if self._draw.random() < 0.5:
            return self._draw.choice(hostile_values.BODIES)
        return self._draw.randbytes(self._draw.randint(0, 300))

    def _sync(self) -> Request:
        content = self._changed(
            {"tickets": [dict(TICKET) for _ in range(self._draw.randint(1, 3))]}
        )
        headers = {
            "Authorization": f"Bearer {self._proofs.site_token}",
            "Content-Type": "application/json",
        }
        return Request(
            "PUT", "/api/v1/sites/0102/tickets", headers=headers, body=self._written(content)
        )

    def _step(self) -> Request:
        form = {**STEP, "form": self._proofs.form_token}
        return Request(
            "POST",
            self._proofs.answer_path,
            headers={"Content-Type": FORM},
            body=self._changed_form(form),
        )

    def _chat(self) -> Request:
        headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
        if self._draw.random() < 0.5:
            headers["Cookie"] = "chrok_chat=" + self._draw.choice(["x" * 43, "ខ" * 3, "'" * 43])
        body = self._written(self._changed(dict(MESSAGE)))
        return Request("POST", "/chat/messages", headers=headers, body=body)

    def _changed(self, content: Any) -> Any:
        """A copy with up to three values replaced, wherever they stand, or taken out."""
        holder = {"": json.loads(json.dumps(content))}
        for _ in range(self._draw.randint(1, 3)):
            parent, key = self._draw.choice(list(_places(holder)))
            if isinstance(parent, dict) and self._draw.random() < 0.1 and key:
                parent.pop(key, None)
            else:
                parent[key] = deepcopy(self._draw.choice(hostile_values.VALUES))
        return holder[""]

    def _changed_form(self, fields: dict[str, str]) -> bytes:
        for name in self._draw.sample(sorted(fields), min(2, len(fields))):
            if self._draw.random() < 0.15:
                del fields[name]
            else:
                fields[name] = self._draw.choice(hostile_values.TEXTS)
        odd = quote_from_bytes(self._draw.randbytes(4)) if self._draw.random() < 0.2 else ""
        return (urlencode(fields) + odd).encode()

    def _written(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=self._draw.random() < 0.5).encode(
            errors="surrogatepass"
        )


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in list(children):
        yield value, key
        if isinstance(child, dict | list) and len(child) < 50:
            yield from _places(child)
