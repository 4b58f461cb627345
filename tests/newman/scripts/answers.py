"""What does the server of the cases answer: an echo, pages of a kind each, and answers that are odd in some way?"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_ECHOED = ("content-type", "cookie", "authorization")
_PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=")


PAGES = {
    "/text": ("text/plain", "hello"),
    "/xml": ("application/xml", "<a><b x='1'>2</b><b>3</b></a>"),
    "/html": ("text/html", "<html><head><title>T</title></head><body><p class='x'>one</p><p>two</p></body></html>"),
    "/csv": ("text/csv", "a,b\n1,2\n3,4\n"),
    "/users": ("application/json", '{"users": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bo"}], "total": 2}'),
}


def _raw(
    body: bytes = b"", kind: str | None = "text/plain", *more: str, status: str = "200 OK", length: bool = True
) -> bytes:
    lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind is not None else []), *more]
    lines += [f"Content-Length: {len(body)}"] if length else []
    return "\r\n".join([*lines, "", ""]).encode() + body


RAW = {
    "nocontent": _raw(status="204 No Content", kind=None, length=False),
    "notmodified": _raw(status="304 Not Modified", kind=None, length=False),
    "notype": _raw(b"plain", None),
    "latin1": _raw("é ü".encode("latin-1"), "text/plain; charset=ISO-8859-1"),
    "utf16": _raw("é ü".encode("utf-16"), "text/plain; charset=utf-16"),
    "bom": _raw("\ufeffé".encode()),
    "badcharset": _raw("é".encode(), "text/plain; charset=nonsense"),
    "broken": _raw(b"a\xff\xfeb\xc3", "text/plain; charset=utf-8"),
    "binary": _raw(bytes(range(256)), "application/octet-stream"),
    "nul": _raw(b"a\0b"),
    "png": _raw(_PNG, "image/png"),
    "pngtext": _raw(_PNG),
    "pdf": _raw(b"%PDF-1.4 \xe2\xe3", "application/pdf", 'Content-Disposition: attachment; filename="a b.pdf"'),
    "named": _raw(b"x", "text/plain", "Content-Disposition: attachment; filename*=UTF-8''%E2%82%AC.txt"),
    "gzip": _raw(gzip.compress(b"zipped", mtime=0), "text/plain", "Content-Encoding: gzip"),
    "deflate": _raw(zlib.compress(b"zipped"), "text/plain", "Content-Encoding: deflate"),
    "chunked": _raw(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "text/plain", "Transfer-Encoding: chunked", length=False),
    "empty": _raw(),
    "noreason": _raw(b"x", status="200 "),
    "oddreason": _raw(b"x", status="200 Très bien: {x}"),
    "twice": _raw(b"x", "text/plain", "X-Two: a", "X-Two: b", "x-two: c", "Vary: a", "Vary: b"),
    "number": _raw(b" 5 ", "application/json"),
    "brokenjson": _raw(b'{"a": 1,}', "application/json"),
    "jsonbom": _raw("\ufeff{}".encode(), "application/json"),
    "form": _raw(b"a=1&b=2", "application/x-www-form-urlencoded"),
    "js": _raw(b"f({})", "application/javascript; charset=utf-8"),
    "zip": _raw(b"PK\3\4\x80", "application/zip"),
    "audio": _raw(b"ID3\x80", "audio/mpeg"),
    "font": _raw(b"wOF2\x80", "font/woff2"),
    "large": _raw(b"0123456789" * 2000),
}


def respond(received: Any) -> bytes:
    """Answer a request: a page of its path, else what it was made of; `/status/404` with that status.

    `/raw/…` is one of the odd answers. Each `set-cookie` of the query is a line of the answer, an octet in each
    character; `to` is where it redirects, `code` with which status.
    """
    line, *rows = received.head.decode("latin-1").split("\r\n")[:-2]
    method, target, _ = line.split(" ")
    url = urlsplit(target)
    if url.path.startswith("/raw/"):
        return RAW[url.path.removeprefix("/raw/")]
    headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
    echo = {
        "method": method,
        "path": url.path,
        "args": dict(parse_qsl(url.query, keep_blank_values=True)),
        "headers": {name: headers[name] for name in headers if name in _ECHOED or name.startswith("x-")},
        "body": received.body.decode("utf-8", "replace"),
    }
    kind, body = PAGES.get(url.path, ("application/json", json.dumps(echo)))
    status = re.match(r"/status/(\d+)", url.path)
    given = parse_qsl(url.query, encoding="latin-1")
    lines = ["a=1; Path=/", "b=2"] if url.path == "/cookies" else [text for name, text in given if name == "set-cookie"]
    cookies = [f"Set-Cookie: {line}\r\n" for line in lines]
    cookies += [f"Location: {value}\r\n" for name, value in given if name == "to"]
    data = b"" if method == "HEAD" else body.encode()
    code = status[1] if status else dict(given).get("code", "302") if dict(given).get("to") else "200"
    reason = {"200": "OK", "404": "Not Found", "500": "Internal Server Error", "201": "Created"}.get(code, "Other")
    head = f"HTTP/1.1 {code} {reason}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\nX-Served: yes\r\n"
    return (head + "".join(cookies) + "\r\n").encode("latin-1") + data
