"""Facebook's request to delete what an app knows of somebody.

Source: https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass

from webhook.channels.base import Rejected
from webhook.channels.values import mapping

_BAD_REQUEST = 400
_FORBIDDEN = 403
_LONGEST = 4096
_ALGORITHM = "HMAC-SHA256"
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")
_USER_ID = re.compile(r"[0-9]{1,32}")


@dataclass(frozen=True)
class SignedRequest:
    """Who is to be forgotten, by the id that our app knows them by, and when that was asked."""

    user_id: str
    issued_at: int

    def subject(self, secret_key: str) -> str:
        """What stands for the request in our database: 64 characters that lead to nobody."""
        said = f"{self.user_id}:{self.issued_at}".encode()
        return hmac.new(secret_key.encode(), said, hashlib.sha256).hexdigest()


def read_signed_request(value: str, app_secret: str) -> SignedRequest:
    """Check and read a `signed_request`: `<signature>.<payload>`, each in base64url.

    The signature is over the payload as it stands, in constant time, before anything in it is
    looked at. Raises `Rejected`.
    """
    signature, dot, payload = value.partition(".")
    if not dot or len(value) > _LONGEST:
        raise Rejected(_BAD_REQUEST, "signed_request has not the form signature.payload")
    said = payload.encode(errors="replace")
    expected = hmac.new(app_secret.encode(), said, hashlib.sha256).digest()
    if not hmac.compare_digest(_decoded(signature), expected):
        raise Rejected(_FORBIDDEN, "signed_request has a wrong signature")
    try:
        content = mapping(json.loads(_decoded(payload)))
    except (ValueError, RecursionError):
        raise Rejected(_BAD_REQUEST, "signed_request holds no JSON") from None
    if str(content.get("algorithm")).upper() != _ALGORITHM:
        raise Rejected(_FORBIDDEN, f"signed_request is not made with {_ALGORITHM}")
    user_id, issued_at = str(content.get("user_id", ""))[:64], content.get("issued_at", 0)
    if not _USER_ID.fullmatch(user_id) or not isinstance(issued_at, int):
        raise Rejected(_BAD_REQUEST, "signed_request names no user_id")
    return SignedRequest(user_id, issued_at)


def _decoded(value: str) -> bytes:
    """The bytes; nothing for what is not base64url, which then matches no signature."""
    if not _BASE64URL.fullmatch(value):
        return b""
    bare = value.rstrip("=")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        return b""
