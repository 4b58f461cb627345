"""What does a script do to the cookies of a run?

The methods are those of a store of npm tough-cookie, which `pm.cookies.jar()` is made of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from http.cookiejar import Cookie
from typing import Any

from harness.collection.reader import Node
from harness.errors import InvalidRequest
from harness.location import Location
from harness.source import Source
from harness.transport.cookies import MAX_COOKIES, CookieJar
from harness.transport.formats.tough_cookie import read_cookie, written_cookie

__all__ = ["cookie_fields", "do"]


def cookie_fields(cookie: Cookie) -> dict[str, Any]:
    """Return a cookie as Postman's SDK knows it (`name` in place of `key`)."""
    fields = written_cookie(cookie, _now())
    return {"name": fields.pop("key"), **fields}


def do(jar: CookieJar, method: str, arguments: list[Any]) -> Any:
    """Do what a method of the store does. Raises `InvalidRequest` for a method or cookie that is none."""
    domain, path, key = [arg if isinstance(arg, str) else None for arg in [*arguments, None, None, None][:3]]
    if method == "putCookie":
        return _put(jar, arguments[0])
    if method == "updateCookie":
        return _put(jar, arguments[1])
    if method == "findCookie":
        return next(map(_written, _found(jar, domain, path, key)), None)
    if method == "findCookies":
        return [_written(cookie) for cookie in _found(jar, domain, path, None)]
    if method == "getAllCookies":
        return list(map(_written, jar))
    if method in ("removeCookie", "removeCookies"):
        for cookie in list(_found(jar, domain, path, key if method == "removeCookie" else None, parents=False)):
            jar.remove(cookie)
        return None
    if method == "removeAllCookies":
        jar.clear()
        return None
    raise InvalidRequest(f"CookieStore: invalid method name '{method}'")


def _put(jar: CookieJar, fields: Any) -> None:
    problems: list[Any] = []
    cookie = read_cookie(Node(fields if isinstance(fields, dict) else {}, Location(Source("", "")), problems))
    if cookie is None or len(jar) >= MAX_COOKIES:
        raise InvalidRequest(problems[0].summary if problems else "the cookie jar is full")
    jar.put(cookie)


def _found(
    jar: CookieJar, domain: str | None, path: str | None, key: str | None, *, parents: bool = True
) -> Iterator[Cookie]:
    for cookie in jar:
        own = written_cookie(cookie, "")["domain"]
        fits = domain is None or own == domain or (parents and key is None and domain.endswith(f".{own}"))
        on_path = path is None or cookie.path == path or (key is None and parents and _below(path, cookie.path))
        if fits and on_path and key in (None, cookie.name):
            yield cookie


def _below(path: str, parent: str) -> bool:
    return path.startswith(parent) and (parent.endswith("/") or path[len(parent) : len(parent) + 1] == "/")


def _written(cookie: Cookie) -> dict[str, Any]:
    return written_cookie(cookie, _now())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
