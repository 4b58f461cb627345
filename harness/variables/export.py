"""How do variables stand in one of Postman's environment or globals files again?

Values of the process environment stay where they are: `{{$env.NAME}}` is written in their place.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from harness.variables.environment import Environment
from harness.variables.process_env import names_in
from harness.variables.scope import Value

__all__ = ["environment_document", "with_variables"]

Fields = dict[str, Any]
Scope = Literal["environment", "globals"]
_TYPES = frozenset({"string", "boolean", "number", "array", "object", "any", "secret"})


def environment_document(
    values: Mapping[str, Value], file: Environment | None, scope: Scope, secrets: Iterable[Value], moment: str
) -> Fields:
    """Return the document of a file: the one the variables came from, with what they are now.

    `secrets` are values that may hold some of the process environment, wherever they were used; `moment` is the time of
    the export in ISO 8601.
    """
    raw: Mapping[str, Any] = file.raw if file is not None else {}
    old = raw.get("values")
    entries = with_variables(old if isinstance(old, list) else [], values, secrets)
    return {
        "id": str(uuid.uuid4()),
        "name": scope,
        **raw,
        "values": list(map(_as_newman, entries)),
        "_postman_variable_scope": scope,
        "_postman_exported_at": moment,
        "_postman_exported_using": "harness",
    }


def _as_newman(entry: Any) -> Any:
    """Return a variable as Newman exports it: of a type that Postman's SDK knows, and without `enabled: true`.

    A secret stays one, and what is disabled stays as it was written.
    """
    if not isinstance(entry, Mapping) or entry.get("enabled") is False or entry.get("disabled") is True:
        return entry
    kind = entry.get("type")
    members = {name: value for name, value in entry.items() if name not in ("enabled", "disabled")}
    return {**members, "type": kind if kind in _TYPES else "any"}


def with_variables(old: Sequence[Any], values: Mapping[str, Value], secrets: Iterable[Value] = ()) -> list[Any]:
    """Return a list of variables as a file has it, with what they are now: in the old order, new ones at the end.

    What is disabled stays as it is, and what has gone from `values` goes.
    """
    outside = dict(_outside(secrets))
    return list(_entries(old, {name: _written(value, outside) for name, value in values.items()}, values))


def _entries(old: Sequence[Any], written: Mapping[str, Any], values: Mapping[str, Value]) -> Iterator[Any]:
    told = set()
    for entry in old:
        if not isinstance(entry, Mapping) or entry.get("enabled") is False or entry.get("disabled") is True:
            yield entry
            continue
        key = entry.get("key", entry.get("id"))
        if key in written and key not in told:
            told.add(key)
            yield {**entry, "value": written[key]}
    for key, value in written.items():
        if key not in told:
            yield {"key": key, "value": value, "type": "secret" if values[key].secret else "any"}


def _outside(values: Iterable[Value]) -> Iterator[tuple[str, str]]:
    """Yield each text that came from the process environment with the placeholder for it."""
    for value in values:
        for part, name in zip(value.parts, names_in(value.written or ""), strict=False):
            if part:
                yield part, f"{{{{$env.{name}}}}}"


def _written(value: Value, outside: Mapping[str, str]) -> Any:
    """Return what stands in a file for a value, none of the process environment in it."""
    if value.written is not None:
        return value.written
    text = value.value
    if isinstance(text, str):
        for part in sorted(outside, key=len, reverse=True):  # the longest first, as one may hold another
            text = text.replace(part, outside[part])
    return text
