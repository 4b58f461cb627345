"""Are strict formats told apart from ordinary text, and ids from names?"""

from __future__ import annotations

import pytest

from harness.checks.formats.keys import is_map, looks_like_id
from harness.checks.formats.known import FORMATS, format_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("faad0293-f5f0-487e-8ff7-b45ba6c45b25", "uuid"),
        ("{faad0293-f5f0-487e-8ff7-b45ba6c45b25}", None),
        ("faad0293f5f0487e8ff7b45ba6c45b25", "32 hex digits"),
        ("2024-01-31", "date"),
        ("2024-01-32", None),
        ("٢٠٢٤-01-31", None),
        ("2024-01-31T10:20:30Z", "date-time"),
        ("2024-01-31 10:20:30.123456+00:00", "date-time with a space"),
        ("2024-01-31T10:20", "local date-time"),
        ("2024-01-31T10:20:30 UTC", "date-time"),
        ("2024-01-31T25:20:30Z", None),
        ("2024-01-31T10:20:30Z\n", None),
        ("Tue, 3 Mar 2020 10:20:30 +0000", "http-date"),
        ("https://example.com", "url"),
        ("wss://example.com/x?y#z", "url"),
        ("https://", None),
        ("https://a b", None),
        ("ftp://example.com", "url"),
        ("a@b.co", "email"),
        ("a@b", None),
        ("a@b@c.de", None),
        ("Jane <a@b.co>", None),
        ("", None),
        ("hello world", None),
        ("https://" + "x" * 5000, "url"),
        ("2024/01/31", "year/month/day"),
        ("31/01/2024", "day/month/year"),
        ("01/31/2024 3:40 PM", "month/day/year"),
        ("01/02/2024", "date with `/`"),
        ("31.01.2024", "day.month.year"),
        ("1.2.3", "version"),
        ("Jan 5, 2020", "month-name day year"),
        ("15-Jan-2020", "day month-name year"),
        ("Wed Jan 15 10:00:00 2020", "asctime date"),
        ("Wed Jan 15 10:00:00 +0000 2020", "asctime date with a zone"),
        ("/Date(1234567890123+0200)/", "date of .NET"),
        ("20200115T103000Z", "basic date-time"),
        ("20200115", "date of 8 digits"),
        ("2020-W03", "ISO week"),
        ("10:20", "time"),
        ("P3DT4H", "ISO duration"),
        ("P", None),
        ("1h30m", "duration"),
        ("192.168.1.10", "ipv4"),
        ("1.2.3.4", None),
        ("2001:db8::1", "ipv6"),
        ("00:1a:2b:3c:4d:5e", "MAC address"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x-y_z", "jwt"),
        ("data:image/png;base64,AAAA", "data URL"),
        ("+14152225555", "phone number (E.164)"),
        ("(415) 222-5555", "phone number"),
        ("0.00300", "decimal"),
        ("12345", "digits"),
        ("en-US", "locale"),
        ("EUR", "currency"),
        ("ABC", None),
        ("image/png", "media type"),
        ("/v1/Account/MA123/", "path"),
        ("cus_1032D82eZvKYlo2C", "prefixed id"),
        ("dGVzdDEyM3Rlc3RmZ0Fh", "token"),
        ("in-progress", None),
        ("John Smith", None),
    ],
)
def test_formats(text: str, expected: str | None) -> None:
    """The whole text keeps a format, or it has none."""
    assert expected == format_of(text)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "piece",
    [
        "a@",
        "a.",
        "@.",
        "2024-01-01T",
        "http://",
        "0",
        ":",
        "+",
        " ",
        "1.",
        "a_",
        "Aa1",
        "Jan ",
        "P1Y",
        "1h",
        "::",
        "-1",
    ],
)
def test_patterns_are_linear(name: str, piece: str) -> None:
    """A long text of near misses is refused at once; a pattern that backtracks would hang."""
    assert FORMATS[name].pattern.fullmatch(piece * 100_000 + "\n") is None


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("12", True),
        ("-1.5", True),
        ("+14152225555", True),
        ("2024-01", True),
        ("2024-01-31", True),
        ("0123abcd", True),
        ("acct_1032D82eZvKYlo2C", True),
        ("a@b.co", True),
        ("https://example.com/x", True),
        ("deadbeef", False),
        ("line1", False),
        ("sha256", False),
        ("address_line_1", False),
        ("is_default2", False),
        ("x-rate-limit", False),
        ("", False),
    ],
)
def test_ids(key: str, expected: bool) -> None:
    """Numbers, dates, hexadecimal and prefixed ids are no names of fields."""
    assert expected is looks_like_id(key)


def test_no_keys_make_no_map() -> None:
    """An empty object is not taken for a map."""
    assert not is_map([])
