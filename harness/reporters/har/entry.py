"""How does one request with its answer stand in an HTTP Archive?

HAR 1.2 (w3c.github.io/web-performance/specs/HAR/Overview.html). What we do not measure is -1 or left out, as it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from harness.moment import iso_utc
from harness.reporters.bodies import kept
from harness.reporters.explain import Explainer
from harness.transport.cookies.set_cookie import RefusedCookie, SetCookie, parse_set_cookie
from harness.transport.exchange import Exchange, Headers, Response, SentRequest

__all__ = ["entries", "unanswered_entry"]

Fields = dict[str, Any]
_UNKNOWN = -1
_CUT = {"_truncated": True, "comment": "only the beginning of the body"}


def entries(exchange: Exchange, explain: Explainer) -> Iterator[Fields]:
    """Yield an entry for each redirect and challenge on the way, and one for the answer, which has the whole time."""
    for hop in exchange.redirects:
        yield _entry(hop.request, hop.response, exchange.started_at, 0.0, explain)
    yield _entry(exchange.request, exchange.response, exchange.started_at, exchange.elapsed_ms, explain)


def unanswered_entry(sent: SentRequest, error: str, started_at: float, explain: Explainer) -> Fields:
    """Return the entry of a request that got no answer: status 0 and `_error`, as browsers write it."""
    entry = _entry(sent, Response(0, "", (), b"", ""), started_at, 0.0, explain)
    return {**entry, "_error": explain.masked(error)}


def _entry(sent: SentRequest, answer: Response, started_at: float, elapsed_ms: float, explain: Explainer) -> Fields:
    elapsed = round(elapsed_ms, 3)
    return {
        "startedDateTime": iso_utc(started_at),
        "time": elapsed,
        "request": _request(sent, answer.http_version or "HTTP/1.1", explain),
        "response": _response(answer, sent.url, explain),
        "cache": {},
        "timings": {"send": 0, "wait": elapsed, "receive": 0},
    }


def _request(sent: SentRequest, version: str, explain: Explainer) -> Fields:
    fields: Fields = {
        "method": explain.masked(sent.method),
        "url": explain.masked(sent.url),
        "httpVersion": version,
        "cookies": [
            {"name": name.strip(), "value": value}
            for line in _all(sent.headers, "cookie")
            for name, _, value in (pair.partition("=") for pair in explain.masked(line).split(";"))
        ],
        "headers": _headers(sent.headers, explain),
        "queryString": _query(explain.masked(sent.url)),
        "headersSize": _UNKNOWN,
        "bodySize": sent.size,
    }
    if sent.body:
        body = kept(sent, explain)
        # The format has no word for binary request bodies; members with an underscore are free.
        more = {"_encoding": "base64"} if body.base64 else {}
        cut = {"_size": sent.size, **_CUT} if body.cut else {}
        fields["postData"] = {"mimeType": sent.header("content-type") or "", "text": body.text, **more, **cut}
    return fields


def _response(answer: Response, url: str, explain: Explainer) -> Fields:
    content: Fields = {"size": answer.size, "mimeType": explain.masked(answer.header("content-type") or "")}
    if answer.wire_size and answer.wire_size != answer.size:
        content["compression"] = answer.size - answer.wire_size
    if answer.body:
        body = kept(answer, explain, _reader(answer))
        content |= {"text": body.text} | ({"encoding": "base64"} if body.base64 else {}) | (_CUT if body.cut else {})
    return {
        "status": answer.status,
        "statusText": explain.masked(answer.reason),
        "httpVersion": answer.http_version,
        "cookies": list(_cookies(answer, explain)),
        "headers": _headers(answer.headers, explain),
        "content": content,
        "redirectURL": _target(answer, url, explain),
        "headersSize": _UNKNOWN,
        "bodySize": answer.wire_size,
    }


def _target(answer: Response, url: str, explain: Explainer) -> str:
    place = answer.header("location")
    if not place:
        return ""
    try:
        return explain.masked(urljoin(url, place))
    except ValueError:
        return explain.masked(place)


def _reader(answer: Response) -> Callable[[bytes], str] | None:
    """Return what reads the body in the charset that the answer names, where it names one."""
    if "charset" not in (answer.header("content-type") or "").lower():
        return None
    return lambda body: replace(answer, body=body).text


def _headers(headers: Headers, explain: Explainer) -> list[Fields]:
    return [{"name": explain.masked(name), "value": explain.masked(value)} for name, value in headers]


def _query(url: str) -> list[Fields]:
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return []
    return [{"name": name, "value": value} for name, value in pairs]


def _all(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key.lower() == name]


def _cookies(answer: Response, explain: Explainer) -> Iterator[Fields]:
    """Yield the cookies that an answer sets, save for lines that no client takes for one."""
    for line in _all(answer.headers, "set-cookie"):
        with suppress(RefusedCookie):
            yield _cookie(parse_set_cookie(explain.masked(line)))


def _cookie(cookie: SetCookie) -> Fields:
    fields: Fields = {"name": cookie.name, "value": cookie.value, "httpOnly": cookie.http_only, "secure": cookie.secure}
    fields |= {key: value for key, value in (("path", cookie.path), ("domain", cookie.domain)) if value}
    if cookie.expires is not None:
        fields["expires"] = iso_utc(cookie.expires)
    return fields
