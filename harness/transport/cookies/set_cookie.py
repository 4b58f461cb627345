"""What one `Set-Cookie` line says, by the parser of browsers (RFC 6265bis, 5.6).

A faulty attribute is ignored, and never the cookie with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from harness.transport.cookies.date import cookie_date

__all__ = ["CONTROL", "RefusedCookie", "SetCookie", "parse_set_cookie", "same_site"]

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""What stands in no part of a cookie: every control character but the tab."""

_BLANK = " \t"
_MOST_OF_A_PAIR = 4096
_MOST_OF_AN_ATTRIBUTE = 1024
_NUMBER = re.compile(r"-?[0-9]+")
_MOST_SECONDS = 10**15  # far beyond every date, and still a number that floats hold
_SAME_SITES = frozenset({"strict", "lax", "none"})


class RefusedCookie(ValueError):
    """Why a cookie is not kept."""


@dataclass(slots=True)
class SetCookie:
    """The name, value and attributes of one line; what an attribute says twice counts as it was said last."""

    name: str
    value: str
    domain: str | None = None
    """In lower case, without the dot that it may begin with; None where there is none, or an empty one."""
    path: str | None = None
    """None stands for the default path of the URL."""
    secure: bool = False
    http_only: bool = False
    same_site: str | None = None
    """strict, lax or none."""
    max_age: int | None = None
    expires: datetime | None = None
    extensions: list[str] = field(default_factory=list)
    """Attributes that nobody knows, as they are written."""


def parse_set_cookie(line: str) -> SetCookie:
    """Return what a line says. Raises `RefusedCookie` for one that is no cookie, or too large a one."""
    if CONTROL.search(line):
        raise RefusedCookie("it holds a line break or another control character")
    pair, _, attributes = line.partition(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair
    cookie = SetCookie(name.strip(_BLANK), value.strip(_BLANK))
    if not cookie.name and not cookie.value:
        raise RefusedCookie("it has neither a name nor a value")
    if len(cookie.name) + len(cookie.value) > _MOST_OF_A_PAIR:
        raise RefusedCookie(f"its name and value are longer than {_MOST_OF_A_PAIR:,} bytes")
    for text, key, said in _attributes(attributes):
        _take(cookie, text, key, said)
    return cookie


def same_site(value: str) -> str | None:
    """Return a value of `SameSite` in lower case; None for one that nobody knows, which is as good as none."""
    return value.lower() if value.lower() in _SAME_SITES else None


def _attributes(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each attribute as it is written, its name in lower case, and its value."""
    for part in text.split(";"):
        name, _, value = part.partition("=")
        value = value.strip(_BLANK)
        if part.strip(_BLANK) and len(value) <= _MOST_OF_AN_ATTRIBUTE and len(name) <= _MOST_OF_AN_ATTRIBUTE:
            yield part.strip(_BLANK), name.strip(_BLANK).lower(), value


def _take(cookie: SetCookie, text: str, name: str, value: str) -> None:
    """Let one attribute have its effect."""
    match name:
        case "expires":
            cookie.expires = cookie_date(value) or cookie.expires
        case "max-age":
            if _NUMBER.fullmatch(value):
                cookie.max_age = min(int(value), _MOST_SECONDS)
        case "domain":
            cookie.domain = value.removeprefix(".").lower() or cookie.domain
        case "path":
            cookie.path = value if value.startswith("/") else None
        case "secure":
            cookie.secure = True
        case "httponly":
            cookie.http_only = True
        case "samesite":
            cookie.same_site = same_site(value)
        case _:
            cookie.extensions.append(text)
