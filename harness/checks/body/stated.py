"""Is a value what a rule says of its place?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.checks.body.findings import Findings
from harness.checks.formats.known import keeps
from harness.checks.override import Override
from harness.checks.words import brief, either, type_name
from harness.source import PathParts

__all__ = ["holds"]


def holds(override: Override, value: Any, path: PathParts, found: Findings) -> bool:
    """Return whether `value` is what the rule says, and add what it departs in."""
    departures = list(_departures(override, value))
    for kind, expected in departures:
        found.add(kind, path, expected.__str__, value)
    return not departures


def _departures(override: Override, value: Any) -> Iterator[tuple[str, str]]:
    if override.type is not None and not _is_of_type(override.type, value):
        yield ("became null" if value is None else "type changed"), either(override.type)
        return
    if override.format is not None and not (isinstance(value, str) and keeps(override.format, value)):
        yield "format changed", f"string ({override.format})"
    if override.regex is not None and not (isinstance(value, str) and override.regex(value)):
        yield "format changed", f"text matching {override.regex_text}"
    if override.one_of is not None and not any(_is_same(value, each) for each in override.one_of):
        yield "value changed", either(map(brief, override.one_of))
    if override.range is not None and not _is_within(override.range, value):
        least, greatest = override.range
        bounds = (None if least is None else f"at least {least}"), (None if greatest is None else f"at most {greatest}")
        yield "value changed", " and ".join(filter(None, bounds)) or "a number"


def _is_of_type(names: tuple[str, ...], value: Any) -> bool:
    if "integer" in names and (type(value) is int or (isinstance(value, float) and value.is_integer())):
        return True
    return type_name(value) in names


def _is_same(value: Any, other: Any) -> bool:
    return isinstance(value, bool) == isinstance(other, bool) and bool(value == other)


def _is_within(bounds: tuple[float | None, float | None], value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    least, greatest = bounds
    return (least is None or value >= least) and (greatest is None or value <= greatest)
