"""How does a jar hold its cookies, whatever servers and threads do to it?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.location import Location
from harness.request.prepared import RequestUrl
from harness.request.url import parse_url
from harness.source import Source
from harness.transport.cookies.cookie import Cookie, octets, readable
from harness.transport.cookies.jar import MAX_COOKIES, CookieJar, merged_cookies
from harness.transport.cookies.set_cookie import RefusedCookie
from harness.transport.cookies.tough_cookie import load_cookies


def url(text: str) -> RequestUrl:
    """Return the URL of a text."""
    return parse_url(text, Location(Source("", "")))


def test_several_lines_share_one_header() -> None:
    """Every Set-Cookie line counts."""
    jar = CookieJar()

    jar.store(url("http://h.example/"), [b"a=1", b"b=2"])

    assert "a=1; b=2" == jar.header_for(url("http://h.example/"))


def test_a_cleared_jar_is_empty() -> None:
    """`clear` forgets everything."""
    jar = CookieJar()
    jar.store(url("http://h.example/"), [b"a=1"])

    jar.clear()

    assert jar.header_for(url("http://h.example/")) is None


def test_one_server_crowds_out_nobody_else() -> None:
    """A server that sets ever new cookies loses those of its own that were used longest ago; others keep theirs."""
    jar = CookieJar()
    jar.store(url("http://other.example/"), [b"sid=1"])
    jar.store(url("http://h.example/"), [b"first=1"])

    jar.store(url("http://h.example/"), [f"c{count}=1".encode() for count in range(400)])

    header = jar.header_for(url("http://h.example/")) or ""
    assert 181 == len(jar)
    assert "first=1" not in header
    assert header.endswith("c399=1")
    assert "sid=1" == jar.header_for(url("http://other.example/"))


@pytest.mark.no_cover
def test_a_jar_does_not_grow_for_ever() -> None:
    """Ever new servers fill a few thousand places, not the memory, and the cookies in use stay."""
    jar = CookieJar()
    jar.store(url("http://home.example/"), [b"sid=1"])

    for number in range(MAX_COOKIES + 10):
        if number % 500 == 0:
            jar.header_for(url("http://home.example/"))
        jar.store(url(f"http://h{number}.example/"), [b"a=1"])

    assert MAX_COOKIES == len(jar)
    assert "sid=1" == jar.header_for(url("http://home.example/"))


def test_threads_may_share_a_jar() -> None:
    """Storing and reading from several threads loses nothing."""
    jar = CookieJar()

    def work(number: int) -> str | None:
        jar.store(url(f"http://h{number}.example/"), [f"n={number}".encode()])
        return jar.header_for(url(f"http://h{number}.example/"))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(100)))

    assert [f"n={number}" for number in range(100)] == found


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"sid=a\x01b", "the cookie `sid` is not kept: it holds a line break or another control character"),
        (b"sid=1; Domain=com", "the cookie `sid` is not kept: anybody may have a name below its Domain `com`"),
        (b"sid=1; Domain=else.example", "its Domain `else.example` is not that of `a.com`"),
        (b"sid=1; Secure", "it is Secure, and came over plain HTTP"),
        (b"__Host-sid=1", "its name is for cookies that are Secure"),
        (b"sid=" + b"x" * 4096, "its name and value are longer than 4,096 bytes"),
        (b"\x1b[31m=1", "the cookie `\ufffd[31m` is not kept"),
    ],
)
def test_it_is_told_why_a_cookie_is_not_kept(line: bytes, words: str) -> None:
    """Each cookie that is refused comes with its name and a reason, and never with its value."""
    jar = CookieJar()

    (reason,) = jar.store(url("http://a.com/"), [line, b"fine=1"])

    assert words in reason
    assert "fine=1" == jar.header_for(url("http://a.com/"))


@pytest.mark.parametrize("part", ["name", "value", "domain", "path", "extensions"])
def test_no_cookie_holds_a_control_character(part: str) -> None:
    """Wherever it comes from: a cookie that could not be sent cannot be made."""
    fields = {"name": "a", "value": "b", "domain": "h", "path": "/"}
    fields = {**fields, part: "x\r\nX-Evil: 1"}

    with pytest.raises(RefusedCookie, match="line break"):
        Cookie(**fields, created=0, set_at=0, used=0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("by_hand", "from_jar", "expected"),
    [
        (None, None, None),
        ("a=1", None, "a=1"),
        (None, "a=1", "a=1"),
        ("a=hand", "a=jar; b=jar", "a=hand; b=jar"),
        ("a=1; b=2;", "c=3", "a=1; b=2; c=3"),
        ("a=1", "a=2", "a=1"),
        ("a=é", octets("b=日"), "a=é; " + octets("b=日")),
        ("a=日", octets("b=日"), octets("a=日; b=日")),
    ],
)
def test_a_cookie_written_by_hand_wins(by_hand: str | None, from_jar: str | None, expected: str | None) -> None:
    """The header of the request and the jar's are one, with the hand-written value of a name, in one encoding."""
    assert expected == merged_cookies(by_hand, from_jar)


@pytest.mark.parametrize(("text", "same"), [("plain", True), ("grün", False), ("日本", False), ("\ud800", False)])
def test_octets_are_read_as_the_text_they_were_made_of(text: str, same: bool) -> None:
    """UTF-8 goes to octets and back; what is no UTF-8 is shown octet by octet."""
    assert same == (octets(text) == text)
    assert text == readable(octets(text)) or "\ud800" == text
    assert "gr\xfcn" == readable("gr\xfcn")


def test_a_cookie_of_a_file_and_one_of_a_server_are_the_same(tmp_path: Path) -> None:
    """What a server sets takes the place of a cookie of the file with its name, domain and path."""
    (tmp_path / "jar.json").write_text('{"cookies": [{"key": "a", "value": "1", "domain": "h.example", "path": "/"}]}')
    jar = load_cookies(tmp_path / "jar.json")

    jar.store(url("http://h.example/"), [b"a=2"])

    assert "a=2" == jar.header_for(url("http://h.example/"))
