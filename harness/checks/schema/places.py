"""`SchemaPlaces`: where each subschema stands, looked up by the very object it is."""

from __future__ import annotations

from harness.location import Location

__all__ = ["SchemaPlaces"]


class SchemaPlaces:
    """The places of JSON objects, which have no hash; each is kept alive, so that no other can take its `id()`."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[object, Location]] = {}

    def __setitem__(self, schema: object, location: Location) -> None:
        self._found[id(schema)] = schema, location

    def get(self, schema: object, default: Location) -> Location:
        """Return where a subschema stands, `default` for one that is not known."""
        return self._found.get(id(schema), (schema, default))[1]
