"""Does a match pattern of a client certificate mean the URLs that Postman takes it for?"""

from __future__ import annotations

import pytest

from harness.request.prepared import RequestUrl
from harness.transport.tls.pattern import UrlPattern


@pytest.mark.parametrize(
    ("pattern", "scheme", "host", "port", "path", "covered"),
    [
        ("<all_urls>", "https", "a.test", None, "/", True),
        ("https://a.test/*", "https", "a.test", None, "/x/y", True),
        ("https://a.test/*", "https", "a.test", 443, "/", True),
        ("https://a.test/*", "https", "a.test", 8443, "/", False),
        ("https://a.test:8443/*", "https", "a.test", 8443, "/", True),
        ("https://a.test:8443/*", "https", "a.test", None, "/", False),
        ("https://a.test:*/*", "https", "a.test", 1, "/", True),
        ("https://a.test/*", "http", "a.test", None, "/", False),
        ("http+https://a.test/*", "https", "a.test", None, "/", True),
        ("*://a.test/*", "https", "a.test", None, "/", True),
        ("https://*/*", "https", "b.test", None, "/", True),
        ("https://*.a.test/*", "https", "x.y.a.test", None, "/", True),
        ("https://*.a.test/*", "https", "a.test", None, "/", True),
        ("https://*.a.test/*", "https", "evil-a.test", None, "/", False),
        ("https://A.test/*", "https", "a.test", None, "/", True),
        ("https://a.test/v1/*", "https", "a.test", None, "/v2/x", False),
        ("https://a.test/v?/x", "https", "a.test", None, "/v2/x", True),
        ("https://a.test/*/x/*", "https", "a.test", None, "/1/x/2", True),
        ("https://a.test/v1", "https", "a.test", None, "/v1/more", False),
        ("https://a.test/a.b", "https", "a.test", None, "/axb", False),
        ("https://[::1]:8443/*", "https", "::1", 8443, "/", True),
    ],
)
def test_a_pattern_covers(pattern: str, scheme: str, host: str, port: int | None, path: str, covered: bool) -> None:
    """Scheme, host, port and path must fit; the scheme's own port is meant where none stands."""
    assert covered == UrlPattern(pattern).covers(RequestUrl(scheme, host, port, path))


@pytest.mark.parametrize("text", ["", "a.test", "https://a.test", "https://a.*.test/", "ws://a.test/*", "https:///*"])
def test_what_is_no_pattern_covers_nothing(text: str) -> None:
    """Without a path, or with a star within the host, it is none."""
    pattern = UrlPattern(text)

    assert (False, False) == (pattern.valid, pattern.covers(RequestUrl("https", "a.test", None, "/")))


def test_a_hostile_pattern_takes_no_time() -> None:
    """Many stars do not make the search explode."""
    pattern = UrlPattern("https://a.test/" + "*a" * 200 + "b")

    assert not pattern.covers(RequestUrl("https", "a.test", None, "/" + "a" * 2000))
