"""Which patterns can stand for a path, without trying them one by one?

A tree over the segments of all paths, read from the last to the first: a pattern that begins with an unknown
`{{base_url}}` then ends where its known segments do, whatever the request has before them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.mockserver.pattern import Pattern
from harness.mockserver.textpattern import TextPattern

__all__ = ["Index", "Route"]


@dataclass(frozen=True, slots=True)
class Route:
    """One path that leads to a pattern."""

    pattern: Pattern
    segments: tuple[TextPattern, ...]
    to_mock: bool = False
    """Whether it is open only to requests whose Host is the mock's own."""


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    gaps: dict[tuple[str, ...], tuple[TextPattern, _Node]] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)

    def child(self, segment: TextPattern) -> _Node:
        if segment.is_literal:
            return self.literals.setdefault(segment.pieces[0], _Node())
        return self.gaps.setdefault(segment.pieces, (segment, _Node()))[1]

    def children(self, text: str) -> Iterable[_Node]:
        if text in self.literals:
            yield self.literals[text]
        for segment, node in self.gaps.values():
            if segment.fits(text):
                yield node


class Index:
    """The patterns of a mock by method and path. Read-only once it is built, so that threads can share it."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._roots: dict[str, _Node] = {}
        for pattern in patterns:
            self._add(Route(pattern, pattern.segments))
            if pattern.moved:
                self._add(Route(pattern, pattern.segments[pattern.moved :], to_mock=True))

    def _add(self, route: Route) -> None:
        node = self._roots.setdefault(route.pattern.method, _Node())
        for segment in reversed(route.segments):
            node = node.child(segment)
        node.routes.append(route)

    def find(self, method: str, segments: tuple[str, ...]) -> list[Route]:
        """Return the routes of that method that a path with these segments can take."""
        root = self._roots.get(method.upper())
        found: list[Route] = []
        pending = [] if root is None else [(root, len(segments))]
        while pending:
            node, left = pending.pop()
            found.extend(route for route in node.routes if not left or route.pattern.open)
            if left:
                pending.extend((child, left - 1) for child in node.children(segments[left - 1]))
        return found
