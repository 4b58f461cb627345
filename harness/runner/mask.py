"""What does a result look like once every secret in it is masked?

Texts are masked wherever they stand; items, locations and files pass through as they are, since those who quote a file
mask what they quote.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any, TypeVar, cast

from harness.checks.assertion import Assertion, Difference
from harness.checks.words import TYPE_NAMES
from harness.errors import Problem
from harness.redaction.redactor import Redactor
from harness.runner.result import ConsoleMessage, ItemResult, Visualization
from harness.transport.exchange import Exchange, Hop, Response, SentRequest

__all__ = ["masked"]

Value = TypeVar("Value")

_WALKED = (
    ItemResult,
    Assertion,
    Difference,
    Problem,
    Exchange,
    Hop,
    SentRequest,
    Response,
    ConsoleMessage,
    Visualization,
)
# Words of our own, from a closed list: no secret stands there, and a report's reader relies on them.
_OWN_WORDS = frozenset({"kind", "severity", "error_type", "http_version", "level"})
_TYPES = frozenset(TYPE_NAMES.values())  # what stands before a value that is told with its type: `string "x"`
_LAST_NAME = re.compile(r"([^.\[\]'\"]+)['\"\]]*(?:\[\d+\])*\Z")


def masked(value: Value, redactor: Redactor) -> Value:
    """Return `value` with every secret in its texts and bytes masked; the same object where there is none."""
    return cast("Value", _masked(value, redactor))


def _masked(value: Any, redactor: Redactor) -> Any:
    if type(value) is str:  # a StrEnum is no text
        return redactor.text(value)
    if isinstance(value, bytes):
        return redactor.data(value)
    if isinstance(value, tuple):
        return _masked_tuple(value, redactor)
    if isinstance(value, _WALKED):
        return _masked_fields(value, redactor)
    return value


def _masked_tuple(values: tuple[Any, ...], redactor: Redactor) -> tuple[Any, ...]:
    if len(values) == 2 and all(type(value) is str for value in values):
        name, value = values
        new: tuple[Any, ...] = (redactor.text(name), _field_value(name, value, redactor))
    else:
        new = tuple(_masked(value, redactor) for value in values)
    return new if any(one is not other for one, other in zip(new, values, strict=True)) else values


def _masked_fields(value: Any, redactor: Redactor) -> Any:
    changed = {}
    for field in dataclasses.fields(value):
        old = getattr(value, field.name)
        new = old if field.name in _OWN_WORDS else _masked(old, redactor)
        if field.name in {"expected", "actual"} and (place := _place_of(value)) is not None:
            new = _field_value(_last_name(place.path), old, redactor)
        if new is not old:
            changed[field.name] = new
    return dataclasses.replace(value, **changed) if changed else value


def _place_of(value: Any) -> Difference | None:
    """Return the difference whose values these are; an assertion tells those of its first one."""
    if isinstance(value, Difference):
        return value
    return next(iter((*value.breaking, *value.differences)), None) if isinstance(value, Assertion) else None


def _last_name(path: str) -> str:
    match = _LAST_NAME.search(path)
    return match[1] if match else ""


def _field_value(name: str, value: str, redactor: Redactor) -> str:
    """Mask a value together with the name of its field: a weak secret is one only there."""
    word = value.partition(" ")[0]
    before = f"{word} " if word in _TYPES and value != word else ""
    rest = value.removeprefix(before)
    head = f"{name}: "
    text = redactor.text(head + rest)
    found = text.startswith(head) and text != head + rest
    return before + text.removeprefix(head) if found else redactor.text(value)
