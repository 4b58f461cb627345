"""Does each saved example become a request of its own, with a name of its own, and which of them can be asked for?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.collection.load import load_collection
from harness.collection.model import Collection
from harness.collection.replay import unaskable, with_examples
from harness.collection.selection import matches, select
from harness.errors import HarnessError, NothingSelected
from harness.source import Source

ORIGINAL = {"method": "GET", "url": "http://a/saved"}


def _collection(*examples: Mapping[str, Any], **request: Any) -> Collection:
    asked = {"method": "POST", "url": "http://a/x", **request}
    item = {"name": "Get", "id": "item-1", "request": asked, "response": list(examples)}
    text = json.dumps({"info": {"name": "c"}, "item": [{"name": "F", "item": [item]}]})
    return with_examples(load_collection(Source("c.json", text)))


def test_names() -> None:
    """Doubled, empty and awkward names give node ids that no two examples share."""
    names = ["ok", "ok", "ok #2", "", "a::b", "a/b]", "bell\x07"]
    collection = _collection(*({"name": name, "code": 200} for name in names))

    assert [item.node_id for item in collection.walk()] == [
        "F::Get[ex=ok]",
        "F::Get[ex=ok #2]",
        "F::Get[ex=ok #2 #2]",
        "F::Get[ex=(unnamed)]",
        "F::Get[ex=a: :b]",
        "F::Get[ex=a/b]]",
        "F::Get[ex=bell\\x07]",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ex-2", ["two"]), ("two", ["two"]), ("F::Get[ex=one]", ["one"]), ("Get", ["one", "two"]),
     ("item-1", ["one", "two"]), ("F::Get", ["one", "two"]), ("F", ["one", "two"])],
)  # fmt: skip
def test_selection(name: str, expected: list[str]) -> None:
    """An example is chosen by its id, name or node id, all those of a request by that one's."""
    collection = _collection({"name": "one", "code": 200, "id": "ex-1"}, {"name": "two", "code": 200, "id": "ex-2"})
    (items,) = select([collection], (name,))

    assert [item.name for item in items] == expected


def test_rules_of_the_request_hold() -> None:
    """A rule for a request or folder is one for its examples, and one for an example only for that."""
    one, two = _collection({"name": "one", "code": 200}, {"name": "two", "code": 200}).walk()

    assert all(matches(one, pattern) for pattern in ("Get", "F::Get", "F::G*", "F", "item-1", "F::Get[ex=one]"))
    assert not matches(two, "F::Get[ex=one]")


def test_what_is_asked() -> None:
    """The original request is sent, signed with the item's auth unless it has its own; without one the item's is."""
    own = {"type": "bearer", "bearer": [{"key": "token", "value": "own"}]}
    examples = (
        {"name": "a", "code": 200, "originalRequest": ORIGINAL},
        {"name": "b", "code": 200, "originalRequest": {**ORIGINAL, "auth": own}},
        {"name": "c", "code": 201},
        {"name": "d", "code": 302, "originalRequest": ORIGINAL},
    )
    a, b, c, d = _collection(*examples, auth={"type": "basic", "basic": []}).walk()

    assert [item.request.method for item in (a, b, c, d)] == ["GET", "GET", "POST", "GET"]
    assert [item.auth.type if item.auth else None for item in (a, b)] == ["basic", "bearer"]
    assert d.behavior == {"followRedirects": False}


@pytest.mark.parametrize(
    ("example", "askable"),
    [
        ({"code": 200}, True),
        ({"code": None}, True),
        ({"code": 404, "originalRequest": ORIGINAL}, True),
        ({"code": 404}, False),
        ({"code": 429, "originalRequest": ORIGINAL}, False),
        ({"code": 500, "originalRequest": ORIGINAL}, False),
        ({"code": 401, "originalRequest": ORIGINAL}, False),
        ({"code": 403, "originalRequest": {**ORIGINAL, "auth": {"type": "noauth"}}}, True),
        ({"code": 401, "originalRequest": {**ORIGINAL, "header": [{"key": "Authorization", "value": "x"}]}}, True),
        ({"code": 401, "originalRequest": {**ORIGINAL, "header": [{"key": "Authorization", "value": "x",
                                                                   "disabled": True}]}}, False),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for(example: Mapping[str, Any], askable: bool) -> None:
    """What takes a server in trouble, or bad credentials that nobody gave, is not asked for."""
    (item,) = _collection({"name": "x", **example}).walk()

    assert (unaskable(item) is None) == askable


def test_nothing_saved() -> None:
    """A collection without examples has nothing to replay, and says so."""
    with pytest.raises(NothingSelected, match="no request has a saved example"):
        select([_collection()])


def test_once_is_enough() -> None:
    """What was replaced before stays as it is."""
    collection = _collection({"name": "x", "code": 200})

    assert with_examples(collection) is collection


def test_real_collections(corpus: Path) -> None:
    """In every real collection each example has a node id of its own."""
    examples = 0
    for file in sorted(corpus.rglob("*.json")):
        try:
            collection = load_collection(file)
        except HarnessError:  # environments, and those that cannot be read
            continue
        ids = [item.node_id for item in with_examples(collection).walk()]
        examples += len(ids)

        assert len(ids) == len(set(ids)) == sum(len(item.examples) for item in collection.walk())
    assert examples > 1000
