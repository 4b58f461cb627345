"""How does one value of a JSON text change without another character changing?

New text takes on the ways of the file: indentation, separators, line ends, and which characters it escapes. Knows
nothing of Postman.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from harness.source import PathParts, Source, Span

__all__ = ["Edit", "Insert", "Remove", "Replace", "edited"]

_BLANKS = " \t\r\n"
_FIRST_INDENT = re.compile(r"[{\[][ \t]*\r?\n([ \t]+)\S")
_COLON = re.compile(r'"(?:[^"\\]|\\.)*"([ \t]*:[ \t]*)\S')
_ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*\\u(?!00[01])[0-9a-fA-F]{4}")
_NON_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Replace:
    """Another value for what stands at `path`."""

    path: PathParts
    value: Any


@dataclass(frozen=True, slots=True)
class Insert:
    """A new member of an object, put last, or a new element of an array, put before the one that has its index."""

    path: PathParts
    """That of the new value; an index beyond the end puts it last."""
    value: Any


@dataclass(frozen=True, slots=True)
class Remove:
    """What stands at `path` goes, with its key and the comma it needs no more."""

    path: PathParts


Edit = Replace | Insert | Remove


def edited(source: Source, edits: Iterable[Edit], text: str | None = None) -> str:
    """Return the text with the edits made; all their paths are those of the text as it is.

    `text` is what the edits are made in, where `source` is the same with its comments blanked out. Raises `KeyError`
    for a path that leads nowhere, `ValueError` for edits of the same place.
    """
    style = _Style.of(source.text)
    changes = sorted((_change(source, edit, style) for edit in edits), key=lambda change: (change[0], change[1]))
    whole = source.text if text is None else text
    pieces, done = [], 0
    for start, end, new in changes:
        if start < done:
            raise ValueError("two edits change the same place")
        pieces += [whole[done:start], new]
        done = end
    return "".join([*pieces, whole[done:]])


def _change(source: Source, edit: Edit, style: _Style) -> tuple[int, int, str]:
    if isinstance(edit, Replace):
        span = source.span(edit.path)
        return span.start, span.end, style.written(edit.value, style.indent_at(source.text, span.key_start))
    if isinstance(edit, Remove):
        return _removal(source, edit.path)
    return _insertion(source, edit, style)


def _siblings(source: Source, path: PathParts) -> tuple[Span, list[Span], list[str | int]]:
    """Return the container of a path's last part, and its members with their keys, in the order of the text."""
    if not path:
        raise KeyError("the whole text is no member of anything")
    members = source.children(path[:-1])
    ordered = sorted(members.items(), key=lambda member: member[1].key_start)
    return source.span(path[:-1]), [span for _, span in ordered], [key for key, _ in ordered]


def _removal(source: Source, path: PathParts) -> tuple[int, int, str]:
    container, spans, keys = _siblings(source, path)
    if path[-1] not in keys:
        raise KeyError(path[-1])
    at = keys.index(path[-1])
    if len(spans) == 1:
        return container.start + 1, container.end - 1, ""
    if at:
        return spans[at - 1].end, spans[at].end, ""
    return spans[0].key_start, spans[1].key_start, ""


def _insertion(source: Source, edit: Insert, style: _Style) -> tuple[int, int, str]:
    container, spans, keys = _siblings(source, edit.path)
    key = edit.path[-1]
    text = source.text
    is_object = text[container.start] == "{"
    if is_object != isinstance(key, str) or (is_object and key in keys):
        raise KeyError(key)
    name = f"{style.string(str(key))}{style.colon}" if is_object else ""
    outer = style.indent_at(text, container.key_start)
    inner = style.indent_at(text, spans[0].key_start) if spans else outer + style.unit
    new = name + style.written(edit.value, inner)
    if not spans:
        lines = style.unit != "" or style.newline != ""
        around = (style.newline + inner, style.newline + outer) if lines else ("", "")
        return container.start + 1, container.end - 1, f"{around[0]}{new}{around[1]}"
    before = text[container.start + 1 : spans[0].key_start]  # what stands between two members, but for the comma
    between = before if before.strip(_BLANKS) == "" else style.newline + inner
    if len(spans) > 1 and "\n" not in between:
        between = text[spans[0].end : spans[1].key_start].replace(",", "", 1)
    index = int(key) if isinstance(key, int) and key < len(spans) else None
    if index is None:
        return spans[-1].end, spans[-1].end, f",{between}{new}"
    return spans[index].key_start, spans[index].key_start, f"{new},{between}"


@dataclass(frozen=True, slots=True)
class _Style:
    """How a file writes JSON."""

    unit: str
    """What one level of nesting is indented by; empty when all stands on one line."""
    colon: str
    comma: str
    newline: str
    """The line end; empty when all stands on one line."""
    ascii_only: bool
    """Whether characters beyond ASCII are written as escapes."""
    slashes: bool
    """Whether slashes are escaped, as PHP does it."""

    @classmethod
    def of(cls, text: str) -> _Style:
        first = _FIRST_INDENT.search(text, 0, 100_000)
        colon = _COLON.search(text, 0, 100_000)
        spaced = colon[1] if colon else ": "
        newline = "" if first is None else "\r\n" if text.find("\r\n", 0, first.end()) >= 0 else "\n"
        return cls(
            unit=first[1] if first else "",
            colon=spaced,
            comma="," if first or spaced == ":" else ", ",
            newline=newline,
            ascii_only=_ESCAPED.search(text) is not None and _NON_ASCII.search(text) is None,
            slashes=r"\/" in text,
        )

    @staticmethod
    def indent_at(text: str, offset: int) -> str:
        """Return the blanks that the line of a value begins with."""
        start = text.rfind("\n", 0, offset) + 1
        line = text[start:offset]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def string(self, value: str) -> str:
        written = json.dumps(value, ensure_ascii=self.ascii_only)
        if not self.ascii_only:  # a lone half of a pair cannot be written as it is
            written = re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", written)
        return written.replace("/", "\\/") if self.slashes else written

    def written(self, value: Any, indent: str) -> str:
        """Return a value as the file would have it at a place of this indentation."""
        if isinstance(value, str):
            return self.string(value)
        if not isinstance(value, dict | list | tuple) or not value:
            return json.dumps(value, allow_nan=False)
        inner = indent + self.unit
        if isinstance(value, dict):
            parts = [f"{self.string(str(key))}{self.colon}{self.written(each, inner)}" for key, each in value.items()]
            opening, closing = "{", "}"
        else:
            parts = [self.written(each, inner) for each in value]
            opening, closing = "[", "]"
        if not self.newline:
            return opening + self.comma.join(parts) + closing
        glue = f",{self.newline}{inner}"
        return f"{opening}{self.newline}{inner}{glue.join(parts)}{self.newline}{indent}{closing}"
