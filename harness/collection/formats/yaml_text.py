"""What does a YAML file say, and where in it does each value stand?

Reads the JSON-like part of YAML 1.2: maps with text keys, lists and scalars, so that a date or `yes` stays the text it
is. Knows nothing of Postman. Safe for hostile files: no tags that make objects, no endless aliases, no deep nesting.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from harness.errors import LoadError, Problem
from harness.location import Location
from harness.source import PathParts, Position, Source

if TYPE_CHECKING:
    from yaml.events import Event, ScalarEvent

__all__ = ["Spot", "YamlSource", "parse_yaml"]

MAX_DEPTH = 100
MAX_NODES = 500_000
"""Values of one file, those that stand behind aliases counted each time."""

# The core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), as JavaScript's readers have it.
_INTEGER = re.compile(r"[-+]?[0-9]{1,4000}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_BASED = re.compile(r"0o[0-7]{1,1000}\Z|0x[0-9a-fA-F]{1,1000}\Z")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TEXT_TAG = "tag:yaml.org,2002:str"
_UNQUOTED = re.compile(r"[:\-]\s+\{\{")
_LOOKED_AT = 200  # characters before and behind a fault
_KEPT_SCALARS = 32
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value and its key stand, as offsets; `style` is the scalar's: `|`, `>`, `'`, `"`, plain (empty)."""

    key: tuple[int, int]
    start: int
    end: int
    style: str | None = None
    text: str = ""
    """A scalar's value as text."""


@dataclass(frozen=True, slots=True)
class YamlSource(Source):
    """The text of a YAML file."""

    _spots: dict[PathParts, Spot] = field(default_factory=dict, init=False, compare=False, repr=False)
    _scalars: dict[int, array[int]] = field(default_factory=dict, init=False, compare=False, repr=False)
    """Where the characters of the scalars asked for last are written, by where the scalar begins."""

    @classmethod
    def of(cls, source: Source) -> YamlSource:
        """Return a source whose text is YAML."""
        return cls(source.name, source.text, source.encoding, source.mark)

    def spots(self) -> dict[PathParts, Spot]:
        """Return where each value stands, by its path. Raises `LoadError` when the text is no YAML."""
        if not self._spots:
            reader = _Reader(self, LoadError)
            reader.read()
            self._spots.update(reader.spots)
        return self._spots

    def find(self, path: PathParts, span: tuple[int, int] | None = None, *, key: bool = False) -> Position | None:
        """Return where `path` stands, as `Source.find` does for JSON."""
        try:
            spots = self.spots()
        except LoadError:
            return None
        known = path
        while known not in spots:
            if not known:
                return self.offset_at(0)
            known = known[:-1]
        spot = spots[known]
        if known != path:
            span, key = None, bool(known) and isinstance(known[-1], str)
        if key:
            return self.offset_at(spot.key[0], spot.key[1] - spot.key[0])
        if span is not None and spot.style is not None:
            first, last = (self._written(spot, index) for index in span)
            return self.offset_at(first, last - first)
        return self.offset_at(spot.start, spot.end - spot.start)

    def _written(self, spot: Spot, index: int) -> int:
        """Return the offset of a character of a scalar's value; exact but for blanks at a line's begin."""
        if spot.start not in self._scalars:
            if len(self._scalars) >= _KEPT_SCALARS:
                self._scalars.pop(next(iter(self._scalars)))
            self._scalars[spot.start] = array("q", _offsets(self.text, spot))
        offsets = self._scalars[spot.start]
        if index >= len(offsets) - 1:
            return min(offsets[-1], spot.end)
        offset, character = offsets[index], spot.text[index]
        while offset < spot.end and self.text[offset] != character and self.text[offset].isspace():
            offset += 1
        return min(offset, spot.end)


def _offsets(text: str, spot: Spot) -> Iterator[int]:
    """Yield where each character of a scalar's value begins as it is written, and where the last one ends."""
    offset = spot.start
    if spot.style in ("|", ">"):  # the header's line
        offset = text.find("\n", offset) + 1
    elif spot.style:
        offset += 1
    yield offset
    for character in spot.text:
        offset = _after(text, offset, character, spot)
        yield offset


def _after(text: str, offset: int, character: str, spot: Spot) -> int:
    while offset < spot.end:
        if spot.style == '"' and text.startswith(("\\\n", "\\\r"), offset):
            offset += 1  # a line break that is not part of the text
            continue
        if spot.style == '"' and text[offset] == "\\":
            match = _ESCAPE.match(text, offset)
            return match.end() if match else offset + 1
        if spot.style == "'" and text.startswith("''", offset):
            return offset + 2
        if text[offset] == character or not text[offset].isspace():
            return offset + 1
        if character == " " and text[offset] in "\r\n":  # a folded line break
            return offset + 1
        offset += 1
    return offset


def parse_yaml(source: YamlSource, kind: type[LoadError] = LoadError) -> tuple[Any, list[Problem]]:
    """Return the value of a YAML text and what is odd about it. Raises `kind` with line and column."""
    reader = _Reader(source, kind)
    return reader.read(), reader.oddities


@dataclass(slots=True)
class _Open:
    """A map or list whose end has not been read yet."""

    value: dict[str, Any] | list[Any]
    path: PathParts
    start: int
    key_span: tuple[int, int]
    anchor: str | None
    before: int
    """How many nodes had been counted when it began."""
    key: tuple[str, tuple[int, int]] | None = None


