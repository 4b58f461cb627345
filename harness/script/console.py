"""What did a script write, as text for people?

The sandbox sends the arguments of `console.log` in a form of its own (npm teleport-javascript): a JSON array in which
the first element is the list of arguments, every string is the index of another element, and a string `_n` one of the
values in the last element that JSON has no words for.
"""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["console_text"]

_MOST_CHARACTERS = 100_000
_LONGEST_TEXT = 10_000
"""How much Node prints of a text within a list or an object."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\r": "\\r"}
_TAGS = {"u": "undefined", "n": "", "b": "", "s": "Symbol", "D": "", "R": ""}
_ARRAYS = {
    "H": "Int8Array",
    "I": "Uint8Array",
    "J": "Uint8ClampedArray",
    "P": "Int16Array",
    "Q": "Uint16Array",
    "F": "Int32Array",
    "G": "Uint32Array",
    "K": "Float32Array",
    "L": "Float64Array",
}
_MOST_OCTETS = 50
"""How many octets of a buffer Node prints."""


def console_text(encoded: str) -> str:
    """Return the arguments of one console call as Node would print them, joined by spaces."""
    try:
        table = json.loads(encoded)
        words = [_shown(_resolved(reference, table, ()), top=True) for reference in table[0]]
    except (ValueError, LookupError, TypeError, RecursionError):
        return encoded[:_MOST_CHARACTERS]
    return " ".join(words)[:_MOST_CHARACTERS]


class _Word(str):
    """A text that is shown without quotes: what is no string in JavaScript."""


def _resolved(value: Any, table: list[Any], above: tuple[int, ...]) -> Any:
    """Return a value with every reference in it replaced by what it stands for."""
    if isinstance(value, str):
        if value.startswith("_"):
            return _special(table[-1][int(value[1:])], table, above)
        index = int(value)
        target = table[index]
        if isinstance(target, str):
            return target
        if index in above:
            return _Word("[Circular]")
        return _resolved(target, table, (*above, index))
    if isinstance(value, list):
        return [_resolved(each, table, above) for each in value]
    if isinstance(value, dict):
        return {key: _resolved(each, table, above) for key, each in value.items()}
    return value


def _special(value: Any, table: list[Any], above: tuple[int, ...]) -> Any:
    text = value if isinstance(value, str) else json.dumps(value)
    tag, rest = text[:1], text[1:]
    if tag in ("M", "S"):
        try:
            inner = json.loads(rest)
            return _Word(_gathered(tag, _resolved(inner[0], inner, ())))
        except (ValueError, LookupError, TypeError):
            return _Word(rest)
    if tag == "B" or tag in _ARRAYS:
        return _Word(_numbers(tag, json.loads(rest)))
    if tag == "u" or tag not in _TAGS:
        return _Word(_TAGS.get(tag, text))
    return _Word({"b": f"{rest}n", "s": f"Symbol({rest})"}.get(tag, rest))


def _numbers(tag: str, found: list[Any]) -> str:
    """Return a buffer, or an array whose elements have one type, as Node prints it."""
    if tag in _ARRAYS:
        return f"{_ARRAYS[tag]}({len(found)}) {_shown(found)}"
    shown = "".join(f" {each:02x}" for each in found[:_MOST_OCTETS])
    more = len(found) - _MOST_OCTETS
    return f"<Buffer{shown}{f' ... {more} more byte' + 's' * (more > 1) if more > 0 else ''}>"


def _gathered(tag: str, members: list[Any]) -> str:
    """Return a map, given as its pairs, or a set as Node prints it."""
    texts = [_shown(each) if tag == "S" else f"{_shown(each[0])} => {_shown(each[1])}" for each in members]
    name = f"{'Map' if tag == 'M' else 'Set'}({len(texts)})"
    return f"{name} {{ {', '.join(texts)} }}" if texts else f"{name} {{}}"


def _quoted(text: str) -> str:
    """Return a text in the quotes that Node chooses: the first of ', \" and ` that is not in it."""
    more = len(text) - _LONGEST_TEXT
    if more > 0:
        return f"{_quoted(text[:_LONGEST_TEXT])}... {more} more character{'s' if more > 1 else ''}"
    quote = next((each for each in "'\"`" if each not in text and not (each == "`" and "${" in text)), "'")
    if text.isprintable() and quote not in text and "\\" not in text:
        return f"{quote}{text}{quote}"
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return quote + _CONTROL.sub(lambda match: _ESCAPES.get(match[0], f"\\x{ord(match[0]):02X}"), escaped) + quote


def _shown(value: Any, *, top: bool = False) -> str:
    if isinstance(value, _Word):
        return str(value)
    if isinstance(value, str):
        return value if top else _quoted(value)
    if isinstance(value, list):
        return f"[ {', '.join(map(_shown, value))} ]" if value else "[]"
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(key)}: {_shown(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return json.dumps(value)


def _key(key: str) -> str:
    return key if key.isascii() and key.isidentifier() else _quoted(key)
