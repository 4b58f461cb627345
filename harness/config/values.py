"""Is a value of the configuration what its key asks for?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from harness.checks.formats.known import FORMATS
from harness.checks.rules.jsonpath import InvalidPath, Query
from harness.checks.rules.patterns import problem_of
from harness.collection.reader import type_name
from harness.config import keys
from harness.config.keys import Key
from harness.errors import did_you_mean
from harness.transport.guard import tightest_hosts

__all__ = ["faults", "kind_name", "listed"]

Fault = tuple[str, str | None]
"""What is wrong, and what to do about it."""


def faults(known: Mapping[str, Key], name: str, value: Any) -> Iterator[Fault]:
    """Yield what is wrong with one key and its value."""
    if name not in known:
        yield f"unknown key `{name}`", did_you_mean(name, known) or f"known are {', '.join(known)}"
        return
    key = known[name]
    if not _is(key.kind, value):
        yield f"`{name}` is {key.kind}, not {kind_name(value)}", None
        return
    if key.choices:
        for word in listed(value):
            if word not in key.choices:
                known_words = f"known are {', '.join(key.choices)}"
                yield f"unknown {key.noun} `{word}`", did_you_mean(word, key.choices) or known_words
    yield from _FURTHER[name](value) if name in _FURTHER else ()


def listed(value: str | list[str]) -> list[str]:
    """Return one string or a list of them as a list."""
    return [value] if isinstance(value, str) else value


def _hosts(value: list[str]) -> Iterator[Fault]:
    for host in value:
        if "/" in host or not tightest_hosts([(host,)]):
            yield f"`{host}` is no host", "such as api.example.com, *.example.com or localhost:8080"


def _paths(value: str | list[str]) -> Iterator[Fault]:
    for text in listed(value):
        try:
            Query.parse(text)
        except InvalidPath as error:
            yield f"`{text}` is no JSONPath: {error}", error.hint


def _format(value: str) -> Iterator[Fault]:
    if value not in FORMATS:
        yield f"unknown format `{value}`", did_you_mean(value, FORMATS) or f"known are {', '.join(FORMATS)}"


def _regex(value: str) -> Iterator[Fault]:
    if (problem := problem_of(value)) is not None:
        yield f"`{value}` is no regular expression: {problem}", "in TOML, patterns are best written in single quotes"


def _range(value: list[float]) -> Iterator[Fault]:
    if not value[0] <= value[1]:
        yield "`range` is the least and then the greatest number", None


def _status(value: int) -> Iterator[Fault]:
    if not 100 <= value <= 599:
        yield f"{value} is no HTTP status", None


def _max_time(value: int) -> Iterator[Fault]:
    if value < 1:
        yield "`max_time_ms` is at least 1", None


def _expires(value: Any) -> Iterator[Fault]:
    if isinstance(value, str) and _day(value) is None:
        yield f"`{value}` is no day", "written as 2027-01-31"


_FURTHER: Mapping[str, Callable[[Any], Iterator[Fault]]] = {
    "hosts": _hosts,
    "path": _paths,
    "format": _format,
    "regex": _regex,
    "range": _range,
    "status": _status,
    "expect_status": _status,
    "max_time_ms": _max_time,
    "expires": _expires,
}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is(kind: str, value: object) -> bool:
    return _KINDS[kind](value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


_KINDS: Mapping[str, Callable[[object], bool]] = {
    keys.SWITCH: lambda value: isinstance(value, bool),
    keys.STRING: lambda value: isinstance(value, str),
    keys.NUMBER: lambda value: isinstance(value, int) and not isinstance(value, bool),
    keys.TABLE: lambda value: isinstance(value, Mapping),
    keys.TABLES: lambda value: isinstance(value, list),  # what is in it is looked at table by table
    keys.STRINGS: _is_strings,
    keys.STRING_OR_STRINGS: lambda value: isinstance(value, str) or _is_strings(value),
    keys.VALUES: lambda value: (
        isinstance(value, list) and bool(value) and all(isinstance(entry, str | int | float) for entry in value)
    ),
    keys.RANGE: lambda value: isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)),
    keys.DATE: lambda value: (isinstance(value, date) and not isinstance(value, datetime)) or isinstance(value, str),
}


def kind_name(value: object) -> str:
    """Return what a TOML value is, for a message."""
    if isinstance(value, list):
        return "a list" if all(isinstance(entry, str) for entry in value) else "a list of something else"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, float):
        return "a decimal number"
    return type_name(value) if isinstance(value, str | int) else "a date or time"
