"""Which cookies does a run hold, and which of them go with a request?

The rules are those of the standard library's `http.cookiejar` (Netscape cookies as servers send them).
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterable, Iterator
from email.message import Message
from http import cookiejar

from harness.request.prepared import RequestUrl

__all__ = ["MAX_COOKIES", "CookieJar", "merged_cookies"]

MAX_COOKIES = 3000
"""As many as browsers keep (RFC 6265, 6.1); what comes after is not stored, so that no server fills the memory."""


class _Answer:
    """A response as `http.cookiejar` wants to read it."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._message = Message()
        for line in lines:
            self._message["Set-Cookie"] = line

    def info(self) -> Message:
        """Return the headers."""
        return self._message


class CookieJar:
    """The cookies of one run, in memory only; safe to use from several threads."""

    def __init__(self) -> None:
        # A cookie without a Domain belongs to its host alone (RFC 6265, 5.4); by default it went to all hosts below.
        host_only = cookiejar.DefaultCookiePolicy.DomainStrictNonDomain
        self._jar = cookiejar.CookieJar(cookiejar.DefaultCookiePolicy(strict_domain=True, strict_ns_domain=host_only))

    def store(self, url: RequestUrl, headers: Iterable[tuple[str, str]]) -> None:
        """Keep the cookies that a response to `url` sets; those for a domain that is not its own are dropped."""
        lines = [_host_only(value, url.host) for name, value in headers if name.lower() == "set-cookie"]
        if lines and len(self._jar) < MAX_COOKIES:
            self._jar.extract_cookies(_Answer(lines), _question(url))  # type: ignore[arg-type]  # needs only info()

    def header_for(self, url: RequestUrl) -> str | None:
        """Return the value of the Cookie header for a request to `url`, or None."""
        if not len(self._jar):
            return None
        question = _question(url)
        self._jar.add_cookie_header(question)
        value = question.get_header("Cookie")
        return value if isinstance(value, str) and value else None

    def matching(self, url: RequestUrl) -> list[cookiejar.Cookie]:
        """Return the cookies that go with a request to `url`."""
        found = self._jar._cookies_for_request(_question(url)) if len(self._jar) else []  # type: ignore[attr-defined]
        return list(found)

    def remove(self, cookie: cookiejar.Cookie) -> None:
        """Forget a cookie that is in the jar."""
        self._jar.clear(cookie.domain, cookie.path, cookie.name)

    def put(self, cookie: cookiejar.Cookie) -> None:
        """Keep a cookie in place of any of the same name, domain and path."""
        self._jar.set_cookie(cookie)

    def __iter__(self) -> Iterator[cookiejar.Cookie]:
        return iter(list(self._jar))

    def clear(self) -> None:
        """Forget every cookie."""
        self._jar.clear()

    def __len__(self) -> int:
        return len(self._jar)


def _question(url: RequestUrl) -> urllib.request.Request:
    return urllib.request.Request(str(url))


def _host_only(line: str, host: str) -> str:
    """Drop a Domain that repeats an address or a name without a dot: browsers take it, `http.cookiejar` would not."""
    kept = []
    for part in line.split(";"):
        name, _, value = part.partition("=")
        domain = value.strip().strip('"').strip("[]").lower().removeprefix(".")
        local = ":" in host or "." not in host or host.replace(".", "").isdigit()
        if not (name.strip().lower() == "domain" and local and domain == host):
            kept.append(part)
    return ";".join(kept)


def merged_cookies(by_hand: str | None, from_jar: str | None) -> str | None:
    """Return one Cookie header of both; a cookie written by hand wins over the jar's of the same name."""
    if not by_hand or not from_jar:
        return by_hand or from_jar
    names = {pair.partition("=")[0].strip() for pair in by_hand.split(";")}
    added = [pair for pair in from_jar.split("; ") if pair.partition("=")[0].strip() not in names]
    return "; ".join((by_hand.strip().rstrip(";"), *added))
