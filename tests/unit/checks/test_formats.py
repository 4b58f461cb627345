"""Are strict formats told apart from ordinary text, and ids from names?"""

from __future__ import annotations

import pytest

from harness.checks.body.formats import FORMATS, format_of, is_map, looks_like_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("faad0293-f5f0-487e-8ff7-b45ba6c45b25", "uuid"),
        ("{faad0293-f5f0-487e-8ff7-b45ba6c45b25}", None),
        ("faad0293f5f0487e8ff7b45ba6c45b25", None),
        ("2024-01-31", "date"),
        ("2024-01-32", None),
        ("٢٠٢٤-01-31", None),
        ("2024-01-31T10:20:30Z", "date-time"),
        ("2024-01-31 10:20:30.123456+00:00", "date-time"),
        ("2024-01-31T10:20", "date-time"),
        ("2024-01-31T10:20:30 UTC", "date-time"),
        ("2024-01-31T25:20:30Z", None),
        ("2024-01-31T10:20:30Z\n", None),
        ("Tue, 3 Mar 2020 10:20:30 +0000", "http-date"),
        ("https://example.com", "url"),
        ("wss://example.com/x?y#z", "url"),
        ("https://", None),
        ("https://a b", None),
        ("ftp://example.com", None),
        ("a@b.co", "email"),
        ("a@b", None),
        ("a@b@c.de", None),
        ("Jane <a@b.co>", None),
        ("", None),
        ("hello world", None),
        ("https://" + "x" * 5000, None),
    ],
)
def test_formats(text: str, expected: str | None) -> None:
    """The whole text keeps a format, or it has none."""
    assert expected == format_of(text)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("piece", ["a@", "a.", "@.", "2024-01-01T", "http://", "0", ":", "+", " "])
def test_patterns_are_linear(name: str, piece: str) -> None:
    """A long text of near misses is refused at once; a pattern that backtracks would hang."""
    assert FORMATS[name].fullmatch(piece * 100_000 + "\n") is None


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
