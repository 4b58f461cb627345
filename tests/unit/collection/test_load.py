"""Do collections load within bounds, however they are made?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.collection.load import load_collection
from harness.collection.model import Collection
from harness.errors import InvalidCollection

INFO = {"name": "x", "schema": "/v2.1.0/"}


def load(path: Path, *items: Any, **more: Any) -> Collection:
    """Write a collection file and load it."""
    path.write_text(json.dumps({"info": INFO, "item": list(items), **more}))
    return load_collection(path)


def nested(depth: int) -> dict[str, Any]:
    """Return a request within so many folders."""
    node: dict[str, Any] = {"name": "deep", "request": "https://a.example/"}
    for _ in range(depth):
        node = {"name": "f", "item": [node]}
    return node


def test_deep_folders(tmp_path: Path) -> None:
    """Two hundred folders within each other are read, and every walk reaches the bottom."""
    collection = load(tmp_path / "x.json", nested(199))

    assert ["::".join(["f"] * 199 + ["deep"])] == [item.node_id for item in collection.walk()]
    assert 199 == len(list(collection.folders()))


@pytest.mark.parametrize("depth", [201, 300, 450])
def test_folders_that_are_too_deep(tmp_path: Path, depth: int) -> None:
    """A folder that is one too many cannot be asked, and what stands beside it can."""
    collection = load(tmp_path / "x.json", nested(depth), {"name": "a", "request": "h"})
    deep, beside = collection.walk()

    assert ["folders are nested more than 200 deep"] == [fault.summary for fault in deep.faults]
    assert "::".join(["f"] * 201) == deep.node_id
    assert () == beside.faults


def test_text_that_is_too_deep(tmp_path: Path) -> None:
    """A text so deep that it cannot be read is refused."""
    path = tmp_path / "x.json"
    path.write_text(f'{{"info": {{}}, "item": {"[" * 100_000}{"]" * 100_000}}}')

    with pytest.raises(InvalidCollection, match="nested too deeply to be read"):
        load_collection(path)


@pytest.mark.parametrize("depth", [800, 900, 930, 950, 960, 970, 980, 990])
def test_a_deep_value_near_the_limit(tmp_path: Path, depth: int) -> None:
    """A value so deep that it can just be read, but not be written as text, is refused and no traceback."""
    text = '{"info": {"name": "x", "schema": "/v2.1.0/"}, "item": [{"name": "a", "request": {"url": "h"}, "response": ['
    path = tmp_path / "x.json"
    path.write_text(text + '{"code": 200, "body": ' + "[" * depth + "]" * depth + "}]}]}")

    try:
        outcome = next(load_collection(path).walk()).examples[0].body
    except InvalidCollection as error:
        outcome = error.summary

    assert outcome in ("[" * depth + "]" * depth, "nested too deeply to be read")


@pytest.mark.no_cover
def test_a_file_of_nothing_but_faults(tmp_path: Path) -> None:
    """A file in which nothing is as it should be is refused; its faults are listed up to a number."""
    with pytest.raises(InvalidCollection) as caught:
        load(tmp_path / "x.json", *range(50_000))

    assert 2_001 == len(caught.value.problems)
    assert "there are more problems from here on than are listed" == caught.value.problems[-1].summary


@pytest.mark.no_cover
def test_warnings_do_not_hide_faults(tmp_path: Path) -> None:
    """However many oddities come first, what keeps an item from being asked is still found."""
    oddities = [{"value": number} for number in range(5_000)]
    collection = load(tmp_path / "x.json", *({"name": "a", "request": "h", "event": 5} for _ in oddities), "no item",
                      variable=oddities)  # fmt: skip

    assert ["an item is an object, not a string"] == [
        problem.summary for item in collection.walk() for problem in item.faults
    ]
    assert 1_001 == len(collection.problems)


def test_no_fault_is_dropped(tmp_path: Path) -> None:
    """Every one of thousands of broken requests has its fault: none is sent without what cannot be read."""
    broken = {"name": "a", "request": {"url": "h", "header": [5]}}
    collection = load(tmp_path / "x.json", *([broken] * 5_000))

    assert 5_000 == sum(bool(item.faults) for item in collection.walk())


def test_unknown_keys_are_kept(tmp_path: Path) -> None:
    """What the model has no place for stays in `raw`, at every level."""
    item = {"name": "a", "request": {"url": "h", "x-r": 1}, "x-i": [1]}
    collection = load(tmp_path / "x.json", {"name": "f", "item": [item], "x-f": {"a": 1}}, **{"x-c": None})
    folder = next(collection.folders())

    assert None is collection.raw["x-c"]
    assert {"a": 1} == folder.raw["x-f"]
    assert item == next(collection.walk()).raw


def test_places_point_at_the_file(tmp_path: Path) -> None:
    """Every part knows where it stands, below the `collection` of a wrapped file too."""
    path = tmp_path / "x.json"
    header = {"key": "A", "value": "1"}
    inner = {"info": INFO, "item": [{"name": "a", "request": {"url": {"raw": "h"}, "header": [header]}}]}
    path.write_text(json.dumps({"collection": inner}, indent=1))
    request = next(load_collection(path).walk()).request

    assert f"{path}:11:13" == str(request.url.location)
    assert "$.collection.item[0].request.header[0]" == request.headers[0].location.json_path


@pytest.mark.parametrize("code", ["1" * 5_000, "²", "0x10", "1_0", 1e300, 200.5, [], {}, " "])
def test_codes_that_are_none(tmp_path: Path, code: object) -> None:
    """An example's code that is no status code is a warning, and the example a body contract only."""
    response = {"name": "r", "code": code, "body": "{}"}
    collection = load(tmp_path / "x.json", {"name": "a", "request": "h", "response": [response]})

    assert [None] == [example.code for example in next(collection.walk()).examples]
    assert 1 == len(collection.problems)


def test_a_collection_is_named_after_its_file(tmp_path: Path) -> None:
    """Without a name of its own a collection has that of its file."""
    path = tmp_path / "orders.postman_collection.json"
    path.write_text('{"info": {"schema": "/v2.1.0/"}, "item": []}')

    assert "orders" == load_collection(path).name


def test_walks_are_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Items and folders come as they stand in the file, outer folders before inner ones."""
    a, b, c = ({"name": name, "request": "h"} for name in "abc")
    collection = load(
        tmp_path / "x.json", a, {"name": "F", "item": [{"name": "G", "item": [b]}, c]}, {**a, "name": "d"}
    )

    assert ["a", "b", "c", "d"] == [item.name for item in collection.walk()]
    assert ["F", "G"] == [folder.name for folder in collection.folders()]
    assert ["b", "c"] == [item.name for item in next(collection.folders()).walk()]
