"""How is a JSON value named and shown to people, short but never cut?

Secrets are masked by value afterwards, so a text is shown whole or described by its size: half a secret would slip
through.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

__all__ = ["TYPE_NAMES", "brief", "either", "printable", "type_name"]

TYPE_NAMES: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
}
"""The JSON type of what `json.loads` makes; integer and float are one type."""

MAX_STRING = 2000
MAX_CONTAINER = 200


def type_name(value: Any) -> str:
    """Return the name of the JSON type of `value`."""
    return TYPE_NAMES[type(value)]


def brief(value: Any) -> str:
    """Return `value` as compact JSON where that is short, else what it is and how large."""
    if isinstance(value, str):
        return _dumps(value) if len(value) <= MAX_STRING else f"string of {len(value):,} characters"
    if isinstance(value, dict):
        return _whole(value) or _counted("object", len(value), "key")
    if isinstance(value, list):
        return _whole(value) or _counted("array", len(value), "element")
    return _dumps(value)


def either(words: Iterable[str]) -> str:
    """Return `words` as an enumeration: `a`, `a or b`, `a, b or c`."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def printable(text: str) -> str:
    r"""Return `text` with lone surrogates, which no encoding can write, as `\udc80`."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _dumps(value: Any) -> str:
    return printable(json.dumps(value, ensure_ascii=False))


def _counted(noun: str, count: int, part: str) -> str:
    return f"{noun} with {count:,} {part}{'' if count == 1 else 's'}"


def _whole(value: Any) -> str | None:
    """Return the JSON of a container, or None when it is long; a huge or deep one is never walked to its end."""
    if _least_length(value, MAX_CONTAINER) > MAX_CONTAINER:
        return None
    text = _dumps(value)
    return text if len(text) <= MAX_CONTAINER else None


def _least_length(value: Any, limit: int) -> int:
    """Return how long the JSON of `value` is at least, counting no further than `limit`."""
    if isinstance(value, str):
        return len(value) + 2
    if not isinstance(value, dict | list):
        return 1
    length = 2 + len(value)
    for part in value:
        if length > limit:
            break
        if isinstance(value, dict):
            length += len(part) + 3
            part = value[part]
        length += _least_length(part, limit - length)
    return length
