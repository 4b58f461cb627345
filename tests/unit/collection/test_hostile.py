"""Does a broken or hostile collection of any format end in words with a place, within bounds of time and memory?"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.collection.load import load_collection
from harness.collection.model import Collection
from harness.errors import HarnessError, Problem
from harness.variables.data import load_data
from harness.variables.environment import load_environment

FEW, MANY = 600, 6_000
PIECES = (
    b"", b'"', b"'", b"{", b"}", b"[", b"]", b",", b":", b": ", b"\xff", b"\\", b"null", b"\x00", b"[[[[", b"- ", b"\n",
    b"\n\n  ", b"\t", b"|-\n", b"*a", b"&a ", b"<<: ", b"!!map ", b"? ", b"---\n", b"%YAML 1.2\n", b"{{x}}", b"7",
    b"$kind", b"content", b"\xef\xbb\xbf", b"#", b"\r",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, 7, -1.5, True, "", "text", [], {}, [None, 1], {"a": {}}, [[]], {"key": []}, "\ud800", {"id": 5}, ["r", "r"],
    10**400,
)  # fmt: skip


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Return a file cut off, or with some of its bytes replaced, added, repeated or taken out."""
    if dice.random() < 0.2:
        return data[: dice.randrange(len(data) + 1)]
    changed = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(changed) + 1)
        changed[at : at + dice.randint(0, 3)] = dice.choice(PIECES) * dice.choice((1, 1, 1, 50))
    return bytes(changed)


def retyped(data: bytes, dice: random.Random) -> bytes:
    """Return a JSON file in which some values are of another type, or stand under another key."""
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except ValueError:
        return damaged(data, dice)
    places = list(members(document))
    for container, key in dice.sample(places, min(len(places), 5)):
        container[key] = dice.choice(VALUES) if dice.random() < 0.7 else dice.choice(places)[0]
    try:
        return json.dumps(document).encode()
    except (ValueError, RecursionError):  # it holds itself
        return damaged(data, dice)


def members(value: Any) -> Iterator[tuple[Any, str | int]]:
    """Yield every member and element below a value, as its container and key."""
    pending = [value]
    while pending:
        container = pending.pop()
        for key in list(container) if isinstance(container, dict) else range(len(container)):
            yield container, key
            if isinstance(container[key], dict | list):
                pending.append(container[key])


def problems(load: Callable[[], Any]) -> tuple[Problem, ...]:
    """Return the problems of what is loaded, or those it is refused for."""
    try:
        found = load()
        items = found.walk() if isinstance(found, Collection) else ()
        return (*getattr(found, "problems", ()), *(fault for item in items for fault in item.faults))
    except HarnessError as error:
        return error.problems


def assert_placed(found: tuple[Problem, ...]) -> None:
    """Fail for a problem without line and column."""
    for problem in found[:20]:
        assert problem.location is not None, problem
        assert problem.location.position is not None, problem
        assert problem.summary


@pytest.mark.parametrize("rounds", [FEW // 3, pytest.param(MANY // 3, marks=pytest.mark.slow)])
def test_broken_folders_of_yaml_end_in_words(corpus: Path, tmp_path: Path, rounds: int) -> None:
    """Whatever happens to a file of a v3 collection, the collection loads or is refused with places."""
    dice = random.Random(rounds)
    root = tmp_path / "Orders"
    shutil.copytree(corpus / "v3-yaml" / "collections" / "Orders - Doc", root)
    files = sorted(root.rglob("*.yaml"))
    refused = 0
    for _ in range(rounds):
        file = dice.choice(files)
        before = file.read_bytes()
        file.write_bytes(damaged(before, dice))
        found = problems(lambda: load_collection(root))
        refused += any(problem.severity == "error" for problem in found)
        assert_placed(found)
        file.write_bytes(before)

    assert rounds // 10 < refused < rounds


@pytest.mark.parametrize("rounds", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_broken_files_of_version_1_end_in_words(corpus: Path, tmp_path: Path, rounds: int) -> None:
    """Whatever happens to a v1 file, it loads or is refused with places."""
    dice = random.Random(rounds)
    candidates = (path.read_bytes() for path in sorted(corpus.glob("*.json")) if path.stat().st_size < 80_000)
    files = [data for data in candidates if b'"requests"' in data and b'"order"' in data]
    file = tmp_path / "x.json"
    refused = 0
    for _ in range(rounds):
        file.write_bytes(dice.choice((damaged, retyped, retyped))(dice.choice(files), dice))
        found = problems(lambda: load_collection(file))
        refused += any(problem.severity == "error" for problem in found)
        assert_placed(found)

    assert rounds // 10 < refused < rounds


@pytest.mark.parametrize("rounds", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_broken_environments_and_data_end_in_words(corpus: Path, tmp_path: Path, rounds: int) -> None:
    """Whatever happens to an environment or data file, it loads or is refused with places."""
    dice = random.Random(rounds)
    files = [*corpus.glob("*environment*.json"), *corpus.glob("v3-yaml/*/*.*.yaml"), *corpus.glob("*_data.json")]
    kept = [(path.suffix, path.read_bytes()) for path in sorted(files)]
    kept.append((".csv", b'a,b,"c"\r\n1,"x, ""y""\n",2\r\n,,\n007,+1,\xc3\xa4\n'))
    for _ in range(rounds):
        suffix, data = dice.choice(kept)
        file = tmp_path / f"x{suffix}"
        file.write_bytes(dice.choice((damaged, retyped))(data, dice))

        assert_placed(problems(lambda file=file: load_environment(file, {})))  # type: ignore[misc]
        assert_placed(problems(lambda file=file: load_data(file)))  # type: ignore[misc]


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "c", "name": "c", "order": [], "requests": [], "folders": ['
        + ",".join(f'{{"id": "{n}", "folders_order": ["{n + 1}", "{n + 1}"], "order": []}}' for n in range(3_000))
        + "]}",
        '{"id": "c", "name": "c", "requests": [' + "[" * 100_000,
        '{"requests": [{"id": "r", "url": "h", "responses": [{"requestObject": "'
        + "[" * 100_000
        + '"}]}], "order": ["r"]}',
        '{"requests": [{"id": "r", "url": "h", "headers": "' + "a" * 1_000_000 + '"}], "order": ["r"]}',
        '{"requests": [{"id": "r", "url": "h", "headers": "' + " \\t" * 300_000 + '"}], "order": ["r"]}',
        '{"requests": [{"id": "r", "url": "h", "headers": "", "headerData": [{"key": []}]}], "order": ["r"]}',
        '{"info": {"name": "n"}, "item": [' + '{"name": "f", "item": [' * 3_000 + "]}" * 3_000 + "]}",
    ],
    ids=["folders twice each", "nested", "nested in a text", "a long header", "blanks", "odd keys", "deep folders"],
)
def test_hostile_files_are_bounded(tmp_path: Path, text: str) -> None:
    """Nesting, references and long texts that are meant to hurt end at once, in words."""
    file = tmp_path / "x.json"
    file.write_text(text)

    assert_placed(problems(lambda: load_collection(file)))
