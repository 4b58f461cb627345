"""Are real collections read, and everything else refused with a reason?"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.collection.load import load_collection
from harness.collection.model import Collection
from harness.errors import HarnessError, InvalidCollection

REFUSED = {
    "microcks__microcks__OpenBankAPI.postman_collection.json": "not JSON: there is more text",
    "usebruno__bruno__postman-malformed.json": "`item` is a string, not an array",
}
MUTATIONS = 2_000


def files(corpus: Path) -> list[Path]:
    """Return the JSON files of the corpus itself; the folders in it hold other things."""
    return sorted(path for path in corpus.glob("*.json") if path.is_file())


def is_collection(path: Path) -> bool:
    """Return whether a file is a collection, well made or not."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        return True
    return isinstance(document, dict) and bool({"item", "requests"} & set(document.get("collection", document)))


def test_collections_load(corpus: Path, plain_values: Callable[[Collection], Any]) -> None:
    """Every collection loads with its requests, and twice the same; two are rightly refused."""
    requests = 0
    for path in filter(is_collection, files(corpus)):
        if path.name in REFUSED:
            with pytest.raises(InvalidCollection, match=REFUSED[path.name]):
                load_collection(path)
            continue
        collection = load_collection(path)
        requests += len(list(collection.walk()))

        # Comparing takes long in large files, as every place in them holds their text.
        assert path.stat().st_size > 100_000 or plain_values(collection) == plain_values(load_collection(path))

    assert requests > 3_000


def test_other_files_are_named(corpus: Path) -> None:
    """What is no such collection is refused with its place and what it looks like."""
    others = [path for path in files(corpus) if not is_collection(path)]
    for path in others:
        with pytest.raises(InvalidCollection, match="this looks like") as caught:
            load_collection(path)

        assert caught.value.location is not None
        assert caught.value.location.position is not None
        assert caught.value.hint

    assert len(others) > 30


def test_node_ids_are_unique(corpus: Path) -> None:
    """No two requests or folders of a collection share an id."""
    for path in filter(is_collection, files(corpus)):
        if path.name not in REFUSED:
            collection = load_collection(path)
            ids = [node.node_id for nodes in (collection.walk(), collection.folders()) for node in nodes]

            assert len(ids) == len(set(ids)), path.name


def test_broken_files_end_in_words(corpus: Path, tmp_path: Path) -> None:
    """Whatever is cut out of, put into or swapped in a file, it loads or is refused with places, never a traceback."""
    dice = random.Random(2)
    small = [path for path in files(corpus) if path.stat().st_size < 100_000]
    path = tmp_path / "x.json"
    refused = 0
    for _ in range(MUTATIONS):
        original = dice.choice(small).read_bytes()
        path.write_bytes(dice.choice((cut, damaged, retyped))(original, dice))
        try:
            collection = load_collection(path)
        except HarnessError as error:
            refused += 1
            problems: tuple[Any, ...] = error.problems
        else:
            problems = collection.problems
        for problem in problems[:20]:
            assert problem.location is not None
            assert problem.location.position is not None, problem

    assert MUTATIONS // 4 < refused < MUTATIONS


def cut(data: bytes, dice: random.Random) -> bytes:
    """Return the beginning of a file."""
    return data[: dice.randrange(len(data))]


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Return a file with some bytes replaced, added or taken out."""
    pieces = [b"", b'"', b"{", b"]", b",", b"\xff", b"\\", b"null", b"\x00", b"[[[[", b'{"item":', b"//"]
    changed = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(changed) + 1)
        changed[at : at + dice.randint(0, 3)] = dice.choice(pieces)
    return bytes(changed)


def retyped(data: bytes, dice: random.Random) -> bytes:
    """Return a file in which some values are of another type; a file that is not JSON is damaged instead."""
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except ValueError:
        return damaged(data, dice)
    places = list(members(document))
    values: list[Any] = [None, 7, -1.5, True, "", "text", [], {}, [None, 1], {"a": {}}, [[]], {"key": []}, "\ud800"]
    for container, key in dice.sample(places, min(len(places), 5)):
        container[key] = dice.choice(values)
    return json.dumps(document).encode()


def members(value: Any) -> Iterator[tuple[Any, str | int]]:
    """Yield every member and element below a value, as its container and key."""
    pending = [value]
    while pending:
        container = pending.pop()
        keys: list[Any] = list(container) if isinstance(container, dict) else list(range(len(container)))
        for key in keys:
            yield container, key
            if isinstance(container[key], dict | list):
                pending.append(container[key])
