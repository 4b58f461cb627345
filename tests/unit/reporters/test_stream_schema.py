"""Does the published schema of the event stream say what the events are?"""

from __future__ import annotations

import dataclasses
import json
import types
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from harness.collection.model import Item
from harness.location import Location
from harness.reporters.stream.writer import FORMAT, FORMAT_VERSION
from harness.runner.events import IterationStarted, RunStarted
from harness.runner.result import ItemResult, RunResult

SCHEMA = Path(__file__).parents[3] / "docs" / "events.schema.json"
PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}
TEXT, NUMBER = {"type": "string"}, {"type": ["integer", "null"]}
_CUT = {"truncated": {"const": True}, "size": {"type": "integer", "minimum": 0}}


class Described:
    """Makes a JSON Schema of the dataclasses that `recorded` writes; each has its place under `$defs`."""

    def __init__(self) -> None:
        place = {"file": TEXT, "path": TEXT, "line": NUMBER, "column": NUMBER}
        quoted = {"text": TEXT, "start": {"type": "integer"}, "end": {"type": "integer"}, "names": TEXT}
        item = {"node_id": TEXT, "name": TEXT, "folders": {"type": "array", "items": TEXT}}
        item |= {"id": {"type": ["string", "null"]}, "method": TEXT, "location": {"$ref": "#/$defs/Location"}}
        self.defs: dict[str, Any] = {
            "Location": {"description": "A place in a file.", **_object({**place, **quoted}, [*place])},
            "Item": {
                "description": "What tells an item from all others; its examples stand in the first result of it.",
                **_object({**item, "examples": {"type": "array", "items": _example()}}, [*item]),
            },
            "bytes": {
                "description": "A body: `base64` where it is not UTF-8. At most 8 MiB of it as written here; of a "
                "longer one the beginning, with `truncated` and `size`, the bytes of the whole.",
                "oneOf": [_object({name: TEXT, **_CUT}, [name]) for name in ("text", "base64")],
                "dependentRequired": {"truncated": ["size"]},
            },
        }

    def of(self, kind: Any) -> dict[str, Any]:
        """Return the schema of a type."""
        origin, args = get_origin(kind), get_args(kind)
        if kind in PLAIN:
            return {"type": PLAIN[kind]}
        if kind in (Item, Location, bytes):
            return {"$ref": f"#/$defs/{kind.__name__}"}
        if origin in (Union, types.UnionType):
            return {"anyOf": [{"type": "null"} if each is type(None) else self.of(each) for each in args]}
        if origin is Literal:
            return {"enum": [*args]}
        if origin is tuple:
            rest = {"items": self.of(args[0])} if args[-1] is Ellipsis else {"prefixItems": [*map(self.of, args)]}
            return {"type": "array", **rest}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(args[1])}
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"enum": [each.value for each in kind]}
        return self._named(kind)

    def fields(self, kind: Any, leaving_out: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the schemas of the fields of a dataclass."""
        hints = get_type_hints(kind)
        return {
            each.name: self.of(hints[each.name]) for each in dataclasses.fields(kind) if each.name not in leaving_out
        }

    def _named(self, kind: Any) -> dict[str, Any]:
        assert dataclasses.is_dataclass(kind), kind
        name = kind.__name__  # type: ignore[union-attr]
        if name not in self.defs:
            self.defs[name] = {}
            first = (kind.__doc__ or "").partition("\n")[0]
            self.defs[name] = {"description": first, **_object(self.fields(kind, ("cut_from",)))}
        return {"$ref": f"#/$defs/{name}"}


def _example() -> dict[str, Any]:
    pair = {"type": "array", "prefixItems": [TEXT, TEXT], "minItems": 2, "items": False}
    fields: dict[str, Any] = {"name": TEXT, "code": NUMBER, "status": {"type": ["string", "null"]}}
    fields |= {"headers": {"type": "array", "items": pair}, "body": {"type": ["string", "null"]}}
    return _object({**fields, "location": {"$ref": "#/$defs/Location"}})


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties] if required is None else required}


def described() -> dict[str, Any]:
    """Return the schema of one line of the stream."""
    made = Described()
    head = {"format": {"const": FORMAT}, "format_version": {"const": FORMAT_VERSION}, "harness": TEXT}
    verdicts = ["passed", "failed", "error", "unchecked", "interrupted"]
    events = {
        "run_started": {**head, **made.fields(RunStarted)},
        "iteration_started": made.fields(IterationStarted),
        "item_started": {"item": made.of(Item), "iteration": made.of(int)},
        "item_finished": {"result": made.of(ItemResult)},
        "run_finished": {
            "verdict": {"enum": verdicts},
            "result": _object(made.fields(RunResult, leaving_out=("failures", "results"))),
        },
    }
    at = {"description": "Seconds since 1970.", "type": "number"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One line of the event stream",
        "description": "What `harness run -r ndjson` writes, a JSON object a line. Keys may be added; `format_version` "
        "is raised when one goes or changes its meaning.",
        "oneOf": [_object({"event": {"const": name}, "at": at, **fields}) for name, fields in events.items()],
        "$defs": made.defs,
    }


def test_the_schema_is_that_of_the_events(update_golden: bool) -> None:
    """It follows from what is written; `--update-golden` writes it anew."""
    if update_golden:
        SCHEMA.write_text(json.dumps(described(), indent=2) + "\n", encoding="utf-8")

    assert described() == json.loads(SCHEMA.read_text(encoding="utf-8"))
