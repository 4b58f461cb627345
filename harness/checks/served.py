"""Which of its own examples does a mock answer an item with, and what is that answer held to?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.checks.expectation import Expectation, held_to
from harness.collection.model import Example, Item

__all__ = ["Served", "own_example"]

_MAX_NAMED = 3
# What asserts a status and cannot be taken for a branch: `have.status(404)`, `expect(pm.response.code).to.eql(404)`,
# `tests["…"] = responseCode.code === 404`.
_ASSERTED = re.compile(
    r"""
      (?<!not\.have)\.status\(\s*(\d{3})\s*\)
    | \.code\s*\)\.to(?:\.(?!not\b)\w+)*\.(?:eq|eql|equal|equals)\(\s*(\d{3})\s*\)
    | \btests\[[^\]\n]*\]\s*=\s*responseCode\.code\s*={2,3}\s*(\d{3})\b
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Served:
    """The example a mock answers with, and what the answer is held to."""

    example: Example | None
    """None: the mock has none, so that nothing is sent."""
    expectation: Expectation
    unchecked: str | None = None
    """Why nothing but scripts can judge the answer, or why there is none."""


def own_example(item: Item, expectation: Expectation, method: str, *, by_scripts: bool) -> Served:
    """Return the example of `item` that a mock serves: the expected one, else the first that a server can answer with.

    `by_scripts` lets its own test scripts choose: where they assert the status of another example and not that of the
    expected one, it is that example which they are about. An error is expected by nobody else but a rule; where nothing
    but errors is saved, one is served for the scripts to judge.
    """
    if not item.examples:
        return Served(None, expectation, "the mock has no example for it")
    expected = expectation.example
    if expected is None and expectation.status is not None:
        return Served(None, expectation, f"the mock has no example with status {expectation.status} for it")
    servable = [example for example in item.examples if example.served_status is not None]
    if not servable:
        told = f"the mock has no example for it that a server can answer with: {_named(item.examples)}"
        return Served(None, expectation, told)
    chosen = _meant_by_scripts(item, expected, servable) if by_scripts else None
    if chosen is not None and (chosen.served_status or 0) < 400:
        return Served(chosen, held_to(item, chosen, method))
    if chosen is not None:
        return Served(chosen, expectation, f"its scripts ask for an error, and judge nothing: {_named([chosen])}")
    if expected is not None and expected.served_status is not None:
        return Served(expected, expectation)
    return Served(servable[0], expectation, f"the mock has no example of a success for it: {_named(servable)}")


def _meant_by_scripts(item: Item, expected: Example | None, servable: Sequence[Example]) -> Example | None:
    own = [event.script for event in item.scripts() if event.listen == "test" and event.owner == item.name]
    asserted = {int(match[match.lastindex or 0]) for script in own for match in _ASSERTED.finditer(script)}
    if expected is not None and expected.served_status in asserted:
        return None
    return next((example for example in servable if example.served_status in asserted), None)


def _named(examples: Sequence[Example]) -> str:
    names = [f"“{example.name}” ({example.code})" for example in examples[:_MAX_NAMED]]
    return ", ".join(names) + ("" if len(examples) <= _MAX_NAMED else ", …")
