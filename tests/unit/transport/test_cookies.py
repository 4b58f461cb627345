"""Which cookies are kept, and where do they go?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.request.prepared import RequestUrl
from harness.transport.cookies.jar import CookieJar, merged_cookies


def url(text: str) -> RequestUrl:
    """Return the URL of a short text such as `https://host:1/path`."""
    scheme, _, rest = text.partition("://")
    authority, _, path = rest.partition("/")
    host, port = authority, None
    if not authority.endswith("]") and ":" in authority:
        host, _, digits = authority.rpartition(":")
        port = int(digits)
    return RequestUrl(scheme, host.strip("[]"), port, f"/{path}")


@pytest.mark.parametrize(
    ("origin", "cookie", "asked", "sent"),
    [
        ("https://api.plivo.com/v1", "a=1", "https://api.plivo.com/x", "a=1"),
        ("https://api.plivo.com/", "a=1", "https://plivo.com/", None),
        ("https://api.plivo.com/", "a=1; Domain=plivo.com", "https://www.plivo.com/", "a=1"),
        ("https://api.plivo.com/", "a=1; Domain=evil.example", "https://evil.example/", None),
        ("https://api.plivo.com/", "a=1; Domain=com", "https://other.com/", None),
        ("https://shop.co.uk/", "a=1; Domain=co.uk", "https://other.co.uk/", None),
        ("https://h.example/", "a=1; Secure", "http://h.example/", None),
        ("https://h.example/", "a=1; Secure", "https://h.example/", "a=1"),
        ("https://h.example/", "a=1; Path=/v1", "https://h.example/v1/x", "a=1"),
        ("https://h.example/", "a=1; Path=/v1", "https://h.example/v2", None),
        ("https://h.example/", "a=1; Max-Age=0", "https://h.example/", None),
        ("https://h.example/", "a=1; Max-Age=60", "https://h.example/", "a=1"),
        ("https://h.example/", "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "https://h.example/", None),
        ("http://localhost:8080/", "a=1", "http://localhost:8080/x", "a=1"),
        ("http://localhost:8080/", "a=1; Domain=localhost", "http://localhost:8080/x", "a=1"),
        ("http://127.0.0.1:8080/", "a=1", "http://127.0.0.1:8080/x", "a=1"),
        ("http://127.0.0.1:8080/", "a=1; Domain=127.0.0.1; Path=/", "http://127.0.0.1:8080/x", "a=1"),
        ("http://[::1]:8080/", "a=1", "http://[::1]:8080/x", "a=1"),
        ("http://h.example/", "broken", "http://h.example/", "broken"),
    ],
)
def test_a_cookie_goes_where_it_may(origin: str, cookie: str, asked: str, sent: str | None) -> None:
    """Domain, path, scheme and age decide whether a stored cookie goes with a request."""
    jar = CookieJar()

    jar.store(url(origin), [("Set-Cookie", cookie)])

    assert sent == jar.header_for(url(asked))


def test_several_cookies_share_one_header() -> None:
    """Every Set-Cookie header counts, whatever its case."""
    jar = CookieJar()

    jar.store(url("http://h.example/"), [("set-cookie", "a=1"), ("SET-COOKIE", "b=2"), ("X", "c=3")])

    assert "a=1; b=2" == jar.header_for(url("http://h.example/"))


def test_a_cleared_jar_is_empty() -> None:
    """`clear` forgets everything."""
    jar = CookieJar()
    jar.store(url("http://h.example/"), [("Set-Cookie", "a=1")])

    jar.clear()

    assert jar.header_for(url("http://h.example/")) is None


def test_a_jar_does_not_grow_for_ever() -> None:
    """A server that sets ever new cookies fills a few thousand places, not the memory."""
    jar = CookieJar()

    for batch in range(40):
        jar.store(url("http://h.example/"), [("Set-Cookie", f"c{batch}x{count}=1") for count in range(200)])

    assert 3000 == len(jar)


def test_threads_may_share_a_jar() -> None:
    """Storing and reading from several threads loses nothing."""
    jar = CookieJar()

    def work(number: int) -> str | None:
        jar.store(url(f"http://h{number}.example/"), [("Set-Cookie", f"n={number}")])
        return jar.header_for(url(f"http://h{number}.example/"))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(100)))

    assert [f"n={number}" for number in range(100)] == found


@pytest.mark.parametrize(
    ("by_hand", "from_jar", "expected"),
    [
        (None, None, None),
        ("a=1", None, "a=1"),
        (None, "a=1", "a=1"),
        ("a=hand", "a=jar; b=jar", "a=hand; b=jar"),
        ("a=1; b=2;", "c=3", "a=1; b=2; c=3"),
        ("a=1", "a=2", "a=1"),
    ],
)
def test_a_cookie_written_by_hand_wins(by_hand: str | None, from_jar: str | None, expected: str | None) -> None:
    """The header of the request and the jar's are one, with the hand-written value of a name."""
    assert expected == merged_cookies(by_hand, from_jar)


def test_a_cookie_without_a_domain_stays_with_its_host() -> None:
    """It goes to no host below, as in browsers; one with a Domain does."""
    jar = CookieJar()
    jar.store(url("http://a.example/"), [("Set-Cookie", "own=1"), ("Set-Cookie", "all=2; Domain=a.example")])

    assert "all=2" == jar.header_for(url("http://x.a.example/"))
    assert {"own=1", "all=2"} == set((jar.header_for(url("http://a.example/")) or "").split("; "))
