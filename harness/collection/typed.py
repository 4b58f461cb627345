"""The value of a variable as the type beside it says: a number or a boolean that was written as text."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["as_number", "typed"]

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,15}")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,16})\.[0-9]{1,17}")
_LARGEST = 2**53 - 1  # of the whole numbers that a JavaScript number holds exactly
_BOOLEANS = {"true": True, "false": False}


def typed(value: Any, kind: str | None) -> Any:
    """Return the value of a variable of a `type` beside it; scripts compare numbers with numbers.

    Text is cast where nothing of it is lost by that, else it stays. Postman's SDK casts any, `Number` and `Boolean` of
    JavaScript taking it: `007` becomes 7 there, `x` NaN and the text `false` true.
    """
    if not isinstance(value, str):
        return value
    if kind == "number":
        return as_number(value)
    return _BOOLEANS.get(value, value) if kind == "boolean" else value


def as_number(text: str) -> str | int | float:
    """Return the number that a text is when nothing of the text is lost by that, else the text."""
    if _INTEGER.fullmatch(text) and abs(int(text)) <= _LARGEST:
        return int(text)
    if _DECIMAL.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return text
