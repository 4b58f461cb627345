"""How do the variables of a run get into a script, and what it has changed back into the run?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.variables.scope import Layer, Value, VariableScope

__all__ = ["Layers"]

NAMES: Mapping[str, Layer] = {
    "_variables": "local",
    "environment": "environment",
    "collectionVariables": "collection",
    "globals": "globals",
}

Changed = Callable[[str, Value], None]


@dataclass(slots=True)
class Layers:
    """The layers of one scope in the sandbox's words; the text of a layer is made again only when it has changed."""

    scope: VariableScope
    on_change: Changed
    """Told of every value that a script sets."""
    _given: dict[str, tuple[dict[str, Value], str]] = field(default_factory=dict)
    """The values that a text was made of, and the text."""
    _unchanged: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The text that was given, and the text that comes back when no script changes anything."""

    def context(self) -> str:
        """Return the members of a script's context for the layers and the row of data, as JSON without braces."""
        members = [f'"{name}":{self._text(name, self.scope.layers[layer])}' for name, layer in NAMES.items()]
        row = {name: value.value for name, value in self.scope.layers["data"].items() if value.fault is None}
        return ",".join((*members, f'"data":{json.dumps(row)}'))

    def take(self, found: Mapping[str, str]) -> dict[Layer, dict[str, Any]]:
        """Take over what a script has left in the layers; return what it set and (None) unset, by layer."""
        changes: dict[Layer, dict[str, Any]] = {}
        for name, layer in NAMES.items():
            text = found.get(name)
            if text is None or self._unchanged.get(name) == (self._given[name][1], text):
                continue
            changed = self._taken(layer, _values(text))
            if changed:
                changes[layer] = changed
            else:
                self._unchanged[name] = (self._given[name][1], text)
        return changes

    def give(self, found: Mapping[str, Any]) -> None:
        """Take over the layers of a script that is still running, as lists of variables."""
        for name, layer in NAMES.items():
            if isinstance(found.get(name), list):
                self._taken(layer, _values(json.dumps(found[name])))

    def _text(self, name: str, values: dict[str, Value]) -> str:
        given = self._given.get(name)
        if given is None or given[0] != values:
            entries = [
                {"key": key, "value": value.value, "type": "any"}
                for key, value in values.items()
                if value.fault is None
            ]
            given = self._given[name] = (dict(values), self._named(name, json.dumps(entries)))
        return given[1]

    def _named(self, name: str, entries: str) -> str:
        """Return a layer as the sandbox takes it; of the environment scripts can ask the name (pm.environment.name)."""
        title = self.scope.environment_name if name == "environment" else None
        return entries if title is None else f'{{"name":{json.dumps(title)},"values":{entries}}}'

    def _taken(self, layer: Layer, new: Mapping[str, Any]) -> dict[str, Any]:
        old = self.scope.layers[layer]
        changed: dict[str, Any] = {}
        for key, value in new.items():
            before = old.get(key)
            if before is None or before.fault is not None or not _same(before.value, value):
                self.scope.assign(layer, key, value)
                self.on_change(key, old[key])
                changed[key] = value
        for key in [key for key, value in old.items() if key not in new and value.fault is None]:
            del old[key]
            changed[key] = None
        return changed


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _values(text: str) -> dict[str, Any]:
    try:
        entries = json.loads(text)
    except ValueError:
        return {}
    return {
        str(entry["key"]): entry.get("value")
        for entry in entries
        if isinstance(entry, dict) and "key" in entry and entry.get("disabled") is not True
    }
