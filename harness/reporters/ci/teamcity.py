"""What does TeamCity read in the log of a build? Its service messages: a suite for each request, each assertion a test.

They are written as the run goes on, so that the build shows its tests while it lasts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TextIO

from harness.record.events import RunEvent, RunFinished
from harness.record.item import ItemRecord
from harness.reporters.ci.cases import Case, cases_of
from harness.reporters.explain import Explainer

__all__ = ["TeamCityReporter"]

_SPECIAL = re.compile(r"[|'\n\r\[\]]|[^\x00-\x7f]")
_NAMED = {"\n": "|n", "\r": "|r", "\x85": "|x", "\u2028": "|l", "\u2029": "|p"}


class TeamCityReporter:
    """Writes its messages to a stream, the standard output where none is given."""

    def __init__(self, explain: Explainer, stream: TextIO | None = None) -> None:
        self._explain = explain.styled()
        self._stream = stream
        self._collection = ""

    def handle(self, event: RunEvent) -> None:
        """Take in the next event and print what it comes to."""
        if isinstance(event, ItemRecord):
            self._print(self._of(event))
        elif isinstance(event, RunFinished):
            self._print(self._within(""))

    def _of(self, result: ItemRecord) -> Iterator[str]:
        yield from self._within(self._explain.text(result.collection))
        suite = self._explain.text(result.node_id)
        yield _message("testSuiteStarted", name=suite)
        # The time of the request stands at its first testcase.
        duration = result.elapsed_ms
        for case in cases_of(result, self._explain):
            yield from _of_case(case, duration)
            duration = 0.0
        yield _message("testSuiteFinished", name=suite)

    def _within(self, collection: str) -> Iterator[str]:
        """Yield what ends the suite of one collection and begins that of another; an empty name is none."""
        if self._collection and self._collection != collection:
            yield _message("testSuiteFinished", name=self._collection)
        if collection and self._collection != collection:
            yield _message("testSuiteStarted", name=collection)
        self._collection = collection

    def _print(self, messages: Iterator[str]) -> None:
        stream = self._stream or sys.stdout
        for message in messages:
            stream.write(message + "\n")
        stream.flush()


def _of_case(case: Case, duration_ms: float) -> Iterator[str]:
    if case.outcome == "skipped":
        yield _message("testIgnored", name=case.name, message=case.message)
        return
    yield _message("testStarted", name=case.name)
    if case.outcome:
        yield _message("testFailed", name=case.name, message=case.message, details=case.text)
    yield _message("testFinished", name=case.name, duration=f"{duration_ms:.0f}")


def _message(kind: str, **values: str) -> str:
    told = "".join(f" {name}='{_SPECIAL.sub(_escape, value)}'" for name, value in values.items())
    return f"##teamcity[{kind}{told}]"


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _NAMED:
        return _NAMED[character]
    if character.isascii():
        return f"|{character}"
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"|0x{units[start : start + 2].hex()}" for start in range(0, len(units), 2))
