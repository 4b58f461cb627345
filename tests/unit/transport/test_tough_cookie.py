"""Does a cookie jar survive the way into a file of tough-cookie's and back?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import LoadError
from harness.request.prepared import RequestUrl
from harness.transport.cookies.jar import MAX_COOKIES, CookieJar
from harness.transport.formats.tough_cookie import dump_cookies, load_cookies


def _load(folder: Path, *cookies: dict[str, Any]) -> CookieJar:
    path = folder / "jar.json"
    path.write_text(json.dumps({"cookies": cookies}))
    return load_cookies(path)


def _sent(jar: CookieJar, url: str) -> str | None:
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    return jar.header_for(RequestUrl(scheme, host, None, f"/{path}"))


@pytest.mark.parametrize(
    ("fields", "url", "sent"),
    [
        ({"domain": "a.test", "hostOnly": True}, "http://a.test/", True),
        ({"domain": "a.test", "hostOnly": True}, "http://x.a.test/", False),
        ({"domain": "a.test", "hostOnly": False}, "http://x.a.test/", True),
        ({"domain": "a.test"}, "http://x.a.test/", False),
        ({"domain": "localhost"}, "http://localhost/", True),
        ({"domain": "a.test", "path": "/v1"}, "http://a.test/v2", False),
        ({"domain": "a.test", "secure": True}, "http://a.test/", False),
        ({"domain": "a.test", "secure": True}, "https://a.test/", True),
        ({"domain": "a.test", "expires": "2001-01-01T00:00:00.000Z"}, "http://a.test/", False),
        ({"domain": "a.test", "expires": "Infinity"}, "http://a.test/", True),
        ({"domain": "a.test", "maxAge": 10, "creation": "2001-01-01T00:00:00.000Z"}, "http://a.test/", False),
        ({"domain": "a.test", "maxAge": 1e9, "expires": "2001-01-01T00:00:00.000Z"}, "http://a.test/", True),
        ({"domain": "a.test", "maxAge": "-Infinity"}, "http://a.test/", False),
        ({"domain": "a.test", "maxAge": "Infinity"}, "http://a.test/", True),
    ],
)
def test_a_cookie_goes_where_the_file_says(tmp_path: Path, fields: dict[str, Any], url: str, sent: bool) -> None:
    """Domain, path, scheme and end of a cookie hold; `maxAge` wins over `expires`."""
    jar = _load(tmp_path, {"key": "k", "value": "v", "path": "/", **fields})

    assert sent == (_sent(jar, url) == "k=v")


def test_what_servers_set_comes_back(tmp_path: Path) -> None:
    """The jar that is read from the file of a jar sends the same cookies, and writes the same file."""
    jar = CookieJar()
    lines = ["a=1; Path=/; HttpOnly; SameSite=Lax", "b=2; Max-Age=3600; Secure", "c=3; Path=/x; foo=bar"]
    jar.store(RequestUrl("https", "api.a.test", None, "/v1/x"), [("Set-Cookie", line) for line in lines])
    jar.store(RequestUrl("https", "localhost", None, "/"), [("set-cookie", "d=4")])
    jar.store(RequestUrl("https", "api.a.test", None, "/"), [("set-cookie", "e=5; Domain=a.test")])
    (tmp_path / "one.json").write_text(dump_cookies(jar))

    again = load_cookies(tmp_path / "one.json")

    for url in ("https://api.a.test/v1/x", "https://api.a.test/x", "https://localhost/", "https://b.a.test/"):
        assert _sent(jar, url)
        assert set((_sent(jar, url) or "").split("; ")) == set((_sent(again, url) or "").split("; "))
    first, second = (json.loads(text)["cookies"] for text in (dump_cookies(jar), dump_cookies(again)))
    for cookie in (*first, *second):
        del cookie["creation"], cookie["lastAccessed"]
    assert first == second
    assert "localhost" in [cookie["domain"] for cookie in first]


def test_a_jar_without_end_is_refused(tmp_path: Path) -> None:
    """No more cookies are read than a jar holds."""
    with pytest.raises(LoadError, match="at most"):
        _load(tmp_path, *({"key": f"k{number}", "value": "", "domain": "a.test"} for number in range(MAX_COOKIES + 1)))
