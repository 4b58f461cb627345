"""Do the examples of real collections fit themselves, and is every change to them found?"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from harness.checks.body.compare import compare_exact, compare_shape
from harness.checks.body.contract import parse_example
from harness.checks.body.formats import format_of, is_map
from harness.checks.body.shape import Shape, learn, stand_in

Path_ = tuple[str | int, ...]


class Group(NamedTuple):
    """The JSON bodies of one request's examples of one status."""

    title: str
    values: list[Any]


def items_below(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every request of a collection as it stands in the file."""
    for item in node if isinstance(node, list) else []:
        if isinstance(item, dict):
            yield item
            yield from items_below(item.get("item"))


def groups_of(path: Path) -> Iterator[Group]:
    """Yield the examples of one file, those that belong together in one group."""
    try:
        collection = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        return
    if not isinstance(collection, dict):
        return
    for item in items_below(collection.get("item")):
        by_code: dict[Any, list[Any]] = {}
        for example in item.get("response") or []:
            body = example.get("body") if isinstance(example, dict) else None
            parsed = parse_example(body) if isinstance(body, str) and body.strip() else None
            if parsed is not None:
                by_code.setdefault(example.get("code"), []).append(parsed.value)
        for code, values in by_code.items():
            yield Group(f"{path.name}: {item.get('name')} {code}", values)


def groups(corpus: Path) -> Iterator[Group]:
    """Yield the groups of every collection of the corpus."""
    for path in sorted(corpus.glob("*.json")):
        yield from groups_of(path)


def places(shape: Shape, value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Shape, Any]]:
    """Yield every place of `value` that its contract says something about."""
    if shape.anything:
        return
    yield path, shape, value
    if isinstance(value, dict) and shape.members:
        for key, member in value.items():
            yield from places(shape.members[key], member, (*path, key))
    elif isinstance(value, list) and value and shape.element:
        yield from places(shape.element, value[0], (*path, 0))


def changed(value: Any, path: Path_, new: Any) -> Any:
    """Return a copy of `value` with the part at `path` replaced."""
    if not path:
        return new
    value = copy.copy(value)
    value[path[0]] = changed(value[path[0]], path[1:], new)
    return value


def mutants(shape: Shape, value: Any) -> Iterator[tuple[str, Path_, Any]]:
    """Yield every way to break one place: the kind of difference due, its path, and the broken value."""
    for path, here, part in places(shape, value):
        if part is None or part == []:
            continue
        for key in here.required if isinstance(part, dict) else ():
            lacking = {name: each for name, each in part.items() if name != key}
            yield "missing key", (*path, key), changed(value, path, lacking)
        if not here.nullable:
            yield "became null", path, changed(value, path, None)
        other = next((new for name, new in OTHERS.items() if name not in here.types), None)
        if other is not None and here.types:
            yield "type changed", path, changed(value, path, other)
        if here.format and isinstance(part, str) and stand_in(part) is None:
            yield "format changed", path, changed(value, path, part + " broken")


OTHERS: dict[str, Any] = {"number": 7, "string": "seven", "boolean": True, "object": {"seven": 7}}


def json_path_of(path: Path_) -> str:
    """Return the pointer that a difference at `path` has."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def test_examples_fit_their_own_contract(corpus: Path) -> None:
    """No example of a real collection departs from what it and its siblings promise, or from itself."""
    count = 0
    for group in groups(corpus):
        shape = learn(group.values)
        for value in group.values:
            count += 1
            breaking = [d for d in compare_shape(shape, value) if d.severity == "breaking" and has_no_sample(value)]

            assert [] == breaking, group.title
            assert [] == (compare_exact(value, value) if has_no_sample(value) else []), group.title

    assert count > 1000


def has_no_sample(value: Any) -> bool:
    """Return whether no `<string>` or `{{name}}` stands in `value`: such an example is no answer."""
    if isinstance(value, dict):
        return all(map(has_no_sample, value.values()))
    if isinstance(value, list):
        return all(map(has_no_sample, value))
    return not isinstance(value, str) or stand_in(value) is None


def test_every_change_is_found(corpus: Path) -> None:
    """A lost key, a null, another type or a broken format is one breaking difference of its kind at its place."""
    counts: dict[str, int] = {}
    for group in groups(corpus):
        shape = learn(group.values)
        value = group.values[0]
        if not has_no_sample(value):
            continue
        for kind, path, broken in mutants(shape, value):
            found = [(d.kind, d.pointer) for d in compare_shape(shape, broken) if d.severity == "breaking"]

            assert [(kind, json_path_of(path))] == found, group.title
            counts[kind] = counts.get(kind, 0) + 1

    assert {"missing key", "became null", "type changed", "format changed"} == set(counts)
    assert 10_000 < sum(counts.values())


def test_maps_are_rare(corpus: Path) -> None:
    """Of all the objects in real examples only those keyed by ids are taken for maps."""
    maps = {
        tuple(value) for group in groups(corpus) for root in group.values for value in objects(root) if is_map(value)
    }

    assert all(format_of(key) or any(c.isdigit() for c in key) for keys in maps for key in keys)
    assert len(maps) < 20


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in `value`."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(part)
