"""Which of its own examples does a mock answer an item with?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.checks.expectation import Expectation
from harness.collection.model import Example, Item

__all__ = ["Served", "own_example"]

_MAX_NAMED = 3


@dataclass(frozen=True, slots=True)
class Served:
    """The example a mock answers with, and why nothing is judged by it, where that is so."""

    example: Example | None
    """None: the mock has none, so that nothing is sent."""
    unchecked: str | None = None


def own_example(item: Item, expectation: Expectation) -> Served:
    """Return the example of `item` that a mock serves: the expected one, else the first that a server can answer with.

    An error is expected by a rule only; where nothing but errors is saved, one is served for the scripts to judge.
    """
    expected = expectation.example
    if expected is not None and expected.served_status is not None:
        return Served(expected)
    if not item.examples:
        return Served(None, "the mock has no example for it")
    if expectation.status is not None and expected is None:
        return Served(None, f"the mock has no example with status {expectation.status} for it")
    servable = [example for example in item.examples if example.served_status is not None]
    if not servable:
        return Served(None, f"the mock has no example for it that a server can answer with: {_named(item.examples)}")
    return Served(servable[0], f"the mock has no example of a success for it: {_named(servable)}")


def _named(examples: Sequence[Example]) -> str:
    names = [f"“{example.name}” ({example.code})" for example in examples[:_MAX_NAMED]]
    return ", ".join(names) + ("" if len(examples) <= _MAX_NAMED else ", …")
