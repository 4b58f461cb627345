"""What does a run say on GitHub Actions? Annotations on the lines of the collection, and a summary in Markdown.

Annotations are workflow commands on the standard output. The summary is a file, and is added to the page of the job
where `GITHUB_STEP_SUMMARY` names one. While the run goes on, commands are stopped: an answer that is printed must not
give any.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from harness.collection.model import Item
from harness.errors import ReportError
from harness.location import Location
from harness.reporters.explain import Explainer
from harness.reporters.spool import prepare, publish
from harness.reporters.tally import Tally
from harness.reporters.verdict import verdict
from harness.runner.events import SECRETS_SHOWN, ItemFinished, RunEvent, RunFinished, RunStarted
from harness.runner.result import NOT_JUDGED, WRONG, ItemResult, RunResult, Status

__all__ = ["GitHubReporter"]

_SUMMARY = "GITHUB_STEP_SUMMARY"
_MAX_ANNOTATIONS = 50
"""GitHub keeps ten of a step and fifty of a job."""
_MAX_TOLD = 200
"""Failures in the summary, and requests that were not judged: GitHub drops a summary beyond 1 MiB."""
_MAX_CELL = 1000
_SIGNS = {"passed": "✅", "failed": "❌", "error": "❌", "unchecked": "⚠️", "interrupted": "⚠️"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]#|~<>@&])")


class GitHubReporter:
    """Speaks when the run has finished."""

    frames = True
    """What others print stands between the stop of commands and its end, whatever the order they were asked for."""

    def __init__(self, path: Path, explain: Explainer, stream: TextIO | None = None) -> None:
        self.path = path
        self._explain = explain.styled()
        self._stream = stream
        self._job_page = os.environ.get(_SUMMARY)
        self._resume = ""
        self._title = ""
        self._secrets_shown = False
        self._notes: tuple[str, ...] = ()
        self._tally = Tally()
        self._aside: list[tuple[Status, str, str]] = []
        prepare(path)
        if self._job_page:
            prepare(Path(self._job_page))

    def handle(self, event: RunEvent) -> None:
        """Take in the next event. Raises `ReportError` if the summary cannot be written."""
        if isinstance(event, RunStarted):
            self._title, self._notes = ", ".join(event.collections), event.notes
            self._secrets_shown = event.secrets_shown
            self._resume = secrets.token_hex(16)
            self._print(f"::stop-commands::{self._resume}")
        elif isinstance(event, ItemFinished):
            self._tally.add(event.result)
            self._set_aside(event.result)
        elif isinstance(event, RunFinished):
            if self._resume:
                self._print(f"\n::{self._resume}::")  # a command begins a line, and pytest may be within one
            for command in self._annotations(event.result):
                self._print(command)
            self._summarize(event.result)

    def _set_aside(self, result: ItemResult) -> None:
        if result.status in NOT_JUDGED and len(self._aside) < _MAX_TOLD:
            self._aside.append((result.status, self._name(result.item, result.collection), result.reason or ""))

    def _annotations(self, result: RunResult) -> Iterator[str]:
        for failure in result.failures[:_MAX_ANNOTATIONS]:
            name = self._name(failure.item, failure.collection)
            yield self._command("error", _place(failure), name, "\n".join(self._said(failure)))
        if self._secrets_shown:
            yield self._command("warning", None, self._title, SECRETS_SHOWN)
        if unchecked := result.totals[Status.UNCHECKED]:
            counted = "1 request was" if unchecked == 1 else f"{unchecked} requests were"
            yield self._command("warning", None, self._title, f"{counted} answered, but nothing judged the answer")

    def _command(self, level: str, location: Location | None, title: str, message: str) -> str:
        parts = {"title": self._explain.text(title)}
        if location is not None:
            parts = {"file": self._explain.text(_in_workspace(location.file)), **parts}
            if position := self._explain.position(location):
                parts |= {"line": str(position.line), "col": str(position.column)}
        told = ",".join(f"{name}={_property(value)}" for name, value in parts.items())
        return f"::{level} {told}::{_data(message)}"

    def _said(self, failure: ItemResult) -> list[str]:
        """Return why an item is not well, a line for each reason."""
        lines = [self._explain.one_line(failure.error)] if failure.error is not None else []
        lines += [self._explain.one_line(each) for each in failure.assertions if not each.passed]
        return lines or [self._explain.headline(failure)]

    def _name(self, item: Item, collection: str) -> str:
        return self._explain.item_name(item, collection)

    def _summarize(self, result: RunResult) -> None:
        text = "\n".join(self._markdown(result)) + "\n"
        publish(self.path, [text])
        if self._job_page and Path(self._job_page) != self.path:
            try:
                with open(self._job_page, "a", encoding="utf-8") as page:
                    page.write(text)
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                raise ReportError(f"cannot write the job summary `{self._job_page}`: {reason}") from error

    def _markdown(self, result: RunResult) -> Iterator[str]:
        totals, word = result.totals, verdict(result)
        yield f"## {_SIGNS[word]} {_plain(self._explain.text(self._title))}: {word}\n"
        if self._secrets_shown:
            yield f"**{SECRETS_SHOWN}**\n"
        counts = [(status.replace("_", " "), totals[status]) for status in Status if totals[status]]
        yield from _table(("items", *(name for name, _ in counts), "assertions", "of them failed", "requests", "time"),
                          [(str(totals.items), *(str(count) for _, count in counts), str(totals.assertions),
                            str(totals.assertions_failed), str(totals.requests),
                            f"{result.elapsed_ms / 1000:.1f} s")])  # fmt: skip
        if times := self._tally.time_line():
            yield f"\nResponses: {times}"
        for label, found in self._tally.drift_lines():
            yield f"\n{label.capitalize()}: {_plain(found)}"
        if result.stopped:
            yield f"\nStopped: {_plain(self._explain.text(result.stopped))}"
        for note in (*self._notes, *result.notes):
            yield f"\nNote: {_plain(self._explain.text(note))}"
        if result.failures:
            yield "\n### Failures\n"
            yield from _table(("request", "what is wrong", "where"), map(self._row, result.failures[:_MAX_TOLD]))
            wrong = sum(totals[status] for status in WRONG)
            yield from _more(wrong - _MAX_TOLD)
        if self._aside:
            yield "\n### Not judged\n"
            rows = [
                (_plain(name), status.replace("_", " "), _plain(self._explain.text(reason)))
                for status, name, reason in self._aside
            ]
            yield from _table(("request", "status", "why"), rows)
            yield from _more(sum(totals[status] for status in NOT_JUDGED) - len(rows))

    def _row(self, failure: ItemResult) -> tuple[str, str, str]:
        location = _place(failure)
        position = self._explain.position(location)
        line = f":{position.line}" if position else ""
        said = "<br>".join(_plain(each) for each in self._said(failure)[:20])
        name = self._name(failure.item, failure.collection)
        turn = f" ({failure.iteration + 1} of {failure.iterations})" if failure.iterations > 1 else ""
        return _plain(name + turn), said, _plain(self._explain.text(_in_workspace(location.file)) + line)

    def _print(self, text: str) -> None:
        stream = self._stream or sys.stdout
        encoding = getattr(stream, "encoding", None) or "utf-8"
        stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        stream.flush()


def _place(failure: ItemResult) -> Location:
    """Return the line of the file that a failure is about: what set the expectation, else the item."""
    if failure.error is not None:
        return failure.error.location or failure.item.location
    for assertion in failure.assertions:
        if not assertion.passed:
            places = [each.location for each in assertion.breaking] + [assertion.location]
            return next((place for place in places if place is not None), failure.item.location)
    return failure.item.location


def _in_workspace(file: str) -> str:
    """Return a path as GitHub finds it: from the root of the checkout, with slashes."""
    root = os.environ.get("GITHUB_WORKSPACE")
    path = Path(file).resolve()
    if root and path.is_relative_to(Path(root).resolve()):
        return path.relative_to(Path(root).resolve()).as_posix()
    return Path(file).as_posix()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is, within a cell."""
    shown = text if len(text) <= _MAX_CELL else text[:_MAX_CELL] + "…"
    return _MARKDOWN.sub(lambda match: f"&#{ord(match[1])};", shown.replace("\n", " "))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(head)
    yield f"| {' | '.join(names)} |"
    yield f"|{' --- |' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"\nand {count} more"
