"""Errors of the API as JSON: a stable code, the field where there is one, and how to mend it."""

from __future__ import annotations

from flask import Response, jsonify

_TRY_AGAIN_SECONDS = {429: "60", 503: "30"}


class ApiError(Exception):
    """A request that is refused as a whole."""

    def __init__(self, status: int, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.field = field

    def response(self) -> Response:
        """The answer, with the headers that HTTP asks for beside its status."""
        content = {"code": self.code, "field": self.field or None, "message": self.message}
        response = jsonify({"error": content})
        response.status_code = self.status
        if self.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="Chrok sites"'
        if self.status in _TRY_AGAIN_SECONDS:
            response.headers["Retry-After"] = _TRY_AGAIN_SECONDS[self.status]
        return response
