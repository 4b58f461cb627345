"""How does a text stand in a program, so that the program reads back exactly that text?

These are the filters of the templates. Nothing that a collection says can end a literal or a comment.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = [
    "FILTERS",
    "Field",
    "base64_text",
    "comment",
    "flat_json",
    "javascript",
    "lines",
    "python",
    "python_header",
    "shell",
]

_TRIPLE_UNSAFE = re.compile(r"'''|\\|'\Z")
_TEMPLATE_UNSAFE = re.compile(r"[`\\]|\$[{z]")  # a `z` may be the first letter of what becomes a placeholder
_NO_PATH = re.compile(r"[.\[\]|]|\A\Z")

Field = tuple[str, str, Any]


def python(value: str | bytes) -> str:
    """Return a literal of Python; a text of several lines as it is written, where nothing in it speaks against that."""
    if isinstance(value, bytes):
        return repr(value)
    if "\n" in value and _is_plain(value) and not _TRIPLE_UNSAFE.search(value):
        return f"'''{value}'''"
    quoted = repr(value)
    # Double quotes, as formatters have it, where they need no escape.
    return f'"{quoted[1:-1]}"' if quoted[0] == "'" and '"' not in quoted and "\\'" not in quoted else quoted


def python_header(value: str) -> str:
    """Return a header's value as Python's clients take it: as bytes where it is not ASCII."""
    if value.isascii():
        return python(value)
    try:
        return python(value.encode("latin-1"))
    except UnicodeEncodeError:
        return python(value.encode("utf-8"))


def javascript(value: str) -> str:
    """Return a literal of JavaScript; a text of several lines as it is written, where nothing speaks against that."""
    if "\n" in value and _is_plain(value) and not _TEMPLATE_UNSAFE.search(value):
        return f"`{value}`"
    return "".join(
        character if character.isprintable() else json.dumps(character)[1:-1]
        for character in json.dumps(value, ensure_ascii=False)
    )


def shell(value: str) -> str:
    """Return one word of a POSIX shell."""
    return shlex.quote(value)


def comment(value: str) -> str:
    """Return a text on one line, as it may stand in a comment: no sign in it ends the line."""
    return "".join(character if character.isprintable() else " " for character in value)


def lines(value: str) -> str:
    """Return a text with its line breaks, and without signs that a terminal would obey."""
    return "".join(character if character.isprintable() or character in "\n\t" else "\N{REPLACEMENT CHARACTER}"
                   for character in value)  # fmt: skip


def base64_text(value: bytes) -> str:
    """Return bytes in base64."""
    return base64.b64encode(value).decode("ascii")


def flat_json(content: bytes) -> list[Field]:
    """Return kind, path and value of everything in a JSON object; nothing where paths could not say it exactly."""
    try:
        value = json.loads(content, parse_int=_Number, parse_float=_Number, parse_constant=_Number)
        return list(_flat(value, "")) if isinstance(value, dict) else []
    except (ValueError, RecursionError):
        return []


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _flat(value: Any, path: str) -> Iterator[Field]:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            if _NO_PATH.search(key):
                raise ValueError(key)
            yield from _flat(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for index, each in enumerate(value):
            yield from _flat(each, f"{path}[{index}]")
    elif isinstance(value, (dict, list)):
        raise ValueError("nothing in it")
    elif value is None:
        yield "null", path, None
    elif isinstance(value, bool):
        yield "bool", path, value
    else:
        yield ("number" if isinstance(value, _Number) else "string"), path, str(value)


def _is_plain(text: str) -> bool:
    return all(character.isprintable() or character == "\n" for character in text)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "base64": base64_text,
    "comment": comment,
    "flat_json": flat_json,
    "javascript": javascript,
    "lines": lines,
    "python": python,
    "python_header": python_header,
    "shell": shell,
}
"""By the names that templates call them."""
