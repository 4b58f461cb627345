"""Is what rules say about places found along a path?"""

from __future__ import annotations

from harness.checks.override import ANY, Override, Place, place_tree


def at(tree: Place | None, *path: str | int) -> Override | None:
    """Return what is said about the place at `path`."""
    for part in path:
        tree = None if tree is None else tree.at(part)
    return None if tree is None else tree.override


def test_places_are_found_along_their_path() -> None:
    """A place is found by its path, and nothing is said about any other."""
    tree = place_tree([(("a", 0, "b"), Override(format="uuid"))])

    assert Override(format="uuid") == at(tree, "a", 0, "b")
    assert at(tree, "a", 1, "b") is None
    assert at(tree, "b") is None


def test_any_stands_for_every_element() -> None:
    """`ANY` reaches every element; a place named by its index wins where both speak."""
    tree = place_tree(
        [(("a", ANY, "b"), Override(format="uuid", severity="note")), (("a", 0, "b"), Override(type=("string",)))]
    )

    assert Override(format="uuid", severity="note") == at(tree, "a", 7, "b")
    assert Override(format="uuid", severity="note", type=("string",)) == at(tree, "a", 0, "b")


def test_later_rules_win() -> None:
    """Of two rules for one place the later one counts, and what only the earlier one says stays."""
    tree = place_tree([((), Override(match="ignore", key="id")), ((), Override(match="exact"))])

    assert Override(match="exact", key="id") == at(tree)


def test_no_rules_make_no_tree() -> None:
    """Where nothing is said there is nothing to ask."""
    assert place_tree([]) is None
