"""What did a run answer of which there is a report, NDJSON or JSON?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.checks.assertion import Assertion
from harness.checks.judge import judge
from harness.collection.document import read_json
from harness.collection.model import Item, Request, Url
from harness.diff.pair import Comparison, expectation_of
from harness.errors import LoadError, Problem
from harness.location import Location
from harness.reporters.stream.reader import read_results
from harness.reporters.stream.record import restored
from harness.runner.result import ItemResult, Status
from harness.source import Source
from harness.transport.exchange import Exchange, Response, SentRequest

__all__ = ["compared", "results_of"]

Key = tuple[str, str, int]
_DIFFERENCE = ("kind", "path", "expected", "actual", "severity")
_HINT = "it is written by `harness run -r ndjson` or `-r json`"


def compared(a: Path, b: Path, comparison: Comparison) -> Iterator[ItemResult]:
    """Yield what came of each request that stands in both reports, or in one. Raises `LoadError`."""
    waiting = dict(_keyed(results_of(a)))
    for key, other in _keyed(results_of(b)):
        one = waiting.pop(key, None)
        found: tuple[Assertion, ...] = ()
        if one is not None and one.exchange is not None and other.exchange is not None:
            expectation = expectation_of(one.exchange.response, comparison.a, other.method)
            found = judge(other.exchange.response, expectation, match=comparison.match)
        yield comparison.result(one, other, found)
    for one in waiting.values():
        yield comparison.result(one, None)


def _keyed(results: Iterable[ItemResult]) -> Iterator[tuple[Key, ItemResult]]:
    """Yield each result with what tells it from all others: a request may come several times."""
    times: Counter[tuple[str, str]] = Counter()
    for result in results:
        name = (result.collection, result.node_id)
        times[name] += 1
        yield (*name, times[name]), result


def results_of(path: Path) -> Iterator[ItemResult]:
    """Yield the results of a report. Raises `LoadError` for a file that is none, or of a run that did not end."""
    if _is_record(path):
        yield from read_results(path)
        return
    source, document = read_json(path, LoadError)
    place = Location(source)
    try:
        executions = list(document["run"]["executions"])
    except (KeyError, TypeError) as error:
        raise LoadError(f"`{path}` is no report of a run", location=place, hint=_HINT) from error
    for index, entry in enumerate(executions):
        try:
            yield _result(path, entry)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            place = place.child("run", "executions", index)
            reason = f"{type(error).__name__}: {error!s:.100}"
            raise LoadError(f"`{path}` is no report of a run: {reason}", location=place, hint=_HINT) from error


def _is_record(path: Path) -> bool:
    """Return whether the first line of a file is an event."""
    try:
        with open(path, "rb") as file:
            first = json.loads(file.readline().decode("utf-8"))
    except (OSError, ValueError, RecursionError):  # what is wrong is told by the reader of JSON
        return False
    return isinstance(first, dict) and "event" in first


def _result(path: Path, entry: Mapping[str, Any]) -> ItemResult:
    ours, request = entry["harness"], entry["request"]
    place = Location(Source(str(path), ""))
    url, method = _url(request["url"]), str(request["method"])
    asked = Request(method, Url(place, raw=url), (), None, None, place)
    item = Item(
        str(entry["item"]["name"]),
        str(ours["node_id"]),
        asked,
        (),
        (),
        None,
        (),
        place,
        id=restored(str | None, entry["item"]["id"]),
    )
    error, response = ours.get("error"), entry.get("response")
    return ItemResult(
        item,
        Status(ours["status"]),
        collection=str(ours["collection"]),
        exchange=None if response is None else Exchange(SentRequest(method, url, ()), _response(response)),
        error=None if error is None else Problem(str(error["summary"]), hint=restored(str | None, error.get("hint"))),
        assertions=tuple(_assertions(ours)),
        reason=restored(str | None, ours.get("reason")),
        method=method,
        url=url,
        elapsed_ms=restored(float, ours.get("elapsed_ms", 0)),
    )


def _assertions(ours: Mapping[str, Any]) -> Iterator[Assertion]:
    """Yield what was asked of the answer, by name and outcome, each with its differences."""
    for each in ours["assertions"]:
        found = (one for one in ours["differences"] if one["assertion"] == each["name"])
        differences = [{name: one[name] for name in _DIFFERENCE} for one in found]
        record = {"name": each["name"], "passed": each["passed"], "kind": each["kind"], "differences": differences}
        assertion = restored(Assertion, record)
        assert isinstance(assertion, Assertion)
        yield assertion


def _response(written: Mapping[str, Any]) -> Response:
    headers = tuple((str(each["key"]), str(each["value"])) for each in written["header"])
    stream = written["stream"]
    body = bytes(list(stream["data"]))  # of a number `bytes` would make as many zeros
    size = restored(int, stream["size"]) if stream.get("truncated") else None
    wire_size = len(body) if size is None else size
    code = restored(int, written["code"])
    return Response(code, str(written["status"]), headers, body, wire_size=wire_size, cut_from=size)


def _url(parts: Mapping[str, Any]) -> str:
    if "raw" in parts:
        return str(parts["raw"])
    port = f":{parts['port']}" if "port" in parts else ""
    query = "&".join(f"{each['key']}={each['value']}" for each in parts.get("query", ()))
    path = "/".join(parts["path"])
    return f"{parts['protocol']}://{'.'.join(parts['host'])}{port}/{path}{'?' if query else ''}{query}"
