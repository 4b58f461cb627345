"""Are node ids readable, and never twice the same?"""

from __future__ import annotations

import itertools

import pytest

from harness.collection.node_id import SiblingNames, part, with_folders


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("List users", "List users"),
        ("  padded\t", r"padded\t"),
        ("", "(unnamed)"),
        ("   ", "(unnamed)"),
        ("n" * 1_000_000, "n" * 200 + "…"),
        ("a::b", "a: :b"),
        ("a:::b", "a: : :b"),
        ("a::::", "a: : : :"),
        ("a:b", "a:b"),
        ("GET /users/:id", "GET /users/:id"),
        ("Step 1:", "Step 1:"),
        (":id", " :id"),
        ("::", " : :"),
        ("list[0]", "list[0]"),
        ("bell\x07 escape\x1b[31m nul\x00 c1\x9b", r"bell\x07 escape\x1b[31m nul\x00 c1\x9b"),
        ("two\r\nlines", r"two\r\nlines"),
        ("line\u2028separator", r"line\u2028separator"),
        ("right\u202eleft", r"right\u202eleft"),
        ("half\ud83d", r"half\ud83d"),
        ("no-break\u00a0and\u3000wide", "no-break\u00a0and\u3000wide"),
        ("ünï 名前 😀", "ünï 名前 😀"),
    ],
)
def test_part(name: str, expected: str) -> None:
    """A name stays as it is but for what would break a line, a terminal or the id itself."""
    assert expected == part(name)


def test_siblings_of_one_name_are_numbered() -> None:
    """The n-th of the same name gets ` #n`, and a name that looks like that does not get in the way."""
    names = SiblingNames("F")

    assert ["F::A", "F::A #2", "F::B", "F::A #2 #2", "F::A #3"] == [
        names.next(name) for name in ("A", "A", "B", "A #2", "A")
    ]


def test_a_literal_number_first() -> None:
    """A sibling that is really called `A #2` keeps its name, and the second `A` becomes the third."""
    names = SiblingNames("")

    assert ["A #2", "A", "A #3"] == [names.next(name) for name in ("A #2", "A", "A")]


def test_no_two_paths_of_names_have_the_same_id() -> None:
    """Whatever colons names begin and end with, two different ways down never give one id."""
    odd = ["A", ":A", "A:", ":", "::", "A::A", ":A:", "", " "]
    top = SiblingNames("")
    parents = [top.next(name) for name in odd]
    ids = list(itertools.chain(parents, *([below.next(n) for n in odd] for below in map(SiblingNames, parents))))

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("names", [("A",), ("A", "B"), ("A:", "B", ":C"), ("a::b", "::", ""), ("A:", ":", "B")])
def test_with_folders(names: tuple[str, ...]) -> None:
    """An id is taken apart where its parts were joined."""
    ids: list[str] = []
    for name in names:
        ids.append(SiblingNames(ids[-1] if ids else "").next(name))

    assert ids == with_folders(ids[-1])
