"""By what name is a node called, so that no two have the same?

The same string stands in reports, rules and `--folder`: parts joined by `::`.
"""

from __future__ import annotations

__all__ = ["SEPARATOR", "SiblingNames", "part"]

SEPARATOR = "::"


def part(name: str) -> str:
    """Return a name as one part of a node id: control characters escaped, `::` broken up, `(unnamed)` when blank."""
    shown = "".join(
        character if character.isprintable() or character == " " else _escape(character) for character in name
    )
    while SEPARATOR in shown:
        shown = shown.replace(SEPARATOR, ": :")
    return shown.strip() or "(unnamed)"


def _escape(character: str) -> str:
    code = ord(character)
    # Printable to people though not to Python: spaces of other scripts and the like stay as they are.
    if code > 0x9F and character.isspace():
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
