"""Which value does a name have, and which layer gave it?

Postman's order: local, data, environment, collection, globals; the first layer that has the name wins
(https://learning.postman.com/docs/sending-requests/variables/variables/#variable-scopes). A folder's or item's own
variables stand just before the collection's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from harness.collection.model import Variable
from harness.collection.reader import scalar_text
from harness.location import Location

__all__ = ["Layer", "Value", "VariableScope", "values_of"]

Layer = Literal["local", "data", "environment", "collection", "globals"]
LAYERS: tuple[Layer, ...] = get_args(Layer)
_VAULT = "vault:"


@dataclass(frozen=True, slots=True)
class Value:
    """What one layer holds under a name."""

    value: Any
    location: Location | None = None
    secret: bool = False
    final: bool = False
    """Taken as it is: placeholders in it are text (a value of the process environment)."""
    parts: tuple[str, ...] = ()
    """The values of the process environment within it, each a secret by itself."""
    written: str | None = None
    """How it stands in its file where that is not the value: with `{{$env.NAME}}`."""
    fault: str | None = None
    """Why there is a name but no value, such as an environment variable that is not set."""

    @property
    def text(self) -> str:
        """The value as a placeholder's text: strings as they are, null as nothing, all else as compact JSON."""
        return "" if self.value is None else scalar_text(self.value)


def values_of(variables: Iterable[Variable]) -> dict[str, Value]:
    """Return the enabled variables by name; of several with one name the last counts."""
    return {
        variable.key: Value(variable.value, variable.location.child("value"), variable.secret)
        for variable in variables
        if not variable.disabled
    }


@dataclass(slots=True)
class VariableScope:
    """The variables of a run, by layer. With the cookie jar the only thing of a run that changes."""

    layers: dict[Layer, dict[str, Value]] = field(default_factory=lambda: {layer: {} for layer in LAYERS})
    environment_name: str | None = None
    environment_file: str | None = None
    _nearest: Mapping[str, Value] = field(default_factory=dict)

    def find(self, name: str) -> Value | None:
        """Return the value of the first layer that has the name and is not at fault, else the one at fault.

        `vault:NAME` that no layer has is the environment's secret NAME: its secrets are what Postman's vault is.
        """
        faulty = None
        for values in self._in_order():
            found = values.get(name)
            if found is not None and found.fault is None:
                return found
            faulty = faulty or found
        return faulty or (self.vault(name.removeprefix(_VAULT)) if name.startswith(_VAULT) else None)

    def vault(self, name: str) -> Value | None:
        """Return a secret of the environment."""
        found = self.layers["environment"].get(name)
        return found if found is not None and found.secret else None

    def assign(self, layer: Layer, name: str, value: Any) -> None:
        """Give `name` a value in one layer."""
        old = self.layers[layer].get(name)
        self.layers[layer][name] = Value(value, secret=old.secret if old else False)

    def near(self, variables: Iterable[Variable]) -> VariableScope:
        """Return a view in which these, a folder's or item's own, stand before the collection's; layers are shared."""
        return VariableScope(self.layers, self.environment_name, self.environment_file, values_of(variables))

    def names(self) -> set[str]:
        """Return every name that has a value somewhere."""
        return {name for values in self._in_order() for name in values}

    def items(self) -> Iterator[tuple[str, Value]]:
        """Yield every name and value of every layer, hidden ones too."""
        for values in self._in_order():
            yield from values.items()

    def searched(self) -> str:
        """Return the layers in the order they are searched, in words."""
        environment = f'environment "{self.environment_name}"' if self.environment_name else "environment (none given)"
        return ", ".join(environment if layer == "environment" else layer for layer in LAYERS)

    def _in_order(self) -> Iterator[Mapping[str, Value]]:
        for layer in LAYERS:
            if layer == "collection":
                yield self._nearest
            yield self.layers[layer]
