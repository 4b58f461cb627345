"""`compared`: what two runs answered of which there are reports, NDJSON or JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.checks.judge import judge
from harness.diff.pair import Comparison, expectation_of
from harness.diff.summary import read_summary
from harness.record.item import AssertionRecord, ItemRecord, ResponseRecord
from harness.record.reader import read_results
from harness.record.recorder import Recorder
from harness.redaction.redactor import Redactor
from harness.transport.exchange import Response

__all__ = ["compared", "results_of"]

Key = tuple[str, str, int]


def compared(a: Path, b: Path, comparison: Comparison) -> Iterator[ItemRecord]:
    """Yield what came of each request that stands in both reports, or in one. Raises `LoadError`."""
    waiting, recorder = dict(_keyed(results_of(a))), Recorder(Redactor())
    for key, other in _keyed(results_of(b)):
        one = waiting.pop(key, None)
        found: tuple[AssertionRecord, ...] = ()
        if one is not None and one.exchange is not None and other.exchange is not None:
            expectation = expectation_of(_answer(one.exchange.response), comparison.a, other.method)
            judged = judge(_answer(other.exchange.response), expectation, match=comparison.match)
            found = tuple(map(recorder.assertion, judged))
        yield comparison.result(one, other, found)
    for one in waiting.values():
        yield comparison.result(one, None)


def _keyed(results: Iterable[ItemRecord]) -> Iterator[tuple[Key, ItemRecord]]:
    """Yield each result with what tells it from all others: a request may come several times."""
    times: Counter[tuple[str, str]] = Counter()
    for result in results:
        name = (result.collection, result.node_id)
        times[name] += 1
        yield (*name, times[name]), result


def results_of(path: Path) -> Iterator[ItemRecord]:
    """Yield the records of a report. Raises `LoadError` for a file that is none, or of a run that did not end."""
    yield from read_results(path) if _is_record(path) else read_summary(path)


def _is_record(path: Path) -> bool:
    """Return whether the first line of a file is an event."""
    try:
        with open(path, "rb") as file:
            first = json.loads(file.readline().decode("utf-8"))
    except (OSError, ValueError, RecursionError):  # what is wrong is told by the reader of JSON
        return False
    return isinstance(first, dict) and "event" in first


def _answer(response: ResponseRecord) -> Response:
    """Return a response to be judged, as far as the record has it."""
    return Response(response.status, response.reason, response.headers, response.body.data, response.http_version)
