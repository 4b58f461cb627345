"""The dates that servers write into `Expires` (RFC 6265, 5.1.1): two-digit years, asctime and much else."""

from __future__ import annotations

import re
from datetime import UTC, datetime

__all__ = ["cookie_date"]

_DELIMITERS = re.compile(r"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
# What follows the digits or the month in a token is not looked at, as long as it is no further digit.
_PATTERNS = {
    "time": re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])"),
    "day": re.compile(r"([0-9]{1,2})(?![0-9])"),
    "month": re.compile(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE),
    "year": re.compile(r"([0-9]{2,4})(?![0-9])"),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EARLIEST_YEAR = 1601


def cookie_date(text: str) -> datetime | None:
    """Return the moment a text means, in UTC whatever zone it names; None for one that is no date."""
    found: dict[str, tuple[str, ...]] = {}
    for token in _DELIMITERS.split(text):
        for part, pattern in _PATTERNS.items():
            if part not in found and (match := pattern.match(token)):
                found[part] = match.groups()
                break
    if len(found) < len(_PATTERNS):
        return None
    hour, minute, second = map(int, found["time"])
    year, month, day = _year(int(found["year"][0])), _MONTHS.index(found["month"][0].lower()) + 1, int(found["day"][0])
    if year < _EARLIEST_YEAR:
        return None
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:  # such as the 31st of February, or 25 o'clock
        return None


def _year(number: int) -> int:
    """Return the year that two digits stand for: 1970 to 2069."""
    if number <= 69:
        return number + 2000
    return number + 1900 if number <= 99 else number
