"""Which live answers are to become saved examples?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from harness.checks.assertion import Assertion
from harness.collection.model import Example, Item
from harness.runner.shared import RunHooks
from harness.transport.exchange import Exchange, Response

__all__ = ["MODES", "Candidate", "Mode", "Recorder"]

Mode = Literal["all", "review", "missing"]
MODES: tuple[Mode, ...] = ("all", "review", "missing")
"""Every example whose answer differs; those that a person accepts one by one; only requests without an example."""
_OF_EXAMPLES = frozenset({"status", "media type", "body"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live answer, secrets and all, and the saved example whose place it may take; None where there was none."""

    item: Item
    example: Example | None
    response: Response


class Recorder(RunHooks):
    """Keeps the first answer that differs from each example, or the first of each request that has none.

    What passed without a difference stays as it is.
    """

    def __init__(self, mode: Mode = "all") -> None:
        self.mode = mode
        self.candidates: list[Candidate] = []
        self.refused: list[tuple[Item, str]] = []
        """Answers that become no example, and why."""
        self._seen: set[Item | Example] = set()

    def judged(self, item: Item, exchange: Exchange, example: Example | None, assertions: Sequence[Assertion]) -> None:
        """Take in an answer that was judged."""
        if self.mode == "missing":
            if not item.examples and item.example_of is None:
                self._take(item, None, exchange.response, may_be=400)
        elif example is not None and any(map(_differs, assertions)):
            self._take(item, example, exchange.response, may_be=400 if (example.code or 200) < 400 else 600)

    def _take(self, item: Item, example: Example | None, response: Response, *, may_be: int) -> None:
        key = item if example is None else example
        if key in self._seen:
            return
        self._seen.add(key)
        if response.status >= may_be:
            told = "what is expected would be an error" if example is None else f"“{example.name}” is none"
            self.refused.append((item, f"{response.status} is an error, and {told}"))
        else:
            self.candidates.append(Candidate(item, example, response))


def _differs(assertion: Assertion) -> bool:
    if assertion.kind not in _OF_EXAMPLES:
        return False
    return not assertion.passed or any(
        difference.severity != "note" or difference.kind == "added key" for difference in assertion.differences
    )
