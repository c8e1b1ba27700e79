"""What programs trip over: values, addresses, headers and bodies that nobody honest sends."""

from __future__ import annotations

from typing import Any

from tests.unit.channels.hostile import ODD_BODIES

TEXTS = [
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "\x7f\x1b[2J",
        "\r\nSet-Cookie: a=b",
        "%",
        "%s%n",
        "{0.__class__}",
    ),
    *("../../etc/passwd", "..\\..\\x", "/etc/passwd\x00.png", "%2e%2e%2f", "file:///etc/passwd"),
    *("'; DROP TABLE inbox; --", "1 OR 1=1", "<script>alert(1)</script>", "{{7*7}}", "${7*7}"),
    *(
        "-1",
        "0",
        "1e999",
        "NaN",
        "9" * 30,
        "9" * 5_000,
        "0x10",
        "1_000",
        "+1",
        "1.0",
        "١٢٣٤",
        "²²²²",
    ),
    *("២០២១", "០១០២០១", "ខ្មែរ", "ក្" * 300, "🏳️\u200d🌈" * 50, "\u202eabc", "\ufeff", "\U0010ffff"),
    *("a" * 10_000, "true", "null", "undefined", "010201/..", "010201;x", "0102010", "1" * 12),
]
VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 1e308, float("inf"), 10**19, -(10**40), 10**400),
    *([], {}, [[]], [None], {"": None}, {"a": {"b": []}}, ["x"] * 300, {"id": {"id": {}}}),
    *TEXTS,
    *("\ud800", "x\udfffy"),
]
METHODS = [
    *("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"),
    *("BREW", "get", "M" * 200),
]
# As they stand in a request's line: what is no letter is written as %xx, well or badly.
PIECES = [
    *(
        "%00",
        "%ff%fe",
        "%2e%2e%2f%2e%2e",
        "..",
        ".",
        "%",
        "%zz",
        "%e1%9e",
        "%c0%ae",
        "%5c",
        "%0d%0a",
    ),
    *("a/" * 500, "x" * 4_000, "%20", "%25252e", ";a=b", "%u1780", "010201", "robots.txt", ".env"),
    *(".git/config", "wp-login.php", "%E1%9E%81", "~", "@", "null", "%F0%9F%87%B0"),
]
QUERIES = [
    *("%", "%ff=%fe", "&&&&", "=", "a", "lang", "lang=%00", "lang[]=km", "q=" + "%E1%9E%81" * 500),
    *("a=b&" * 2_000, "months=%C2%B2&place=01", "months=-3", "months=9999", "months=%D9%A3"),
    *("year=%C2%B2%C2%B2%C2%B2%C2%B2", "year=0000", "year=-202", "year=99999999999", "after=%00"),
    *("after=1e5", "after=" + "9" * 5_000, "hub.mode=subscribe&hub.verify_token=%ff", "place=%00"),
    *("q=%00", "q=%27%22%3E%3C", "place=010201", "lang=en&lang=km&lang=fr", "q=" + "(" * 500),
]
HEADERS = [
    *(
        ("Cookie", value)
        for value in ("chrok_chat", "chrok_chat=" + "x" * 43, "=;=;", "a=" * 2_000)
    ),
    *(
        ("Cookie", value)
        for value in ("chrok_lang=\x80", 'chrok_chat="\\', "chrok_lang=en; " * 300)
    ),
    *(
        ("Content-Type", value)
        for value in ("", "/", "application/json; charset=utf-99", "text/html")
    ),
    ("Content-Type", "application/json"),
    ("Content-Type", "application/x-www-form-urlencoded; charset=utf-16"),
    ("Content-Type", "multipart/form-data"),
    ("Content-Type", "multipart/form-data; boundary="),
    ("Content-Type", "multipart/form-data; boundary=" + "x" * 500),
    *(
        ("Authorization", value)
        for value in ("Bearer", "Bearer ", "Basic", "Basic !!!", "Basic Og==")
    ),
    *(("Authorization", value) for value in ("Bearer " + "x" * 8_000, "Digest a=b,", "\xff", " ")),
    *(("Range", value) for value in ("bytes=0-", "bytes=-1,5-2", "bytes=" + "0-1," * 500, "x=y")),
    *(("If-None-Match", value) for value in ("*", 'W/"', '"x",' * 500)),
    *(
        ("If-Modified-Since", value)
        for value in ("yesterday", "Thu, 99 Foo 9999 99:99:99 GMT", "0")
    ),
    *(("Accept-Language", value) for value in ("km;q=x", "*" * 500, "\x80")),
    *(("X-Forwarded-For", value) for value in ("", ",,,", "::::", "127.0.0.1, " * 300, "unknown")),
    *(("Origin", value) for value in ("null", "http://[", "://", "https://evil.example")),
    *(("Sec-Fetch-Site", value) for value in ("cross-site", "same-origin", "", "x")),
    *(
        ("Host", value)
        for value in ("evil.example", "[::1", "a b", "localhost:99999999", "x" * 300)
    ),
    *(("Content-Length", value) for value in ("-1", "x", "99999999999999999999", "0", "1e3")),
    *(("Content-Encoding", value) for value in ("gzip", "deflate", "br, br, br")),
    *(("X-Request-ID", value) for value in ("x" * 5_000, "\x01", "${jndi:ldap://x}")),
    *(("Transfer-Encoding", value) for value in ("chunked", "identity, chunked", "x")),
    *(("Expect", "200-maybe"), ("Upgrade", "websocket"), ("X-HTTP-Method-Override", "DELETE")),
]
_PART = b'--x\r\nContent-Disposition: form-data; name="form"'
BODIES = [
    *ODD_BODIES,
    _PART,
    _PART + b"\r\n\r\nhalf",
    _PART + b'; filename="../../x"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--x--',
    (_PART + b"\r\n\r\n1\r\n") * 300 + b"--x--",
    b"action=answer&text=" + b"%E1%9E%81" * 3_000,
    b"form=&action=forward&place=%00&unit=%ff",
    b"a&" * 3_000,
    b"signed_request=a.b&signed_request=.",
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
]
