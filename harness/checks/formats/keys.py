"""Which keys of an object are ids rather than names, and which names tell what their value is?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.checks.formats.currencies import CURRENCIES
from harness.checks.formats.known import FORMATS, format_of
from harness.checks.formats.notation import LONGEST

__all__ = ["is_map", "is_sample_key", "looks_like_id", "names_a_number", "names_a_time"]

_ID_KEY = re.compile(
    r"""
      [+-]?\d+(?:\.\d+)?                                   # a number
    | \d{4}-\d{2}                                          # a month
    | (?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,}                    # hexadecimal, with a digit at least
    | [a-zA-Z]{2,12}[_-](?=[A-Za-z]*\d)[0-9A-Za-z]{10,}    # a prefixed id, such as acct_1032D82eZvKYlo2C
    | (?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])(?=\D*\d)(?=.*[0-9A-Za-z]{6}).{16,}   # a token
    """,
    re.ASCII | re.VERBOSE,
)
_TOKEN_KEY = re.compile(r"[-\w+/=~]+", re.ASCII)
_SAMPLE_KEY = re.compile(r"<\w+>|key_\d+", re.ASCII)
_NUMBERED_KEY = re.compile(r"([A-Za-z]+[_-])\d+", re.ASCII)
_COUNTRY_OR_LOCALE = re.compile(r"[A-Z]{2}|[a-z]{2}[-_][A-Z]{2}", re.ASCII)
_FEW = 4
"""So many codes at least make a map; fewer may be the names of fields."""
_TIME = re.compile(
    r"""
      (?:.*[_\-.\s])?(?:at|on|ts|time|times|date|dates|timestamp|timestamps|epoch|created|updated|modified|changed|expires
        |expiry|expiration|since|until|when|start|end|started|ended|begin|datetime|utc|unixtime|unix|modification|joined
        |deleted|sent|received|published|birthday|dob|deadline|due|exp|iat|nbf|from|to|reset|seen|login|millis|ms|now)
      | .*(?:At|On|Ts|TS|Time|Times|Date|Timestamp|Epoch|Created|Updated|Modified|Expires|Expiry|Expiration|Since|Until
        |Start|End|Deadline|Millis|Ms|Seen|Login|Reset)
      | .*(?:timestamp|datetime|createdat|updatedat)
    """,
    re.ASCII | re.VERBOSE,
)
_NO_TIME = re.compile(
    r"(?:^|_|(?<=[a-z]))(?:ids?|Ids?|ID|number|Number|phone|Phone|mobile|Mobile|size|Size|bytes|Bytes|amount|Amount)$",
    re.ASCII,
)


def looks_like_id(key: str) -> bool:
    """Return whether `key` is an id, a date or a number rather than the name of a field."""
    if len(key) > LONGEST:
        return False
    if _ID_KEY.fullmatch(key) is not None and (len(key) < 16 or _TOKEN_KEY.fullmatch(key) is not None):
        return True
    name = format_of(key)
    return name is not None and FORMATS[name].strict


def is_sample_key(key: str) -> bool:
    """Return whether `key` of an example stands for any key: `{{name}}`, `<string>`, or a generator's `key_0`."""
    return "{{" in key or _SAMPLE_KEY.fullmatch(key) is not None


def is_map(keys: Iterable[str]) -> bool:
    """Return whether all of `keys` (at least one) are ids: their object is a map, not a record of fields."""
    keys = list(keys)
    if not keys:
        return False
    return all(looks_like_id(key) or is_sample_key(key) for key in keys) or (len(keys) >= _FEW and _are_codes(keys))


def _are_codes(keys: list[str]) -> bool:
    """Return whether the keys are codes of currencies, countries or languages, or one word with running numbers."""
    if all(key in CURRENCIES for key in keys) or all(map(_COUNTRY_OR_LOCALE.fullmatch, keys)):
        return True
    numbered = [_NUMBERED_KEY.fullmatch(key) for key in keys]
    return all(numbered) and len({found[1] for found in numbered if found}) == 1


def names_a_time(key: str) -> bool:
    """Return whether a field of that name holds a point in time."""
    return len(key) <= 60 and (_TIME.fullmatch(key) is not None or _TIME.fullmatch(key.lower()) is not None)


def names_a_number(key: str) -> bool:
    """Return whether a field of that name holds a number that is no time whatever it looks like: an id, a size."""
    return len(key) <= 60 and _NO_TIME.search(key) is not None
