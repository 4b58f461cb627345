"""Which strict format does a string keep, and which keys are ids rather than names?

Only formats that hardly ever arise by chance: what one example keeps, every answer is held to. The patterns are linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["FORMATS", "format_of", "is_map", "is_sample_key", "keeps", "looks_like_id"]

_DATE = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-4]):[0-5]\d(?::[0-6]\d(?:[.,]\d{1,12})?)?"
_ZONE = r"(?:[ ]?(?:[Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?))?"
_DAY, _MONTH = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)", "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"

FORMATS: dict[str, re.Pattern[str]] = {
    "uuid": re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII),
    "date": re.compile(_DATE, re.ASCII),
    # ISO 8601 as people write it: RFC 3339, a space for the T, no seconds, no zone.
    "date-time": re.compile(rf"{_DATE}[Tt ]{_TIME}{_ZONE}", re.ASCII),
    # RFC 5322, the form that HTTP headers and several telephony APIs use.
    "http-date": re.compile(rf"{_DAY}, \d\d? {_MONTH} \d{{4}} \d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{{4}})", re.ASCII),
    "url": re.compile(r"(?:https?|wss?)://[^\s\"<>/]\S*", re.IGNORECASE),
    "email": re.compile(r"[^\s@<>\"(),:;/]{1,64}@[^\s@<>\"(),:;/.]++(?:\.[^\s@<>\"(),:;/.]++)++"),
}
"""Every format by its name; the patterns are for `fullmatch`."""

_LONGEST = 2048
"""Longer strings keep no format; a URL beyond this length is data."""

_ID_KEY = re.compile(
    r"""
      [+-]?\d+(?:\.\d+)?                                   # a number
    | \d{4}-\d{2}                                          # a month
    | (?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,}                    # hexadecimal, with a digit at least
    | [a-zA-Z]{2,12}_(?=[A-Za-z]*\d)[0-9A-Za-z]{10,}      # a prefixed id, such as acct_1032D82eZvKYlo2C
    """,
    re.ASCII | re.VERBOSE,
)
_SAMPLE_KEY = re.compile(r"<\w+>|key_\d+", re.ASCII)


def format_of(text: str) -> str | None:
    """Return the name of the strict format that the whole of `text` keeps, or None."""
    if not 6 <= len(text) <= _LONGEST:
        return None
    return next((name for name, pattern in FORMATS.items() if pattern.fullmatch(text)), None)


def keeps(name: str, text: str) -> bool:
    """Return whether `text` keeps the format of that name."""
    return len(text) <= _LONGEST and FORMATS[name].fullmatch(text) is not None


def looks_like_id(key: str) -> bool:
    """Return whether `key` is an id, a date or a number rather than the name of a field."""
    return len(key) <= _LONGEST and (_ID_KEY.fullmatch(key) is not None or format_of(key) is not None)


def is_sample_key(key: str) -> bool:
    """Return whether `key` of an example stands for any key: `{{name}}`, `<string>`, or a generator's `key_0`."""
    return "{{" in key or _SAMPLE_KEY.fullmatch(key) is not None


def is_map(keys: Iterable[str]) -> bool:
    """Return whether all of `keys` (at least one) are ids: their object is a map, not a record of fields."""
    found = False
    for key in keys:
        if not (looks_like_id(key) or is_sample_key(key)):
            return False
        found = True
    return found
