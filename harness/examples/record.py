"""Which live answers are to become the saved examples they were held to?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.checks.assertion import Assertion
from harness.collection.model import Example, Item
from harness.runner.shared import RunHooks
from harness.transport.exchange import Exchange, Response

__all__ = ["Candidate", "Recorder"]

_OF_EXAMPLES = frozenset({"status", "media type", "body"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A saved example and the live answer, secrets and all, that may take its place."""

    item: Item
    example: Example
    response: Response


class Recorder(RunHooks):
    """Keeps the first answer that differs from each example; what passed without a difference stays as it is."""

    def __init__(self) -> None:
        self.candidates: list[Candidate] = []
        self.refused: list[tuple[Item, str]] = []
        """Answers that take no example's place, and why."""
        self._seen: set[int] = set()

    def judged(self, item: Item, exchange: Exchange, example: Example | None, assertions: Sequence[Assertion]) -> None:
        """Take in an answer that was judged by an example."""
        if example is None or id(example) in self._seen or not any(map(_differs, assertions)):
            return
        self._seen.add(id(example))
        status = exchange.response.status
        if status >= 400 and (example.code or 200) < 400:
            self.refused.append((item, f"{status} is an error, and “{example.name}” is none"))
            return
        self.candidates.append(Candidate(item, example, exchange.response))


def _differs(assertion: Assertion) -> bool:
    if assertion.kind not in _OF_EXAMPLES:
        return False
    return not assertion.passed or any(
        difference.severity != "note" or difference.kind == "added key" for difference in assertion.differences
    )
