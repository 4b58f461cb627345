"""What scripts see of the cookies of a run, and do to them.

The methods are those of a store of npm tough-cookie, which `pm.cookies.jar()` is made of. Scripts see and give texts;
a jar keeps octets, of which those texts are the UTF-8.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from harness.collection.reader import Node
from harness.errors import HarnessError, InvalidRequest
from harness.location import Location
from harness.request.prepared import RequestUrl
from harness.request.url import parse_url
from harness.source import Source
from harness.transport.cookies.cookie import Cookie, octets, path_matches, readable
from harness.transport.cookies.jar import CookieJar, answer_cookie
from harness.transport.cookies.set_cookie import RefusedCookie
from harness.transport.cookies.tough_cookie import moment_text, read_cookie, written_cookie
from harness.transport.exchange import Exchange

__all__ = ["cookies_after", "cookies_for", "cookies_set_by", "do"]

_NOWHERE = Location(Source("", ""))


def cookies_for(jar: CookieJar, url: RequestUrl | None) -> list[Mapping[str, Any]]:
    """Return `pm.cookies` of a URL: what goes with a request to it; nothing for a URL that is none yet."""
    return [] if url is None else [_fields(cookie) for cookie in jar.matching(url)]


def cookies_after(jar: CookieJar, exchange: Exchange) -> list[Mapping[str, Any]]:
    """Return `pm.cookies` after an answer: those of the URL that gave it, where the redirects ended, as in Postman."""
    return cookies_for(jar, _url(exchange)) if len(jar) else []


def cookies_set_by(exchange: Exchange) -> list[Mapping[str, Any]]:
    """Return `pm.response.cookies`: what the answer itself sets, save for what no jar keeps."""
    lines = exchange.response.set_cookies
    url = _url(exchange) if lines else None
    if url is None:
        return []
    found: list[Mapping[str, Any]] = []
    for line in lines:
        with suppress(RefusedCookie):
            found.append(_fields(answer_cookie(url, line)))
    return found


def _url(exchange: Exchange) -> RequestUrl | None:
    try:
        return parse_url(exchange.request.url, _NOWHERE)
    except HarnessError:
        return None


def _fields(cookie: Cookie) -> dict[str, Any]:
    """Return a cookie as Postman's SDK knows it, with the values that Newman gives to what was not said."""
    fields = {
        "name": cookie.name or None,
        "value": cookie.value or None,
        "domain": cookie.domain,
        "path": cookie.path,
        "extensions": list(cookie.extensions) or None,
    }
    return {
        **_texts({name: value for name, value in fields.items() if value is not None}, readable),
        "expires": moment_text(cookie.ends) if math.isfinite(cookie.ends) else None,
        "maxAge": cookie.max_age if cookie.max_age is not None and math.isfinite(cookie.max_age) else 0,
        "secure": cookie.secure,
        "httpOnly": cookie.http_only,
        "hostOnly": cookie.host_only,
    }


def do(jar: CookieJar, method: str, arguments: list[Any]) -> Any:
    """Do what a method of the store does. Raises `InvalidRequest` for a method or cookie that is none."""
    given = [*arguments, None, None, None][:3]
    domain, path, key = [arg if isinstance(arg, str) else None for arg in given]
    match method:
        case "putCookie" | "updateCookie":
            return _put(jar, given[0 if method == "putCookie" else 1])
        case "findCookie":
            return next(map(_written, _exactly(jar, domain, path, key)), None)
        case "findCookies":
            return [_written(cookie) for cookie in _below(jar, domain, path)]
        case "getAllCookies":
            return list(map(_written, jar))
        case "removeCookie" | "removeCookies":
            for cookie in _exactly(jar, domain, path, key if method == "removeCookie" else None):
                jar.remove(cookie)
            return None
        case "removeAllCookies":
            return jar.clear()
    raise InvalidRequest(f"CookieStore: invalid method name '{method}'")


def _put(jar: CookieJar, fields: Any) -> None:
    problems: list[Any] = []
    cookie = read_cookie(Node(_texts(fields, octets) if isinstance(fields, dict) else {}, _NOWHERE, problems))
    if cookie is None or problems:
        raise InvalidRequest(problems[0].summary)
    jar.put(cookie)


def _exactly(jar: CookieJar, domain: str | None, path: str | None, key: str | None) -> Iterator[Cookie]:
    """Yield the cookies of a domain, a path and a name; None is any."""
    for cookie in jar:
        texts = map(readable, cookie.key)
        if all(asked is None or asked == text for asked, text in zip((domain, path, key), texts, strict=True)):
            yield cookie


def _below(jar: CookieJar, domain: str | None, path: str | None) -> Iterator[Cookie]:
    """Yield the cookies of a domain and those above it, on the way to a path."""
    for cookie in jar:
        own, folder, _ = map(readable, cookie.key)
        at_home = domain is None or domain == own or domain.endswith(f".{own}")
        if at_home and (path is None or path_matches(path, folder)):
            yield cookie


def _written(cookie: Cookie) -> dict[str, Any]:
    return dict(_texts(written_cookie(cookie), readable))


def _texts(fields: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """Return the members of a cookie with every text changed."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(each) for each in value]
        return change(value) if isinstance(value, str) else value

    return {name: changed(value) for name, value in fields.items()}
