"""Does a cookie jar survive the way into a file of tough-cookie's and back?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import LoadError
from harness.request.prepared import RequestUrl
from harness.transport.cookies.jar import MAX_COOKIES, CookieJar
from harness.transport.cookies.tough_cookie import dump_cookies, load_cookies


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
    jar.store(RequestUrl("https", "api.a.test", None, "/v1/x"), [line.encode() for line in lines])
    jar.store(
        RequestUrl("https", "localhost", None, "/"), [b"d=4", "gr\u00f6\u00dfe=\u65e5".encode(), b"nameless", b"empty="]
    )
    jar.store(RequestUrl("https", "api.a.test", None, "/"), [b"e=5; Domain=a.test"])
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
    assert {"value": "nameless"} == {key: first[5][key] for key in first[5] if key in ("key", "value")}


NEWMAN = """{
  "version": "tough-cookie@4.1.3-postman.1",
  "storeType": "MemoryCookieStore",
  "rejectPublicSuffixes": false,
  "enableLooseMode": true,
  "allowSpecialUseDomain": true,
  "prefixSecurity": "silent",
  "cookies": [
    {
      "key": "b",
      "value": "\u00c3\u00a9",
      "maxAge": 3600,
      "domain": "z.test",
      "path": "/",
      "secure": true,
      "httpOnly": true,
      "extensions": [
        "Foo=Bar",
        "Baz"
      ],
      "hostOnly": true,
      "pathIsDefault": true,
      "creation": "2999-11-30T14:50:16.258Z",
      "lastAccessed": "2999-11-30T14:50:16.833Z",
      "sameSite": "lax"
    },
    {
      "value": "nameless",
      "expires": "3000-10-21T07:28:00.000Z",
      "domain": "a.test",
      "path": "/x",
      "hostOnly": false,
      "creation": "2999-11-30T14:50:16.259Z",
      "lastAccessed": "2999-11-30T14:50:16.259Z"
    }
  ]
}
"""
"""A jar as Newman 6.2.2 exports it, line by line."""


def test_a_jar_of_newmans_comes_back_byte_for_byte(tmp_path: Path) -> None:
    """Order, members, spelling, ages, times and octets of Newman's file survive."""
    (tmp_path / "jar.json").write_text(NEWMAN, "utf-8")

    assert NEWMAN == dump_cookies(load_cookies(tmp_path / "jar.json"))


@pytest.mark.parametrize(
    "fields",
    [
        {"maxAge": 10**400},
        {"maxAge": 1e308},
        {"maxAge": "abc"},
        {"maxAge": True},
        {"expires": "9999-12-31T23:59:59.999999Z", "creation": "9999-12-31T23:59:59.999999Z"},
        {"value": 5},
        {"value": "a; b"},
        {"sameSite": "odd", "extensions": {"no": "list"}},
        {"value": "\ud800", "sameSite": "\ud800", "path": "/\ud800", "extensions": ["\ud800", None]},
        {"key": "", "value": "x"},
    ],
    ids=str,
)
def test_an_odd_cookie_is_kept(tmp_path: Path, fields: dict[str, Any]) -> None:
    """What Newman takes is taken, and can be written again."""
    jar = _load(tmp_path, {"key": "k", "value": "v", "domain": "a.test", "path": "/", **fields})

    assert 1 == len(json.loads(dump_cookies(jar).encode())["cookies"])
    assert "path" in fields or _sent(jar, "http://a.test/")


@pytest.mark.parametrize(
    "fields",
    [{"key": "a\x00"}, {"value": "a\x7f"}, {"path": "/\n"}, {"domain": "a\r.test"}, {"value": [1]}, {"domain": "."}],
    ids=str,
)
def test_a_cookie_that_could_not_be_sent_is_a_fault(tmp_path: Path, fields: dict[str, Any]) -> None:
    """Control characters and lists in a cookie of a file are told with their place."""
    with pytest.raises(LoadError) as raised:
        _load(tmp_path, {"key": "k", "value": "v", "domain": "a.test", "path": "/", **fields})

    place = raised.value.problems[0].location
    assert place is not None
    assert place.json_path.startswith("$.cookies[0]")


def test_a_cookie_set_anew_ends_as_late_in_its_file(tmp_path: Path) -> None:
    """`maxAge` counts from the creation in a file, which a cookie keeps when it is set once more."""
    jar = _load(
        tmp_path,
        {"key": "k", "value": "v", "domain": "a.test", "path": "/", "creation": "2001-01-01T00:00:00.000Z"},
    )
    jar.store(RequestUrl("http", "a.test", None, "/"), [b"k=w; Max-Age=60"])
    (tmp_path / "again.json").write_text(dump_cookies(jar))

    assert "k=w" == _sent(load_cookies(tmp_path / "again.json"), "http://a.test/")


def test_a_jar_without_end_is_refused(tmp_path: Path) -> None:
    """No more cookies are read than a jar holds."""
    with pytest.raises(LoadError, match="at most"):
        _load(tmp_path, *({"key": f"k{number}", "value": "", "domain": "a.test"} for number in range(MAX_COOKIES + 1)))
