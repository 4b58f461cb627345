"""Do names on the call choose the requests that are meant?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.collection.load import load_collection
from harness.collection.model import Collection
from harness.collection.selection import matches, select
from harness.errors import NothingSelected, SelectionError


def request(name: str, identifier: str | None = None) -> dict[str, Any]:
    """Return a request as a file has it."""
    return {"name": name, "request": "https://a.example/"} | ({"id": identifier} if identifier else {})


def folder(name: str, *items: dict[str, Any], identifier: str | None = None) -> dict[str, Any]:
    """Return a folder as a file has it."""
    return {"name": name, "item": list(items)} | ({"id": identifier} if identifier else {})


def make_collection(path: Path, *items: dict[str, Any]) -> Collection:
    """Write a collection file and load it."""
    path.write_text(json.dumps({"info": {"name": path.stem, "schema": "/v2.1.0/"}, "item": list(items)}))
    return load_collection(path)


@pytest.fixture
def users(tmp_path: Path) -> Collection:
    """Return a collection with folders in folders, and names that occur twice."""
    return make_collection(
        tmp_path / "users.json",
        folder("Users", request("List"), folder("Admin", request("List"), request("Ban")), identifier="f-users"),
        folder("Orders", request("List"), request("Users/Admin")),
        request("Health", "i-health"),
        folder("Empty"),
    )


@pytest.fixture
def other(tmp_path: Path) -> Collection:
    """Return a second collection."""
    return make_collection(tmp_path / "other.json", request("Ping"), folder("Orders", request("Pay")))


def chosen(*collections: Collection, include: list[str] | None = None, exclude: list[str] | None = None) -> list[str]:
    """Return the node ids that are chosen."""
    return [item.node_id for items in select(collections, include or [], exclude or []) for item in items]


ALL = [
    "Users::List", "Users::Admin::List", "Users::Admin::Ban",
    "Orders::List", "Orders::Users/Admin", "Health",
]  # fmt: skip


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ([], [], ALL),
        (["Health"], [], ["Health"]),
        (["i-health"], [], ["Health"]),
        (["f-users"], [], ALL[:3]),
        (["Users"], [], ALL[:3]),
        (["Users::Admin"], [], ALL[1:3]),
        (["Users::Admin::Ban"], [], ["Users::Admin::Ban"]),
        (["List"], [], ["Users::List", "Users::Admin::List", "Orders::List"]),
        (["Users/List"], [], ["Users::List"]),
        (["Users/Admin/Ban"], [], ["Users::Admin::Ban"]),
        (["Health", "Admin"], [], ["Users::Admin::List", "Users::Admin::Ban", "Health"]),
        (["Health", "Health"], [], ["Health"]),
        ([], ["Users", "Health"], ["Orders::List", "Orders::Users/Admin"]),
        (["Users"], ["List"], ["Users::Admin::Ban"]),
        (["Users"], ["Orders"], ALL[:3]),
        (["Empty", "Health"], [], ["Health"]),
    ],
)
def test_select(users: Collection, include: list[str], exclude: list[str], expected: list[str]) -> None:
    """Names, ids and node paths of folders and requests choose, in the order of the file; exclusions win."""
    assert expected == chosen(users, include=include, exclude=exclude)


def test_a_name_with_a_slash_wins_over_a_path(users: Collection) -> None:
    """`Users/Admin` is the request of that name, and only without one the folder `Admin` in `Users`."""
    assert ["Orders::Users/Admin"] == chosen(users, include=["Users/Admin"])


def test_each_collection_has_its_own_selection(users: Collection, other: Collection) -> None:
    """A name need be known to one collection only; one that several know stands for all of them."""
    assert [("Ping",)] == [tuple(i.name for i in items) for items in select([users, other], ["Ping"])][1:]
    assert () == select([users, other], ["Ping"])[0]
    assert ["Orders::List", "Orders::Users/Admin", "Orders::Pay"] == chosen(users, other, include=["Orders"])


@pytest.mark.parametrize("flag", ["include", "exclude"])
def test_an_unknown_name(users: Collection, flag: str) -> None:
    """A name that fits nothing is an error with the nearest names, and ends with code 4."""
    with pytest.raises(SelectionError) as caught:
        chosen(users, **{flag: ["Users", "Helth"]})

    assert ("no folder or request is called `Helth`", "did you mean `Health`?", 4) == (
        caught.value.summary,
        caught.value.hint,
        caught.value.exit_code,
    )


def test_an_unknown_name_unlike_all_others(users: Collection) -> None:
    """Without a near name the hint says how to see all names."""
    with pytest.raises(SelectionError) as caught:
        chosen(users, include=["zzz"])

    assert "`harness check FILE --list` shows the names" == caught.value.hint


@pytest.mark.parametrize(
    ("include", "exclude"), [(["Empty"], []), (["Health"], ["Health"]), ([], ["Users", "Orders", "Health"])]
)
def test_an_empty_selection(users: Collection, include: list[str], exclude: list[str]) -> None:
    """A selection that holds no request ends with code 5."""
    with pytest.raises(NothingSelected) as caught:
        chosen(users, include=include, exclude=exclude)

    assert ("nothing to run: the selection is empty", 5) == (caught.value.summary, caught.value.exit_code)


def test_an_empty_collection(tmp_path: Path) -> None:
    """A collection without requests is nothing to run, and no flag is to blame."""
    with pytest.raises(NothingSelected) as caught:
        select([make_collection(tmp_path / "empty.json")])

    assert ("nothing to run: there is no request in it", None) == (caught.value.summary, caught.value.hint)


def test_selecting_changes_no_collection(users: Collection, plain_values: Callable[[Collection], Any]) -> None:
    """The same collection can be selected from again."""
    before = load_collection(users.location.file)
    chosen(users, include=["Users"])

    assert plain_values(before) == plain_values(users)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", True),
        ("Users", True),
        ("Admin", True),
        ("Ban", True),
        ("Users::Admin", True),
        ("Users::Admin::Ban", True),
        ("Users::*", True),
        ("*::Ban", True),
        ("Us*", True),
        ("users", False),
        ("Users::Ban", False),
        ("Admin::Ban", False),
        ("Use", False),
        ("", False),
    ],
)
def test_patterns_of_rules(users: Collection, pattern: str, expected: bool) -> None:
    """A rule's pattern is a name, a node path or a glob over node paths, of the item or a folder around it."""
    item = next(item for item in users.walk() if item.node_id == "Users::Admin::Ban")

    assert expected == matches(item, pattern)


def test_brackets_in_a_name_are_a_name_first(tmp_path: Path) -> None:
    """`List [all]` stands for the request called so, although it reads as a glob as well."""
    collection = make_collection(tmp_path / "x.json", folder("F", request("List [all]"), request("List a")))
    fitting = [item.name for item in collection.walk() if matches(item, "F::List [all]")]

    assert ["List [all]", "List a"] == fitting


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[", False),
        ("[" * 100_000, False),
        ("Users::[", False),
        ("Users::[[]x", True),
        ("*[x", True),
        ("[U]sers::*", True),
    ],
)
def test_a_bracket_that_nothing_closes_is_itself(tmp_path: Path, pattern: str, expected: bool) -> None:
    """However many there are: a pattern of a hundred thousand is looked at once."""
    collection = make_collection(tmp_path / "c.json", folder("Users", request("[x")))

    assert expected == any(matches(item, pattern) for item in collection.walk())
