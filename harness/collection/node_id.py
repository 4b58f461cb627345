"""By what name is a node called, so that no two have the same?

The same string stands in reports, rules and `--folder`: parts joined by `::`.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["SEPARATOR", "SiblingNames", "part", "with_folders"]

SEPARATOR = "::"
_LONGEST_PART = 200
"""Each item has the names of its folders in its id: a name of a megabyte must not stand there a thousand times."""
_SEPARATOR = re.compile(r"::(?!:)")  # a part may end with a colon, but never begins with one


def part(name: str) -> str:
    """Return a name as one part of a node id: control characters escaped, `::` broken up, `(unnamed)` when blank.

    A very long one is cut short, with `…` at its end.
    A colon in front is kept off the separator by a space: `A:` over `B` must not have the id of `A` over `:B`.
    """
    head = name if len(name) <= _LONGEST_PART else name[:_LONGEST_PART] + "…"
    shown = "".join(
        character if character.isprintable() or character == " " else _escape(character) for character in head
    )
    while SEPARATOR in shown:
        shown = shown.replace(SEPARATOR, ": :")
    shown = shown.strip() or "(unnamed)"
    return f" {shown}" if shown.startswith(":") else shown


def with_folders(node_id: str) -> list[str]:
    """Return the node ids of the folders around a node, outermost first, and its own."""
    return [node_id[: separator.start()] for separator in _SEPARATOR.finditer(node_id)] + [node_id]


def _escape(character: str) -> str:
    if unicodedata.category(character) == "Zs":  # the spaces of other scripts; line separators are none of them
        return character
    return character.encode("unicode_escape").decode("ascii")


class SiblingNames:
    """Hands out the node ids of the children of one folder: the n-th of the same name gets ` #n`."""

    def __init__(self, parent: str) -> None:
        self._prefix = f"{parent}{SEPARATOR}" if parent else ""
        self._seen: dict[str, int] = {}
        self._used: set[str] = set()

    def next(self, name: str) -> str:
        """Return the node id for the next child called `name`."""
        base = part(name)
        while True:
            count = self._seen[base] = self._seen.get(base, 0) + 1
            candidate = base if count == 1 else f"{base} #{count}"
            if candidate not in self._used:
                self._used.add(candidate)
                return self._prefix + candidate
