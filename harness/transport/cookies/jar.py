"""The cookies of a run, in memory only: stored, found and sent as browsers and Postman do (RFC 6265bis)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from threading import RLock

from harness.request.prepared import RequestUrl
from harness.transport.cookies.cookie import Cookie, domain_matches, is_trustworthy, octets, path_matches, received
from harness.transport.cookies.set_cookie import RefusedCookie, parse_set_cookie

__all__ = ["MAX_COOKIES", "CookieJar", "answer_cookie", "merged_cookies"]

MAX_COOKIES = 3000
"""As many as RFC 6265bis asks browsers to keep (6.1): a new one takes the place of the one used longest ago."""
_MAX_OF_A_DOMAIN = 180  # as in Chrome and Firefox: a server crowds out its own cookies, and nobody else's

_Key = tuple[str, str, str]


class CookieJar:
    """The cookies of one run; safe to use from several threads."""

    def __init__(self) -> None:
        # In the order of their creation, which a dict keeps when a cookie is set anew.
        self._cookies: dict[_Key, Cookie] = {}
        self._lock = RLock()

    def store(self, url: RequestUrl, lines: Iterable[bytes]) -> tuple[str, ...]:
        """Keep the cookies that the `Set-Cookie` lines of an answer from `url` set; return why others are not kept."""
        refused = []
        for line in lines:
            try:
                self._take(answer_cookie(url, line), url)
            except RefusedCookie as reason:
                refused.append(f"the cookie `{_name(line)}` is not kept: {reason}")
        return tuple(refused)

    def header_for(self, url: RequestUrl) -> str | None:
        """Return the value of the Cookie header for a request to `url`, an octet in each character; None for none."""
        with self._lock:
            cookies = self.matching(url)
            now = time.time()
            self._cookies |= {cookie.key: replace(cookie, used=now) for cookie in cookies}
        return "; ".join(cookie.pair for cookie in cookies) or None

    def matching(self, url: RequestUrl) -> list[Cookie]:
        """Return the cookies that go with a request to `url`: longer paths first, and then those created earlier."""
        found = [cookie for cookie in self if cookie.goes_with(url)]
        return sorted(found, key=lambda cookie: -len(cookie.path))

    def put(self, cookie: Cookie) -> None:
        """Keep a cookie in place of any of the same name, domain and path, whose creation it inherits."""
        with self._lock:
            old = self._cookies.get(cookie.key)
            self._cookies[cookie.key] = cookie if old is None else replace(cookie, created=old.created)
            self._forget_ended()
            if len(self._cookies) > MAX_COOKIES:
                self._forget_idle(self._cookies.values())

    def remove(self, cookie: Cookie) -> None:
        """Forget a cookie, if it is in the jar."""
        with self._lock:
            self._cookies.pop(cookie.key, None)

    def clear(self) -> None:
        """Forget every cookie."""
        with self._lock:
            self._cookies.clear()

    def __iter__(self) -> Iterator[Cookie]:
        """Yield the cookies that have not ended, in the order of their creation."""
        with self._lock:
            self._forget_ended()
            return iter(list(self._cookies.values()))

    def __len__(self) -> int:
        with self._lock:
            return len(self._cookies)

    def _take(self, cookie: Cookie, url: RequestUrl) -> None:
        with self._lock:
            if not cookie.secure and not is_trustworthy(url) and any(_covers(old, cookie) for old in self):
                raise RefusedCookie("it came over plain HTTP, and would stand before one that is Secure")
            self.put(cookie)
            of_domain = [other for other in self._cookies.values() if other.domain == cookie.domain]
            if len(of_domain) > _MAX_OF_A_DOMAIN:
                self._forget_idle(of_domain)

    def _forget_ended(self) -> None:
        now = time.time()
        for key in [key for key, cookie in self._cookies.items() if cookie.ends <= now]:
            del self._cookies[key]

    def _forget_idle(self, cookies: Iterable[Cookie]) -> None:
        del self._cookies[min(cookies, key=lambda cookie: cookie.used).key]


def answer_cookie(url: RequestUrl, line: bytes) -> Cookie:
    """Return the cookie of one `Set-Cookie` line of an answer from `url`. Raises `RefusedCookie`."""
    return received(parse_set_cookie(line.decode("latin-1")), url, time.time())


def _name(line: bytes) -> str:
    name, equals, _ = line.partition(b";")[0].partition(b"=")
    text = name.decode("utf-8", "replace").strip()[:50] if equals else ""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _covers(old: Cookie, new: Cookie) -> bool:
    """Return whether a new cookie would stand before a Secure one (RFC 6265bis, 5.7, step 15)."""
    return (
        old.secure  # asked first, since it is asked of every cookie there is
        and old.name == new.name
        and (domain_matches(old.domain, new.domain) or domain_matches(new.domain, old.domain))
        and path_matches(new.path, old.path)
    )


def merged_cookies(by_hand: str | None, from_jar: str | None) -> str | None:
    """Return one Cookie header of both; a cookie written by hand wins over the jar's of the same name."""
    if not by_hand or not from_jar:
        return by_hand or from_jar
    names = {pair.partition("=")[0].strip() for pair in by_hand.split(";")}
    added = [pair for pair in from_jar.split("; ") if pair.partition("=")[0].strip() not in names]
    return "; ".join((_sendable(by_hand).strip().rstrip(";"), *added))


def _sendable(text: str) -> str:
    """Return a text that goes out as Latin-1 as it is, and any other as its octets, as those of the jar beside it."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return octets(text)
    return text
