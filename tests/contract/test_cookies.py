"""Are cookies stored and sent as the cases of `cookies/` and the vectors of the IETF say?

A case has the URL that answers (`from`), the `Set-Cookie` lines it sends (`received`), a later URL (`to`), and the
Cookie header that goes there (`sent`; null is none). Where `from` is null, each line comes with its own URL.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from harness.location import Location
from harness.request.url import parse_url
from harness.source import Source
from harness.transport.cookies.date import cookie_date
from harness.transport.cookies.jar import CookieJar

FOLDER = Path(__file__).parent / "cookies"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['title']}")
    for path in sorted(FOLDER.glob("*.json"))
    for case in json.loads(path.read_text("utf-8"))
]
DATES = json.loads((Path(__file__).parent / "cookies_dates.json").read_text("utf-8"))

NAMELESS = "a text without a name is a cookie (RFC 6265bis, 5.6, step 4); RFC 6265 dropped it"
CONTROL = "a control character makes the line no cookie (RFC 6265bis, 5.6, step 1); the vector cuts it off there"
RAW_PATH = "paths are compared as they are sent (RFC 6265, 5.1.4); the vector, which its authors disabled, decodes them"
OVERTAKEN: dict[str, tuple[str | None, str]] = {
    "0004": ("foo", NAMELESS),
    "0021": ("a=b; x; c=d", NAMELESS),
    "0023": ("foo", NAMELESS),
    "0024": ("foo", NAMELESS),
    "0025": ("foo", NAMELESS),
    "0026": ("foo", NAMELESS),
    "0027": ("bar", NAMELESS),
    "0028": ("foo", NAMELESS),
    "CHROMIUM0009": ("BLAHHH", NAMELESS),
    "CHROMIUM0010": ('"BLA\\"HHH"', NAMELESS),
    "CHROMIUM0012": ("ABC", NAMELESS),
    "DISABLED_CHROMIUM0022": (None, CONTROL),
    "DISABLED_CHROMIUM0023": (None, CONTROL),
    "DISABLED_PATH0029": (None, RAW_PATH),
    "MOZILLA0012": ('test="fubar! = foo; five', NAMELESS),
    "MOZILLA0014": ("six", NAMELESS),
    "MOZILLA0015": ("seven", NAMELESS),
    "MOZILLA0016": ("eight", NAMELESS),
    "MOZILLA0017": ("eight; test=six", NAMELESS),
    "NAME0017": ("a=bar", NAMELESS),
    "NAME0023": ("foo", NAMELESS),
    "NAME0025": ("==a=bar", NAMELESS),
    "NAME0028": ("a", NAMELESS),
    "NAME0031": ('"foo', NAMELESS),
    "NAME0032": ('"foo\\"bar', NAMELESS),
    "NAME0033": ("aaa", NAMELESS),
}
"""The vectors that RFC 6265bis has overtaken: what is sent by it, and why."""


def sent(received: list[tuple[str, str]], to: str, encoding: str = "utf-8") -> str | None:
    """Return the Cookie header that goes to a URL after these lines have come from these URLs."""
    nowhere = Location(Source("", ""))
    jar = CookieJar()
    for origin, line in received:
        jar.store(parse_url(origin, nowhere), [line.encode(encoding)])
    header = jar.header_for(parse_url(to, nowhere))
    return None if header is None else header.encode("latin-1").decode(encoding)


@pytest.mark.parametrize("case", CASES)
def test_a_cookie_goes_where_it_may(case: dict[str, Any]) -> None:
    """What a case receives is stored or refused, and goes with the later request or not, as it says."""
    lines = case["received"] if case["from"] is None else [(case["from"], line) for line in case["received"]]

    assert case["sent"] == sent(lines, case["to"], "latin-1" if case.get("octets") else "utf-8")


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_a_date_is_read_as_browsers_read_it(text: str, expected: str | None) -> None:
    """In any order and with any delimiters, a day, a month, a year and a time are a date, and less is none."""
    found = cookie_date(text)

    assert expected == (None if found is None else found.replace(tzinfo=None).isoformat())
    assert found is None or found.tzinfo is UTC


@pytest.fixture(scope="module")
def vectors() -> Path:
    """Return the folder of the IETF's vectors in that of HARNESS_SUITES; without it the test is skipped."""
    folder = os.environ.get("HARNESS_SUITES")
    if not folder:
        pytest.skip("HARNESS_SUITES is not set")
    return Path(folder) / "http-state"


def test_the_vectors_of_the_ietf_hold(vectors: Path) -> None:
    """Each of the 222 vectors is sent as it says, save for the listed ones, which are sent as RFC 6265bis says."""
    cases = json.loads((vectors / "parser.json").read_text("utf-8"))
    wrong = {}
    for case in cases:
        name, target = case["test"], case.get("sent-to") or f"/cookie-parser-result?{case['test']}"
        to = f"http://home.example.org{target}" if target.startswith("/") else target
        lines = [(f"http://home.example.org/cookie-parser?{name}", line) for line in case["received"]]
        told = "; ".join(f"{each['name']}={each['value']}" for each in case["sent"]) or None
        expected, _ = OVERTAKEN.get(name, (told, ""))
        if (found := sent(lines, to)) != expected or (name in OVERTAKEN and expected == told):
            wrong[name] = (expected, found)

    assert 222 == len(cases)
    assert set(OVERTAKEN) <= {case["test"] for case in cases}
    assert {} == wrong


def test_the_dates_of_the_ietf_hold(vectors: Path) -> None:
    """Each of the 70 dates is read as the moment it is said to mean, or refused."""
    cases = [
        case
        for name in ("examples.json", "bsd-examples.json")
        for case in json.loads((vectors / name).read_text("utf-8"))
    ]
    wrong = {}
    for case in cases:
        expected: datetime | None = parsedate_to_datetime(case["expected"]) if case["expected"] else None
        if (found := cookie_date(case["test"])) != expected:
            wrong[case["test"]] = (expected, found)

    assert 70 == len(cases)
    assert {} == wrong
