"""Which differences has a walk found so far, and how are they told?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from harness.checks.assertion import Difference, Severity
from harness.checks.pointer import json_pointer
from harness.checks.words import brief, printable, type_name
from harness.location import json_path
from harness.source import PathParts

__all__ = ["MAX_DIFFERENCES", "MISSING", "Findings", "MapKey", "PathWords", "json_words", "typed"]

MAX_DIFFERENCES = 200
"""How many differences of each severity are told one by one."""

MISSING: Final = object()
"""Stands for the value that is not there."""

PathWords = Callable[[PathParts], str]


class MapKey(str):
    """A key of a map: one of many that mean the same place."""

    __slots__ = ()


def json_words(path: PathParts) -> str:
    """Return `path` as a normalised JSONPath."""
    return json_path(tuple(str(part) if isinstance(part, str) else part for part in path))


@dataclass(slots=True)
class _Finding:
    kind: str
    path: PathParts
    expected: str
    actual: str
    severity: Severity
    more: int = 0


@dataclass(slots=True)
class Findings:
    """The differences found so far; the same one in many elements of an array or map is counted, not repeated."""

    exact: bool = False
    """Every difference is breaking."""
    words: PathWords = json_words
    """How a path is written."""
    ruled: Severity | None = None
    """How much a rule lets every difference weigh where the walk is just now."""
    groups: dict[object, _Finding] = field(default_factory=dict)
    counts: dict[Severity, int] = field(default_factory=dict)
    left_out: dict[Severity, int] = field(default_factory=dict)

    def add(
        self,
        kind: str,
        path: PathParts,
        expected: Callable[[], str],
        actual: Any,
        severity: Severity = "breaking",
    ) -> None:
        """Count one difference; its words are made only when it is told."""
        group = self._group(kind, path, actual)
        known = self.groups.get(group)
        if known is not None:
            known.more += 1
            return
        severity = self.ruled or ("breaking" if self.exact else severity)
        if self.counts.get(severity, 0) >= MAX_DIFFERENCES:
            self.left_out[severity] = self.left_out.get(severity, 0) + 1
            return
        self.counts[severity] = self.counts.get(severity, 0) + 1
        shown = "missing" if actual is MISSING else typed(actual) if kind in _OF_TYPE else brief(actual)
        self.groups[group] = _Finding(kind, path, expected(), shown, severity)

    def _group(self, kind: str, path: PathParts, actual: Any) -> object:
        if kind == "value changed":
            return path
        place = tuple(part if type(part) is str else "*" for part in path)
        return kind, place, type(actual), self.ruled

    def differences(self) -> list[Difference]:
        """Return what was found, in the order of the walk; last how much was left out."""
        told = [self._difference(finding) for finding in self.groups.values()]
        for severity, count in self.left_out.items():
            told.append(Difference("more differences", "", "", f"{count:,} more", severity))
        return told

    def _difference(self, finding: _Finding) -> Difference:
        more = f" (and {finding.more:,} more like it)" if finding.more else ""
        path = printable(self.words(finding.path))
        pointer = printable(json_pointer(finding.path)) if self.words is json_words else None
        return Difference(
            finding.kind, path, finding.expected, finding.actual + more, finding.severity, pointer=pointer
        )


_OF_TYPE = frozenset({"type changed", "element shape"})


def typed(value: Any) -> str:
    """Return a value with the name of its type, unless its words begin with it."""
    words, name = brief(value), type_name(value)
    return words if words.startswith((name, "null")) else f"{name} {words}"
