"""What does a CI server read about a run? Every assertion of every iteration as a testcase in JUnit's XML.

Valid by the schema that the xUnit plugin of Jenkins holds reports against (junit-10.xsd); it refuses a whole file for
one attribute it does not know. It has no place for `file` and `line` on a testcase, so they stand on the suite, one for
each request; `--reporter-junit-locations` puts them on each testcase for GitLab and others, which look for them there.

Nothing that was not asked is left out: an item without an answer is a testcase with an error, one without a turn a
skipped one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from harness.record.events import SECRETS_SHOWN, RunEvent, RunFinished, RunStarted
from harness.record.item import ItemRecord
from harness.record.place import Place
from harness.reporters.ci.cases import Case, cases_of
from harness.reporters.explain import MESSAGE_CHARACTERS, Explainer
from harness.reporters.spool import open_spool, publish

__all__ = ["JUnitReporter"]

_OFF = frozenset({"false", "0", "no", "off"})


@dataclass(slots=True)
class _Counts:
    """The counts of a suite, or of all of them."""

    tests: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, cases: list[Case], seconds: float) -> None:
        self.tests += len(cases)
        self.outcomes.update(case.outcome for case in cases if case.outcome)
        self.seconds += seconds

    def attributes(self) -> dict[str, str]:
        """Return the attributes that say so, but for `skipped`, which only a suite may have."""
        return {
            "tests": str(self.tests),
            "failures": str(self.outcomes["failure"]),
            "errors": str(self.outcomes["error"]),
            "time": f"{self.seconds:.3f}",
        }


class JUnitReporter:
    """Writes the report when the run has finished; until then its suites wait in a temporary file."""

    def __init__(self, path: Path, explain: Explainer, settings: Mapping[str, str] | None = None) -> None:
        self.path = path
        self._explain = explain.styled()
        self._locations = (settings or {}).get("locations", "false").lower() not in _OFF
        self._spool = open_spool(path)
        self._totals = _Counts()
        self._properties: dict[str, str] = {}
        self._name = ""

    def handle(self, event: RunEvent) -> None:
        """Take in the next event. Raises `ReportError` if the report cannot be written at the end."""
        if isinstance(event, RunStarted):
            self._name = self._explain.text(", ".join(event.collections))
            given = {"environment": event.environment, "seed": str(event.seed), "mock": event.mock_url}
            given |= {"secrets": SECRETS_SHOWN} if event.secrets_shown else {}
            self._properties = {name: self._explain.text(value) for name, value in given.items() if value}
        elif isinstance(event, ItemRecord):
            self._add(event)
        elif isinstance(event, RunFinished):
            self._finish(event)

    def _add(self, result: ItemRecord) -> None:
        cases = list(cases_of(result, self._explain))
        counts = _Counts()
        counts.add(cases, result.elapsed_ms / 1000)
        self._totals.add(cases, result.elapsed_ms / 1000)
        text = StringIO()
        xml = XMLGenerator(text, "utf-8", short_empty_elements=True)
        suite = {"name": self._explain.text(result.node_id), **counts.attributes()}
        suite["skipped"] = str(counts.outcomes["skipped"])
        if result.exchange is not None:
            suite["timestamp"] = _timestamp(result.exchange.started_at)
        place = self._place(result.item.place)
        suite["file"] = place.pop("file")
        xml.startElement("testsuite", AttributesImpl(suite))
        self._write_properties(xml, {**self._properties, **place})
        for number, case in enumerate(cases):
            self._write_case(xml, case, result, seconds=0 if number else result.elapsed_ms / 1000)
        if output := self._output(result):
            _write(xml, "system-out", {}, output)
        xml.endElement("testsuite")
        self._spool.write(text.getvalue() + "\n")

    def _output(self, result: ItemRecord) -> str:
        """Return the command that sends the request again, and what scripts wrote."""
        parts = [self._explain.lines(result.curl)] if result.curl else []
        if result.console:
            parts.append(
                "\n".join(
                    self._explain.lines(f"{each.level}: {each.text}", MESSAGE_CHARACTERS) for each in result.console
                )
            )
        return "\n\n".join(parts)

    def _write_case(self, xml: XMLGenerator, case: Case, result: ItemRecord, seconds: float) -> None:
        class_name = self._explain.text(result.node_id).replace(".", "·")  # a dot would begin a package
        attributes = {"classname": class_name, "name": case.name, "time": f"{seconds:.3f}"}
        if self._locations:
            # A passed assertion is found by its item: looking up each one's own line would cost more than the run.
            attributes |= self._place(case.place or result.item.place)
        xml.startElement("testcase", AttributesImpl(attributes))
        if case.outcome == "skipped":
            _write(xml, "skipped", {"message": case.message})
        elif case.outcome:
            _write(xml, case.outcome, {"message": case.message, "type": self._explain.text(case.type)}, case.text)
        xml.endElement("testcase")

    def _place(self, place: Place) -> dict[str, str]:
        """Return the file of a place, and the line where it is known."""
        return {"file": self._explain.text(place.file)} | ({"line": str(place.line)} if place.line else {})

    def _write_properties(self, xml: XMLGenerator, properties: Mapping[str, str]) -> None:
        if properties:
            xml.startElement("properties", AttributesImpl({}))
            for name, value in properties.items():
                _write(xml, "property", {"name": name, "value": value})
            xml.endElement("properties")

    def _finish(self, event: RunFinished) -> None:
        head = StringIO()
        xml = XMLGenerator(head, "utf-8")
        xml.startDocument()
        attributes = {"name": self._name or "harness", **self._totals.attributes()}
        attributes["time"] = f"{event.result.elapsed_ms / 1000:.3f}"
        xml.startElement("testsuites", AttributesImpl(attributes))
        xml.characters("\n")
        begun = len(head.getvalue())
        xml.endElement("testsuites")
        whole = head.getvalue()
        publish(self.path, chain([whole[:begun]], self._spool.chunks(), [whole[begun:], "\n"]))
        self._spool.close()


def _write(xml: XMLGenerator, name: str, attributes: dict[str, str], text: str = "") -> None:
    xml.startElement(name, AttributesImpl(attributes))
    if text:
        xml.characters(text)
    xml.endElement(name)


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
