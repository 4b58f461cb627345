"""Is this value a sample of a type, such as `<integer>`, that nobody has filled in, and what would fill it?

Collections made from an OpenAPI file hold such a word for each value. The list is closed and holds the names of types
and formats only: `<token>` or `<account_id>` is a variable, not a type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

__all__ = ["fill_json_text", "find_samples", "sample_json", "sample_text", "sample_type"]

_SAMPLES: Final[dict[str, object]] = {
    "any": "string",
    "array": [],
    "binary": "binary",
    "boolean": True,
    "byte": "c2FtcGxl",  # base64, as OpenAPI's `byte` is
    "date": "2025-01-15",
    "date-time": "2025-01-15T12:00:00Z",
    "email": "user@example.com",
    "integer": 10,
    "null": None,
    "number": 10.5,
    "object": {},
    "password": "Passw0rd-sample",
    "string": "string",
    "time": "12:00:00Z",
    "unix-time": 1736942400,
    "uri": "https://example.com/",
    "urn": "urn:example:sample",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
}
"""A sample for each type, by the name that JSON Schema or OpenAPI has for it."""

_ALIASES: Final[dict[str, str]] = {
    "bool": "boolean",
    "datetime": "date-time",
    "decimal": "number",
    "double": "number",
    "float": "number",
    "int": "integer",
    "int32": "integer",
    "int64": "integer",
    "long": "integer",
    "url": "uri",
}
_TYPES: Final = {name: name for name in _SAMPLES} | _ALIASES
_ANY_TYPE: Final = "|".join(sorted(map(re.escape, _TYPES), key=len, reverse=True))

_WHOLE: Final = re.compile(rf"<({_ANY_TYPE})>", re.IGNORECASE)
_HINT: Final = re.compile(rf"(?:<|\\u003c)(?:{_ANY_TYPE})(?:>|\\u003e)", re.IGNORECASE)
"""What a text with a sample surely holds: a text without it is left alone at once."""

# Strings and comments are read whole, to their end or the end of the text, so that what looks like a sample inside them
# is none; the possessive repeats (`*+`) keep that linear. A bare sample stands where JSON has a value, as a whole.
_TOKEN: Final = re.compile(
    rf"""
      "(?P<string>(?:[^"\\]++|\\.?)*+)(?:"(?P<key>(?=\s*+:))?|\Z)
    | //[^\n]*+ | /\*.*?(?:\*/|\Z)
    | (?:\A|[:\[,])\s*+(?P<bare><(?:{_ANY_TYPE})>)(?=\s*+(?:[,\]}}]|//|/\*|\Z))
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_LONGEST_STRING: Final = 64  # of a string that is a sample, padding and escapes included


def sample_type(text: str) -> str | None:
    """Return the type's canonical name when the trimmed text is a sample as a whole (`<Int>` is `integer`), or None."""
    match = _WHOLE.fullmatch(text.strip())
    return None if match is None else _TYPES[match[1].lower()]


def sample_json(type_name: str) -> object:
    """Return a sample of that type as a JSON value, the same each time. Raises `KeyError` for an unknown type."""
    value = _SAMPLES[type_name]
    return value.copy() if isinstance(value, (dict, list)) else value


def sample_text(type_name: str) -> str:
    """Return a sample of that type as plain text, never empty. Raises `KeyError` for an unknown type."""
    value = _SAMPLES[type_name]
    return value if isinstance(value, str) else json.dumps(value)


def fill_json_text(body: str) -> str:
    """Return the JSON text with each sample made a JSON value of its type, and the rest as it was.

    The text need not be valid JSON: it may hold comments, placeholders, or a bare `<integer>`.
    """
    parts: list[str] = []
    last = 0
    for start, end, type_name in _scan(body):
        parts += body[last:start], json.dumps(_SAMPLES[type_name])
        last = end
    parts.append(body[last:])
    return "".join(parts)


def find_samples(body: str) -> list[tuple[int, int, str]]:
    """Return where in the JSON text each sample begins and ends (its quotes are part of it), and its type."""
    return list(_scan(body))


def _scan(body: str) -> Iterator[tuple[int, int, str]]:
    if _HINT.search(body) is None:
        return
    for match in _TOKEN.finditer(body):
        if (bare := match["bare"]) is not None:
            yield *match.span("bare"), _TYPES[bare[1:-1].lower()]
        elif match["string"] is not None and match["key"] is None and (type_name := _type_of_string(match)):
            yield *match.span(), type_name


def _type_of_string(match: re.Match[str]) -> str | None:
    if match.end("string") == match.end() or match.end("string") - match.start() > _LONGEST_STRING:
        return None
    return sample_type(re.sub(r"\\u003([ce])", _unescape, match["string"], flags=re.IGNORECASE))


def _unescape(match: re.Match[str]) -> str:
    # Go's encoder writes `<` and `>` this way.
    return "<" if match[1] in "cC" else ">"
