"""`read_summary`: the records of a run of which only the JSON report is there (`-r json`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, convert
from msgspec.structs import replace

from harness.checks.assertion import Severity
from harness.collection.document import read_json
from harness.errors import LoadError
from harness.location import Location
from harness.record.body import body_of
from harness.record.item import (
    AssertionRecord,
    DifferenceRecord,
    ExchangeRecord,
    ItemRecord,
    ItemRef,
    ProblemRecord,
    RequestRecord,
    ResponseRecord,
)
from harness.record.place import Place
from harness.record.status import Status
from harness.redaction.redactor import Redactor

__all__ = ["read_summary"]

_HINT = "it is written by `harness run -r ndjson` or `-r json`"
_LATEST = 250_000_000_000


def read_summary(path: Path) -> Iterator[ItemRecord]:
    """Yield what a comparison needs of each execution. Raises `LoadError` for a file that is no such report."""
    source, document = read_json(path, LoadError)
    place = Location(source)
    try:
        executions = list(document["run"]["executions"])
    except (KeyError, TypeError) as error:
        raise LoadError(f"`{path}` is no report of a run", location=place, hint=_HINT) from error
    for index, entry in enumerate(executions):
        try:
            yield _record(path, convert(entry, _Execution))
        except ValueError as error:  # msgspec's `ValidationError` among them
            place = place.child("run", "executions", index)
            raise LoadError(f"`{path}` is no report of a run: {error!s:.200}", location=place, hint=_HINT) from error


class _Item(Struct):
    name: str
    id: str | None = None


class _Pair(Struct):
    key: str
    value: str


class _Query(Struct):
    key: str
    value: str | None = None


class _Url(Struct):
    raw: str | None = None
    protocol: str = ""
    host: tuple[str, ...] = ()
    port: str | None = None
    path: tuple[str, ...] = ()
    query: tuple[_Query, ...] = ()

    def __str__(self) -> str:
        if self.raw is not None:
            return self.raw
        port = f":{self.port}" if self.port is not None else ""
        query = "&".join(f"{each.key}={each.value or ''}" for each in self.query)
        path = "/".join(self.path)
        return f"{self.protocol}://{'.'.join(self.host)}{port}/{path}{'?' if query else ''}{query}"


class _Request(Struct):
    url: _Url
    method: str


class _Stream(Struct):
    data: list[int]
    truncated: bool = False
    size: int = 0


class _Response(Struct):
    code: int
    status: str
    header: tuple[_Pair, ...]
    stream: _Stream


class _Error(Struct):
    summary: str
    hint: str | None = None


class _Judged(Struct):
    name: str
    passed: bool
    kind: Literal["status", "media type", "body", "schema", "header", "time", "script"]


class _Difference(Struct):
    assertion: str
    kind: str
    path: str
    expected: str
    actual: str
    severity: Severity


class _Ours(Struct):
    node_id: str
    collection: str
    status: Status
    assertions: tuple[_Judged, ...]
    differences: tuple[_Difference, ...]
    reason: str | None = None
    error: _Error | None = None
    elapsed_ms: Annotated[float, Meta(ge=0, le=_LATEST)] = 0.0


class _Execution(Struct):
    """What a comparison needs of an entry of `run.executions`."""

    item: _Item
    request: _Request
    harness: _Ours
    response: _Response | None = None


def _record(path: Path, found: _Execution) -> ItemRecord:
    ours, url = found.harness, str(found.request.url)
    answer = found.response
    return ItemRecord(
        ItemRef(ours.node_id, found.item.name, id=found.item.id, method=found.request.method, place=Place(str(path))),
        ours.status,
        ours.collection,
        reason=ours.reason,
        error=None if ours.error is None else ProblemRecord(ours.error.summary, hint=ours.error.hint),
        method=found.request.method,
        url=url,
        elapsed_ms=ours.elapsed_ms,
        assertions=tuple(_assertions(ours)),
        exchange=(
            None if answer is None else ExchangeRecord(RequestRecord(found.request.method, url), _response(answer))
        ),
    )


def _assertions(ours: _Ours) -> Iterator[AssertionRecord]:
    """Yield what was asked of the answer, by name and outcome, each with its differences."""
    for each in ours.assertions:
        differences = tuple(
            DifferenceRecord(one.kind, one.path, one.expected, one.actual, one.severity, one.severity)
            for one in ours.differences
            if one.assertion == each.name
        )
        yield AssertionRecord(each.name, each.passed, each.kind, differences=differences)


def _response(written: _Response) -> ResponseRecord:
    headers = tuple((each.key, each.value) for each in written.header)
    stream = written.stream
    body = replace(body_of(bytes(stream.data), Redactor()), truncated=stream.truncated)
    body = replace(body, size=stream.size) if stream.truncated else body
    return ResponseRecord(written.code, written.status, headers, body, wire_size=body.size)
