"""Do the saved examples keep to their own schemas: those of rules, of format v3, of an OpenAPI document?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

from harness.checks.assertion import Difference
from harness.checks.body.contract import json_of, locate
from harness.checks.body.shape import stand_in
from harness.checks.media import family_of_example
from harness.checks.openapi.contract import OpenApi
from harness.checks.pointer import pointer_path
from harness.checks.rule import rules_for
from harness.checks.schema.compiled import Checker
from harness.checks.schema.infer import as_saved
from harness.checks.schema.load import load_schema, parse_schema
from harness.checks.schema.remote import RemoteRefs
from harness.collection.model import Example, Item
from harness.runner.options import CollectionSettings
from harness.transport.exchange import Response

__all__ = ["Conformity", "conformity"]


@dataclass(frozen=True, slots=True)
class Conformity:
    """What one schema says of one example."""

    item: Item
    example: Example
    schema: str
    violations: tuple[Difference, ...]
    """Each with its place in the collection file."""


class _Schemas:
    """The schemas of a collection; each is read once."""

    def __init__(self, settings: CollectionSettings, remote: RemoteRefs | None) -> None:
        """Read those that rules name, and the OpenAPI document. Raises `InvalidSchema`."""
        self._rules = settings.rules
        self._remote = remote
        self._named = {
            rule.schema: load_schema(
                rule.schema, root=Path(rule.location.file).parent, location=rule.location, remote=remote
            )
            for rule in settings.rules
            if rule.schema is not None
        }
        path = settings.openapi
        self._document = None if path is None else OpenApi.load(path, settings.openapi_location, remote)

    def of(self, item: Item, example: Example) -> Iterator[Checker]:
        """Yield what an example is held to."""
        for rule in rules_for(item, self._rules):
            if rule.schema is not None and rule.status in (None, example.code):
                yield self._named[rule.schema]
        if example.schema is not None:
            place = example.location.child("$type")
            yield parse_schema(example.schema, f"of example “{example.name}”", place, self._remote)
        if self._document is not None and example.code is not None:
            request = example.original_request or item.request
            headers = tuple((each.key, each.value or "") for each in example.headers if each.key and not each.disabled)
            answer = Response(example.code, "", headers, (example.body or "").encode("utf-8", "replace"))
            url = request.url.raw or item.request.url.raw or ""
            promise = self._document.promise(request.method, url, answer, error_expected=True)
            if promise.schema is not None:
                yield promise.schema


def conformity(
    items: Iterable[Item], settings: CollectionSettings, remote: RemoteRefs | None = None
) -> Iterator[Conformity]:
    """Yield what each schema says of each example that it is for. Raises `InvalidSchema` for a broken one."""
    schemas = _Schemas(settings, remote)
    for item in items:
        for example in item.examples:
            for schema in schemas.of(item, example):
                yield Conformity(item, example, schema.name, locate(_violations(example, schema), (example,)))


def _violations(example: Example, schema: Checker) -> Sequence[Difference]:
    body = json_of(example)
    if body is not None:
        try:
            value = as_saved(body.value)
        except RecursionError:
            demand = "a value that can be followed"
            return [
                Difference("schema violation", "$", demand, "nested too deep", "breaking", location=schema.location)
            ]
        return [each for each in schema.check(value) if not _is_stand_in(body.value, each.pointer or "")]
    if family_of_example(example) not in ("json", "") and example.body:
        return []
    actual = "no JSON" if example.body else "no body"
    return [Difference("body not JSON", "$", "JSON", actual, "breaking", location=schema.location, pointer="")]


def _is_stand_in(value: Any, pointer: str) -> bool:
    """Return whether a placeholder stands at a place of an example: what it stands for, it need not be itself."""
    try:
        value = reduce(getitem, pointer_path(value, pointer), value)
    except (KeyError, IndexError, TypeError):
        return False  # what is missing
    return isinstance(value, str) and stand_in(value) is not None
