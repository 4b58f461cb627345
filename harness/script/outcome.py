"""`Outcome`: what came of one script, and each `Fault` that it did not catch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Fault", "Outcome", "fault_of"]

_LAYERS = ("_variables", "environment", "collectionVariables", "globals")


@dataclass(frozen=True, slots=True)
class Fault:
    """One error that a script did not catch."""

    name: str
    message: str
    stack: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.message}" if self.name else self.message


@dataclass(slots=True)
class Outcome:
    """What came of one script."""

    assertions: list[Mapping[str, Any]] = field(default_factory=list)
    """As the sandbox tells them: name, passed, skipped, error, index."""
    console: list[tuple[str, str]] = field(default_factory=list)
    """Level and arguments, these still encoded (`console.py`)."""
    faults: list[Fault] = field(default_factory=list)
    layers: Mapping[str, str] = field(default_factory=dict)
    """The values of each layer at the end as JSON texts; empty when the script never ended."""
    request: str | None = None
    """The request as a prerequest script left it, as JSON; None when it is unchanged."""
    request_before: str | None = None
    """The same as the script found it."""
    returned: Mapping[str, Any] = field(default_factory=dict)
    """`nextRequest`, `visualizer`, `async`."""
    skipped: bool = False
    """Whether it called pm.execution.skipRequest."""
    watched: list[list[int]] = field(default_factory=list)
    """Line, column and length of what the prelude put into the script, to hear of promises that it drops."""
    ended: bool = False

    def column(self, line: int, column: int) -> int:
        """Return where a column of the script as it ran stands in the script as it was (from 1)."""
        for row, place, length in self.watched:
            if row == line and column > place:
                column = max(place, column - length)
        return column

    def finish(self, error: Any, result: Any) -> None:
        """Take in what the sandbox tells at the end."""
        self.ended = True
        result = result if isinstance(result, dict) else {}
        self.layers = {key: text for key, text in result.items() if isinstance(text, str) and key in _LAYERS}
        self.request, self.request_before = result.get("request"), result.get("before")
        self.returned = result.get("return", {})
        if error is not None and not self.faults:
            self.faults.append(fault_of(error))


def fault_of(error: Any) -> Fault:
    """Return an error as the sandbox tells it."""
    if isinstance(error, Mapping) and "message" in error:
        name, message = str(error.get("name") or "Error"), error.get("message")
        text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
        return Fault(name, text, str(error.get("stack") or ""))
    return Fault("", f"thrown: {error if isinstance(error, str) else json.dumps(error, ensure_ascii=False)}")
