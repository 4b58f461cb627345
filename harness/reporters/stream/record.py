"""How does a value of a run stand in a JSON record, and how does it come back?

Follows the dataclasses by their fields, so that what is added to a result is written and read without a word here.
Places in files are written with their line, as the file may have changed or gone when the record is read.
"""

from __future__ import annotations

import base64
import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from harness.checks.assertion import Assertion, Difference
from harness.collection.model import Example, Item, Param, Request, Url
from harness.location import Location, RecordedLocation
from harness.reporters.bodies import kept
from harness.reporters.explain import Explainer
from harness.source import Position, Source
from harness.transport.exchange import Response, SentRequest

__all__ = ["example_records", "item_record", "recorded", "restored"]

Record = dict[str, Any]
_MOST_EXAMPLES = 30
_LONGEST_BODY = 65_536
_LONGEST_TEXT = 500_000  # of all that is no body
_LARGEST = 2**53
_LATEST = 250_000_000_000
"""Seconds since the epoch, as far as calendars go, or milliseconds."""


def recorded(value: Any, explain: Explainer) -> Any:
    """Return `value` as JSON can hold it, every text masked."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return explain.masked(value) if len(value) <= _LONGEST_TEXT else explain.part(value, _LONGEST_TEXT) + "…"
    if isinstance(value, bytes):
        return _bytes(value, explain)
    if isinstance(value, SentRequest | Response):
        return _message(value, explain)
    if isinstance(value, Item):
        return item_record(value, explain)
    if isinstance(value, Location):
        return _place(value, explain, quoted=True)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _fields(value, explain)
    if isinstance(value, Mapping):
        return {str(recorded(key, explain)): recorded(each, explain) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [recorded(each, explain) for each in value]
    return value


def restored(kind: Any, value: Any) -> Any:
    """Return the value of type `kind` of which `recorded` made `value`.

    Fields that are not known are left out, those that are missing get their default. Raises `KeyError`, `TypeError`,
    `ValueError` or `AttributeError` where it is no such record.
    """
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _restored_option(get_args(kind), value)
    if origin is tuple:
        return _restored_tuple(get_args(kind), value)
    if origin is dict:
        key, each = get_args(kind)
        return {restored(key, name): restored(each, one) for name, one in value.items()}
    if kind is bytes:
        if "base64" in value:
            return base64.b64decode(value["base64"])
        return _text(value["text"]).encode("utf-8", "replace")
    if kind in (SentRequest, Response) and value["body"].get("truncated"):
        return _restored_fields(kind, {**value, "cut_from": value["body"]["size"]})
    if kind is Item:
        return _restored_item(value)
    if kind is Location:
        return _restored_place(value)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _restored_fields(kind, value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return _plain(kind, value)


def item_record(item: Item, explain: Explainer) -> Record:
    """Return what tells an item from all others, and where it stands."""
    return {
        "node_id": explain.masked(item.node_id),
        "name": explain.masked(item.name),
        "folders": [explain.masked(name) for name in item.folders],
        "id": item.id,
        "method": explain.masked(item.request.method),
        "location": _place(item.location, explain, quoted=False),
    }


def example_records(item: Item, explain: Explainer) -> list[Record]:
    """Return the first examples of an item with what is compared with an answer; long bodies are left out."""
    return [
        {
            "name": explain.masked(example.name),
            "code": example.code,
            "status": explain.masked(example.status) if example.status is not None else None,
            "headers": [
                [explain.masked(each.key or ""), explain.masked(each.value or "")]
                for each in example.headers
                if not each.disabled
            ],
            "body": explain.masked(example.body) if example.body and len(example.body) <= _LONGEST_BODY else None,
            "location": _place(example.location, explain, quoted=False),
        }
        for example in item.examples[:_MOST_EXAMPLES]
    ]


def _fields(value: Any, explain: Explainer) -> Record:
    fields = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    # Looking up the place of everything that held would cost more than the run.
    held = (
        value.passed if isinstance(value, Assertion) else isinstance(value, Difference) and value.severity != "breaking"
    )
    return {name: None if held and name == "location" else recorded(each, explain) for name, each in fields.items()}


def _bytes(value: bytes, explain: Explainer) -> Record:
    try:
        return {"text": explain.masked(value.decode())}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode("ascii")}


def _message(message: SentRequest | Response, explain: Explainer) -> Record:
    """Return a message with what is kept of its body."""
    body = kept(message, explain)
    record = _fields(dataclasses.replace(message, body=b"", cut_from=None), explain)
    del record["cut_from"]
    record["body"] = {"base64" if body.base64 else "text": body.text}
    if body.cut:
        record["body"] |= {"truncated": True, "size": message.size}
    return record


def _place(location: Location, explain: Explainer, *, quoted: bool) -> Record:
    """Return a place; `quoted` with its line, masked, and what is pointed at in it."""
    position = explain.position(location)
    found: Record = {"file": explain.masked(location.file), "path": explain.masked(location.json_path)}
    found |= {"line": position.line if position else None, "column": position.column if position else None}
    if quoted and position is not None:
        line, start, end = explain.quoted(location)
        found |= {"text": line, "start": start, "end": end, "names": explain.names(location)}
    return found


def _text(value: Any) -> str:
    found: str = restored(str, value)
    return found


def _restored_place(value: Record) -> Location:
    text = _text(value.get("text", ""))
    position = None
    line, column = restored(int | None, value.get("line")), restored(int | None, value.get("column"))
    if line is not None:
        start, end = (min(max(restored(int, value.get(name, 0)), 0), len(text)) for name in ("start", "end"))
        position = Position(line, column or 1, start, max(end - start, 1))
    return RecordedLocation(Source(_text(value["file"]), text), shown=position, written=_text(value["path"]),
                            names=_text(value.get("names", "")))  # fmt: skip


def _restored_item(value: Record) -> Item:
    place = _restored_place(value["location"])
    request = Request(_text(value["method"]), Url(place), (), None, None, place)
    folders = restored(tuple[str, ...], value["folders"])
    examples = tuple(map(_restored_example, value.get("examples", ())))
    return Item(
        _text(value["name"]),
        _text(value["node_id"]),
        request,
        examples,
        (),
        None,
        (),
        place,
        folders,
        id=restored(str | None, value["id"]),
    )


def _restored_example(value: Record) -> Example:
    place = _restored_place(value["location"])
    headers = tuple(Param(key, text, place) for key, text in restored(tuple[tuple[str, str], ...], value["headers"]))
    code, status = restored(int | None, value["code"]), restored(str | None, value["status"])
    return Example(_text(value["name"]), code, status, headers, restored(str | None, value["body"]), None, place)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _restored_fields(kind: type, value: Record) -> Any:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r:.40} is no record")
    hints = _hints(kind)
    known = {each.name: value[each.name] for each in dataclasses.fields(kind) if each.init and each.name in value}
    return kind(**{name: restored(hints[name], each) for name, each in known.items()})


def _restored_option(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in kinds:
        return None
    named = [kind for kind in kinds if kind is not type(None)]
    if len(named) == 1:
        return restored(named[0], value)
    if type(value) not in named:
        raise TypeError(f"{value!r:.40} is none of {named}")
    return value


def _restored_tuple(kinds: tuple[Any, ...], values: Any) -> tuple[Any, ...]:
    if not isinstance(values, list):
        raise TypeError(f"{values!r:.40} is no list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(restored(kinds[0], each) for each in values)
    return tuple(restored(kind, each) for kind, each in zip(kinds, values, strict=True))


def _plain(kind: Any, value: Any) -> Any:
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise ValueError(f"{value!r:.40} is none of {get_args(kind)}")
        return value
    if type(value) is not kind and not (kind is float and type(value) is int):
        raise TypeError(f"{value!r:.40} is no {kind.__name__}")
    if kind is int and not -_LARGEST <= value <= _LARGEST:
        raise ValueError("a number that is too large")
    if kind is float and not (math.isfinite(value) and 0 <= value <= _LATEST):
        raise ValueError(f"{value!r:.40} is no time")
    return value
