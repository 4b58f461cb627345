"""`Recorder`: makes records of what a run brings forth, each text masked once and each place found once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from harness.checks.assertion import Assertion, Difference
from harness.checks.words import TYPE_NAMES
from harness.collection.model import Example, Item
from harness.errors import Problem
from harness.location import Location
from harness.record.body import body_of
from harness.record.item import (
    AssertionRecord,
    ConsoleMessage,
    DifferenceRecord,
    ExampleRecord,
    ExchangeRecord,
    HopRecord,
    ItemRef,
    ItemSource,
    ProblemRecord,
    RequestRecord,
    ResponseRecord,
    ScriptRecord,
    Visualization,
)
from harness.record.place import Place, bare, quoted
from harness.redaction.redactor import Redactor
from harness.transport.exchange import Exchange, Headers, Response, SentRequest

__all__ = ["Recorder"]

_LONGEST_TEXT = 500_000
"""Characters of a text that is no body."""
_MOST_EXAMPLES = 30
_LONGEST_BODY = 65_536
_LONGEST_SOURCE = 16_384
_TYPES = frozenset(TYPE_NAMES.values())  # what stands before a value that is told with its type: `string "x"`
_LAST_NAME = re.compile(r"([^.\[\]'\"]+)['\"\]]*(?:\[\d+\])*\Z")


class Recorder:
    """Turns what only a run knows (secrets, files) into what anybody may read."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._places: dict[Location, Place] = {}

    def text(self, text: str) -> str:
        """Return `text` without its secrets, at most 500,000 characters of it."""
        masked = self._redactor.text(text) if len(text) <= _LONGEST_TEXT else self._redactor.cut(text, _LONGEST_TEXT)
        return masked if masked.isascii() else _encodable(masked)

    def optional(self, text: str | None) -> str | None:
        """Return a text without its secrets, None where there is none."""
        return None if text is None else self.text(text)

    def texts(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return several texts without their secrets."""
        return tuple(map(self.text, texts))

    def problem(self, problem: Problem) -> ProblemRecord:
        """Return a problem with its place quoted."""
        return ProblemRecord(
            self.text(problem.summary),
            problem.severity,
            self.optional(problem.hint),
            self.optional(problem.searched),
            None if problem.location is None else quoted(problem.location, self._redactor),
        )

    def problems(self, problems: Iterable[Problem]) -> list[ProblemRecord]:
        """Return several problems, each with its place quoted."""
        return list(map(self.problem, problems))

    def assertion(self, assertion: Assertion) -> AssertionRecord:
        """Return an assertion; looking up the place of everything that held would cost more than the run."""
        differences = tuple(self._difference(each, assertion.counts(each)) for each in assertion.differences)
        near = assertion.breaking or assertion.differences
        name = _last_name(near[0].path) if near else None
        place = assertion.location if not assertion.passed or assertion.skipped else None
        return AssertionRecord(
            self.text(assertion.name),
            assertion.passed,
            assertion.kind,
            self._value(name, assertion.expected),
            self._value(name, assertion.actual),
            self.optional(assertion.example),
            differences,
            assertion.skipped,
            None if place is None else quoted(place, self._redactor),
        )

    def exchange(self, exchange: Exchange) -> ExchangeRecord:
        """Return an exchange, of each body no more than a record holds."""
        return ExchangeRecord(
            self._request(exchange.request),
            self._response(exchange.response),
            tuple(HopRecord(self._request(hop.request), self._response(hop.response)) for hop in exchange.redirects),
            exchange.started_at,
            exchange.elapsed_ms,
            self.texts(exchange.notes),
        )

    def console(self, messages: Iterable[ConsoleMessage]) -> tuple[ConsoleMessage, ...]:
        """Return what scripts wrote."""
        return tuple(ConsoleMessage(each.level, self.text(each.text), self.text(each.script)) for each in messages)

    def visualization(self, drawn: Visualization | None) -> Visualization | None:
        """Return what a script gave to `pm.visualizer`."""
        return None if drawn is None else Visualization(self.text(drawn.template), self.text(drawn.data))

    def ref(self, item: Item) -> ItemRef:
        """Return what tells an item from all others, and where it stands."""
        return ItemRef(
            self.text(item.node_id),
            self.text(item.name),
            self.texts(item.folders),
            item.id,
            self.text(item.request.method),
            self._bare(item.location),
        )

    def source(self, item: Item) -> ItemSource:
        """Return what the collection says of an item: description, examples, scripts and JSON, as far as is shown."""
        written = _dumps(item.raw) if item.raw else ""
        if len(written) > _LONGEST_SOURCE and "response" in item.raw:  # the examples are shown by themselves
            written = _dumps({key: value for key, value in item.raw.items() if key != "response"})
        return ItemSource(
            self.text(item.request.description or ""),
            tuple(map(self.example, item.examples[:_MOST_EXAMPLES])),
            max(len(item.examples) - _MOST_EXAMPLES, 0),
            tuple(
                ScriptRecord(
                    event.listen,
                    self._beginning(event.script, _LONGEST_SOURCE),
                    "" if event.owner == item.name else self.text(event.owner),
                    len(event.script),
                )
                for event in item.scripts()
            ),
            self._beginning(written, _LONGEST_SOURCE),
            len(written),
        )

    def example(self, example: Example) -> ExampleRecord:
        """Return a saved example with what is compared with an answer."""
        headers = tuple((each.key or "", each.value or "") for each in example.headers if not each.disabled)
        body = example.body if example.body and len(example.body) <= _LONGEST_BODY else None
        return ExampleRecord(
            self.text(example.name),
            example.code,
            self.text(example.status or ""),
            self._headers(headers),
            self.optional(body),
            self._bare(example.location).line,
        )

    def _difference(self, difference: Difference, breaking: bool) -> DifferenceRecord:
        name = _last_name(difference.path)
        place = difference.location if breaking else None
        return DifferenceRecord(
            difference.kind,
            self.text(difference.path),
            self._value(name, difference.expected),
            self._value(name, difference.actual),
            difference.severity,
            "breaking" if breaking else "known" if difference.accepted else difference.severity,
            self.optional(difference.example),
            self.optional(difference.pointer),
            None if place is None else quoted(place, self._redactor),
        )

    def _request(self, sent: SentRequest) -> RequestRecord:
        body = body_of(sent.body, self._redactor)
        return RequestRecord(self.text(sent.method), self.text(sent.url), self._headers(sent.headers), body)

    def _response(self, response: Response) -> ResponseRecord:
        return ResponseRecord(
            response.status,
            self.text(response.reason),
            self._headers(response.headers),
            body_of(response.body, self._redactor),
            response.http_version,
            response.wire_size,
        )

    def _headers(self, headers: Headers) -> Headers:
        return tuple((self.text(name), self._value(name, value)) for name, value in headers)

    def _value(self, name: str | None, value: str) -> str:
        """Mask a value together with the name of its field: a weak secret is one only there."""
        if not name or not value:
            return self.text(value)
        word = value.partition(" ")[0]
        before = f"{word} " if word in _TYPES and value != word else ""
        rest = value.removeprefix(before)
        head = f"{name}: "
        text = self.text(head + rest)
        if text == head + rest:
            return value
        return before + text.removeprefix(head) if text.startswith(head) else self.text(value)

    def _beginning(self, text: str, limit: int) -> str:
        return self.text(text) if len(text) <= limit else self._redactor.part(text, 0, limit)[0][:limit]

    def _bare(self, location: Location) -> Place:
        """Return where something stands. Remembered, since every iteration comes back to the same items."""
        if location not in self._places:
            self._places[location] = bare(location, self._redactor)
        return self._places[location]


def _encodable(text: str) -> str:
    """Return the text with halves of surrogate pairs written out: they can stand in JSON, but not in UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def _last_name(path: str) -> str:
    match = _LAST_NAME.search(path)
    return match[1] if match else ""


def _dumps(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
