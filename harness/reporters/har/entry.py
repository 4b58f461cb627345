"""`entries`: one request with its answer as an HTTP Archive has it.

HAR 1.2 (w3c.github.io/web-performance/specs/HAR/Overview.html). What we do not measure is -1 or left out, as it says.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from harness.moment import iso_utc
from harness.record.item import ExchangeRecord, RequestRecord, ResponseRecord
from harness.transport.cookies.set_cookie import RefusedCookie, SetCookie, parse_set_cookie
from harness.transport.exchange import Headers

__all__ = ["entries", "unanswered_entry"]

Fields = dict[str, Any]
_UNKNOWN = -1
_CUT = {"_truncated": True, "comment": "only the beginning of the body"}


def entries(exchange: ExchangeRecord) -> Iterator[Fields]:
    """Yield an entry for each redirect and challenge on the way, and one for the answer, which has the whole time."""
    for hop in exchange.redirects:
        yield _entry(hop.request, hop.response, exchange.started_at, 0.0)
    yield _entry(exchange.request, exchange.response, exchange.started_at, exchange.elapsed_ms)


def unanswered_entry(sent: RequestRecord, error: str, started_at: float) -> Fields:
    """Return the entry of a request that got no answer: status 0 and `_error`, as browsers write it."""
    entry = _entry(sent, ResponseRecord(0, "", http_version=""), started_at, 0.0)
    return {**entry, "_error": error}


def _entry(sent: RequestRecord, answer: ResponseRecord, started_at: float, elapsed_ms: float) -> Fields:
    elapsed = round(elapsed_ms, 3)
    return {
        "startedDateTime": iso_utc(started_at),
        "time": elapsed,
        "request": _request(sent, answer.http_version or "HTTP/1.1"),
        "response": _response(answer, sent.url),
        "cache": {},
        "timings": {"send": 0, "wait": elapsed, "receive": 0},
    }


def _request(sent: RequestRecord, version: str) -> Fields:
    fields: Fields = {
        "method": sent.method,
        "url": sent.url,
        "httpVersion": version,
        "cookies": [
            {"name": name.strip(), "value": value}
            for line in _all(sent.headers, "cookie")
            for name, _, value in (pair.partition("=") for pair in line.split(";"))
        ],
        "headers": _headers(sent.headers),
        "queryString": _query(sent.url),
        "headersSize": _UNKNOWN,
        "bodySize": sent.body.size,
    }
    if body := sent.body:
        # The format has no word for binary request bodies; members with an underscore are free.
        more = {"_encoding": "base64"} if body.raw else {}
        cut = {"_size": body.size, **_CUT} if body.truncated else {}
        text = b64encode(body.raw).decode("ascii") if body.raw else body.text
        fields["postData"] = {"mimeType": sent.header("content-type") or "", "text": text, **more, **cut}
    return fields


def _response(answer: ResponseRecord, url: str) -> Fields:
    body = answer.body
    content: Fields = {"size": body.size, "mimeType": answer.header("content-type") or ""}
    if answer.wire_size and answer.wire_size != body.size:
        content["compression"] = body.size - answer.wire_size
    if body:
        encoded = body.raw and "charset" not in (answer.header("content-type") or "").lower()
        content |= (
            {"text": b64encode(body.raw).decode("ascii"), "encoding": "base64"} if encoded else {"text": _text(answer)}
        )
        content |= _CUT if body.truncated else {}
    return {
        "status": answer.status,
        "statusText": answer.reason,
        "httpVersion": answer.http_version,
        "cookies": list(_cookies(answer)),
        "headers": _headers(answer.headers),
        "content": content,
        "redirectURL": _target(answer, url),
        "headersSize": _UNKNOWN,
        "bodySize": answer.wire_size,
    }


def _target(answer: ResponseRecord, url: str) -> str:
    place = answer.header("location")
    if not place:
        return ""
    try:
        return urljoin(url, place)
    except ValueError:
        return place


def _text(answer: ResponseRecord) -> str:
    """Return the body, read in the charset that the answer names where it is not UTF-8."""
    return answer.text if answer.body.raw else answer.body.text


def _headers(headers: Headers) -> list[Fields]:
    return [{"name": name, "value": value} for name, value in headers]


def _query(url: str) -> list[Fields]:
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return []
    return [{"name": name, "value": value} for name, value in pairs]


def _all(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key.lower() == name]


def _cookies(answer: ResponseRecord) -> Iterator[Fields]:
    """Yield the cookies that an answer sets, save for lines that no client takes for one."""
    for line in _all(answer.headers, "set-cookie"):
        with suppress(RefusedCookie):
            yield _cookie(parse_set_cookie(line))


def _cookie(cookie: SetCookie) -> Fields:
    fields: Fields = {"name": cookie.name, "value": cookie.value, "httpOnly": cookie.http_only, "secure": cookie.secure}
    fields |= {key: value for key, value in (("path", cookie.path), ("domain", cookie.domain)) if value}
    if cookie.expires is not None:
        fields["expires"] = iso_utc(cookie.expires)
    return fields
