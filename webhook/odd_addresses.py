"""Addresses that no honest link leads to are refused before a view or the database sees them."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from flask import Flask, request
from werkzeug.exceptions import BadRequest


def refuse_odd_addresses(app: Flask) -> None:
    """Answer 400 to an address with a NUL in it, which PostgreSQL takes in no text.

    A gateway of SMS may send one: in UTF-16 every Latin letter brings its NUL.
    """

    def check() -> None:
        if request.endpoint == "hooks.call":
            return
        if "\x00" in request.path or b"\x00" in unquote_to_bytes(request.query_string):
            raise BadRequest("there is a NUL in the address")

    app.before_request(check)