class _Reader:
    """Builds the value from the events of the parser, without recursion."""

    def __init__(self, source: YamlSource, kind: type[LoadError]) -> None:
        self.spots: dict[PathParts, Spot] = {}
        self.oddities: list[Problem] = []
        self._source = source
        self._kind = kind
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0
        self._root: Any = None

    def read(self) -> Any:
        """Return the value of the only document; None for an empty file."""
        import yaml

        documents = 0
        try:
            for event in self._events():
                documents += isinstance(event, yaml.DocumentStartEvent)
                if documents > 1:
                    self._refuse("more than one YAML document", _span(event)[0])
                self._take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._refuse(f"not YAML: {error.problem or error.context}", mark.index if mark else 0)
        except yaml.reader.ReaderError as error:
            self._refuse(f"not YAML: {error.reason}", error.position)
        except yaml.YAMLError as error:
            self._refuse(f"not YAML: {str(error).splitlines()[0]}", 0)
        return self._root

    def _events(self) -> Iterator[Event]:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return yaml.parse(self._source.text, Loader=loader)

    def _refuse(self, summary: str, offset: int) -> None:
        text, (start, end) = self._source.text, self._source.line_bounds(offset)
        line = text[max(start, offset - _LOOKED_AT) : min(end, offset + _LOOKED_AT)]
        before = text[max(0, offset - _LOOKED_AT) : offset].rpartition("\n")[0].rpartition("\n")[2]
        unquoted = any(map(_UNQUOTED.search, (line, before)))
        hint = "quote a value that begins with a placeholder: '{{name}}/path'" if unquoted else None
        raise self._kind(summary, location=Location(self._source, offset=offset), hint=hint)

    def _take(self, event: Event) -> None:
        import yaml

        start = _span(event)[0]
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor, start)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end(_span(event)[1])
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor or "", start, _span(event)[1])

    def _count(self, nodes: int, offset: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            self._refuse(f"more than {MAX_NODES:,} values, aliases followed", offset)

    def _expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _scalar(self, event: ScalarEvent) -> None:
        span = _span(event)
        self._count(1, span[0])
        if self._expects_key():
            self._key(event.value, span)
            return
        value = _resolved(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._place(value, Spot((0, 0), *span, event.style or "", event.value))

    def _key(self, name: str, span: tuple[int, int]) -> None:
        frame = self._open[-1]
        if name in frame.value:
            place = Location(self._source, offset=span[0])
            self.oddities.append(Problem(f"`{name}` is written twice: the last one counts", place, severity="warning"))
        frame.key = (name, span)

    def _begin(self, value: dict[str, Any] | list[Any], anchor: str | None, start: int) -> None:
        self._count(1, start)
        if self._expects_key():
            self._refuse("a key that is no text", start)
        if len(self._open) >= MAX_DEPTH:
            self._refuse("nested too deeply to be read", start)
        path, key_span = self._next()
        self._open.append(_Open(value, path, start, key_span, anchor, self._nodes))
        if anchor:
            self._anchors.pop(anchor, None)  # an alias within it would be endless

    def _end(self, end: int) -> None:
        frame = self._open.pop()
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.value, self._nodes - frame.before + 1)
        if isinstance(frame.value, dict):
            _merge(frame.value)
        self._place(frame.value, Spot(frame.key_span, frame.start, end))

    def _alias(self, name: str, start: int, end: int) -> None:
        if name not in self._anchors:
            self._refuse(f"the alias `*{name}` stands for nothing that ends before it", start)
        value, nodes = self._anchors[name]
        self._count(nodes, start)
        if self._expects_key():
            if not isinstance(value, str):
                self._refuse("a key that is no text", start)
            self._key(value, (start, end))
            return
        self._place(value, Spot((0, 0), start, end))

    def _next(self) -> tuple[PathParts, tuple[int, int]]:
        """Return the path of the value that comes next, and where its key stands."""
        if not self._open:
            return (), (0, 0)
        frame = self._open[-1]
        if isinstance(frame.value, list):
            return (*frame.path, len(frame.value)), (0, 0)
        assert frame.key is not None, "unreachable: a key comes before its value"
        return (*frame.path, frame.key[0]), frame.key[1]

    def _place(self, value: Any, spot: Spot) -> None:
        path, key_span = self._next()
        self.spots[path] = replace(spot, key=key_span)
        if not self._open:
            self._root = value
            return
        frame = self._open[-1]
        if isinstance(frame.value, list):
            frame.value.append(value)
        elif frame.key is not None:
            frame.value[frame.key[0]] = value
            frame.key = None


def _merge(value: dict[str, Any]) -> None:
    """Take in what `<<: *other` stands for, as readers of YAML 1.1 do."""
    merged = value.get("<<")
    others = [other for other in (merged if isinstance(merged, list) else [merged]) if isinstance(other, dict)]
    if others:
        del value["<<"]
    for other in others:
        for key, found in other.items():
            value.setdefault(key, found)


def _span(event: Event) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    return (start.index if start else 0, end.index if end else 0)


def _resolved(event: ScalarEvent) -> Any:
    text = event.value
    if event.style or event.tag == _TEXT_TAG:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _BASED.match(text):
        return int(text, 0)
    if _FLOAT.match(text):
        number = float(text)
        return number if abs(number) != float("inf") else text
    return text
