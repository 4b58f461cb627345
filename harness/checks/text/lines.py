"""Which lines does a text have, and which of them hold JSON?"""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import Any

from harness.checks.assertion import Difference
from harness.checks.words import brief

__all__ = ["compare_lines", "holds_lines", "parse_lines"]


def parse_lines(text: str) -> list[Any] | int:
    """Return the JSON values of the lines, blank ones aside, or the number of the first line that holds none."""
    values: list[Any] = []
    for number, line in enumerate(_lines(text), 1):
        if line.strip():
            try:
                values.append(json.loads(line))
            except (ValueError, RecursionError):
                return number
    return values


def holds_lines(text: str) -> bool:
    """Return whether the text is NDJSON by its look: two lines or more, each an object or an array."""
    values = parse_lines(text)
    return isinstance(values, list) and len(values) > 1 and all(isinstance(value, dict | list) for value in values)


def compare_lines(expected: str, actual: str, *, subset: bool = False) -> list[Difference]:
    """Return the first line in which two texts differ, if there is one; how lines end does not count.

    As a `subset` the answer may have further lines before, between and behind those of the example.
    """
    if subset:
        return _missing_line(expected, actual)
    pairs = zip_longest(_lines(expected), _lines(actual))
    for number, (old, new) in enumerate(pairs, 1):
        if old != new:
            return [Difference("value changed", f"line {number}", _line(old), _line(new), "breaking")]
    return []


def _missing_line(expected: str, actual: str) -> list[Difference]:
    rest = iter(_lines(actual))
    for number, line in enumerate(_lines(expected), 1):
        if line.strip() and line not in rest:  # reads on from the line that was found last
            return [Difference("missing line", f"line {number}", brief(line), "missing", "breaking")]
    return []


def _line(line: str | None) -> str:
    return "no such line" if line is None else brief(line)


def _lines(text: str) -> list[str]:
    whole = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    return whole.split("\n")
