"""Which files do the arguments of a call stand for?"""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.collection.find import collection_stem, find_collections
from harness.collection.load import load_collection
from harness.errors import InvalidCollection, UsageError


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working directory with collections at several places."""
    for name in (
        "b.postman_collection.json",
        "a.postman_collection.json",
        "plain.json",
        "api/c.postman_collection.json",
        "api/deep/d.postman_collection.json",
        "api/env.postman_environment.json",
        "api/.hidden/e.postman_collection.json",
        "node_modules/f.postman_collection.json",
        "none/readme.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "api" / "folder.postman_collection.json").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


A, B = "a.postman_collection.json", "b.postman_collection.json"
API = ["api/c.postman_collection.json", "api/deep/d.postman_collection.json"]


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([B, A], [B, A]),
        (["plain.json"], ["plain.json"]),
        (["."], [A, *API, B]),
        (["api"], API),
        (["api", A, "api/deep"], [*API, A]),
        (["*.json"], [A, B, "plain.json"]),
        (["**/*.postman_collection.json"], [A, *API, B, "node_modules/f.postman_collection.json"]),
        (["a*"], [A, *API]),
        (["n*"], ["node_modules/f.postman_collection.json"]),
        ([A, f"./{A}", f"api/../{A}"], [A]),
        (["missing.json"], ["missing.json"]),
        ([], []),
    ],
)
def test_find(arguments: list[str], expected: list[str]) -> None:
    """Files stand for themselves, folders for the collections below them, globs for what fits; each file once."""
    assert sorted(expected) == sorted(str(path) for path in find_collections(arguments))


@pytest.mark.usefixtures("tree")
def test_the_order_is_that_of_the_arguments() -> None:
    """What is named first runs first; within a folder the order is that of the names."""
    assert [B, *API, A] == [str(path) for path in find_collections([B, "api", A, B])]


def test_a_link_is_the_file_it_leads_to(tree: Path) -> None:
    """A file that is reached twice runs once."""
    (tree / "link.json").symlink_to(tree / A)

    assert [Path("link.json")] == find_collections(["link.json", A])


@pytest.mark.usefixtures("tree")
def test_brackets_in_the_name_of_a_file_that_exists() -> None:
    """A name that reads as a glob is first of all a name."""
    Path("v[1].json").write_text("{}")

    assert [Path("v[1].json")] == find_collections(["v[1].json"])


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("argument", "summary"),
    [
        ("none", "no *.postman_collection.json and no collection in YAML in the folder none"),
        ("x*.json", "no collection fits x*.json"),
        ("", "an empty argument stands for no collection"),
    ],
)
def test_arguments_that_stand_for_nothing(argument: str, summary: str) -> None:
    """A folder without collections, a glob that fits none and an empty argument are errors of the call."""
    with pytest.raises(UsageError) as caught:
        find_collections([argument])

    assert (summary, 4) == (caught.value.summary, caught.value.exit_code)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plivo.postman_collection.json", "plivo"),
        ("plivo.json", "plivo"),
        ("plivo", "plivo"),
        ("a.b.postman_collection.json", "a.b"),
    ],
)
def test_stem(name: str, expected: str) -> None:
    """The name by which the configuration beside a collection is found has no ending."""
    assert expected == collection_stem(Path("x") / name)


def test_a_name_that_no_file_can_have() -> None:
    """A name too long for any file stands for itself, and loading it says so."""
    name = "x" * 5_000

    assert [Path(name)] == find_collections([name])
    with pytest.raises(InvalidCollection, match="name too long"):
        load_collection(name)
