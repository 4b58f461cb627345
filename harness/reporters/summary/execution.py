"""One record as Newman's summary has it: an execution, and failures."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harness.record.body import MOST, Body
from harness.record.item import (
    AssertionRecord,
    DifferenceRecord,
    ItemRecord,
    ItemRef,
    ProblemRecord,
    RequestRecord,
    ResponseRecord,
)
from harness.record.place import Place
from harness.record.status import Status
from harness.reporters.explain import Explainer
from harness.transport.exchange import Headers

__all__ = ["execution", "failures", "item_id"]

Fields = dict[str, Any]
_MOST_BYTES = MOST // 4
"""Bytes of a body that are written one by one as numbers: three digits and a comma, as Node's `Buffer` is."""
_THROWN = re.compile(r"((?:[A-Z]\w*)?Error): (.*)", re.DOTALL)


def item_id(item: ItemRef) -> str:
    """Return the item's id; where the file has none, one that is the same in every run."""
    return item.id or str(uuid.uuid5(uuid.NAMESPACE_URL, item.node_id))


def execution(result: ItemRecord, cursor: Fields, explain: Explainer) -> Fields:
    """Return the entry of `run.executions`. Bytes stand in it as such, for the writer to make numbers of."""
    fields: Fields = {"cursor": cursor, "item": _source(result), "request": _request(result)}
    if result.exchange is not None:
        fields["response"] = _response(result.exchange.response, result)
    elif result.error is not None:
        fields["requestError"] = _request_error(result)
    fields["id"] = item_id(result.item)
    for index, assertion in enumerate(result.assertions):
        if listen := result.script_that_failed(assertion):
            fields.setdefault(f"{listen}Script", []).append({"error": _assertion_error(assertion, index, explain)})
    if result.error_type == "ScriptError":
        fields.setdefault("prerequestScript", []).append({"error": _request_error(result)})
    fields["assertions"] = [_assertion(assertion, index, explain) for index, assertion in enumerate(result.assertions)]
    fields["harness"] = _ours(result)
    return fields


def failures(result: ItemRecord, cursor: Fields, explain: Explainer) -> Iterator[Fields]:
    """Yield the entries of `run.failures`: one for each assertion that failed, one for an error."""
    rest: Fields = {"source": _source(result), "parent": {"name": result.collection}, "cursor": cursor}
    failed = [(index, each) for index, each in enumerate(result.assertions) if not each.passed]
    for index, assertion in failed:
        listen = result.script_that_failed(assertion)
        at = f"{listen}-script" if listen else f"assertion:{index} in test-script"
        yield {"error": _assertion_error(assertion, index, explain), "at": at, **rest}
    if result.status is Status.ERROR:
        at = "prerequest-script" if result.error_type == "ScriptError" else "request"
        yield {"error": _request_error(result), "at": at, **rest}
    elif result.status is Status.FAILED and not failed:
        message = result.reason or result.status
        yield {
            "error": {"type": "AssertionError", "name": "AssertionError", "message": message},
            "at": "request",
            **rest,
        }


def _source(result: ItemRecord) -> Fields:
    return {"id": item_id(result.item), "name": result.item.name}


def _request(result: ItemRecord) -> Fields:
    sent = result.exchange.request if result.exchange else RequestRecord(result.method, result.url)
    fields: Fields = {"url": _url(sent.url), "header": _headers(sent.headers), "method": sent.method}
    if sent.body:
        fields["body"] = {"mode": "raw", "raw": sent.text, **_cut(sent.body, truncated=sent.body.truncated)}
    return fields


def _cut(body: Body, *, truncated: bool) -> Fields:
    return {"truncated": True, "size": body.size} if truncated else {}


def _url(url: str) -> Fields:
    """Return a URL in its parts, as Postman's own objects have it; as a whole where it has none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return {"raw": url}
    if not host:
        return {"raw": url}
    fields: Fields = {"protocol": parts.scheme, "path": parts.path.split("/")[1:], "host": host.split(".")}
    if port is not None:
        fields["port"] = str(port)
    query = parse_qsl(parts.query, keep_blank_values=True)
    return {**fields, "query": [{"key": key, "value": value} for key, value in query], "variable": []}


def _headers(headers: Headers) -> list[Fields]:
    return [{"key": name, "value": value} for name, value in headers]


def _response(response: ResponseRecord, result: ItemRecord) -> Fields:
    data = response.body.data
    cut = len(data) > _MOST_BYTES or response.body.truncated
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{result.node_id} response")),
        "status": response.reason,
        "code": response.status,
        "header": _headers(response.headers),
        "stream": {"type": "Buffer", "data": data[:_MOST_BYTES], **_cut(response.body, truncated=cut)},
        "cookie": [],
        "responseTime": round(result.elapsed_ms),
        "responseSize": response.body.size,
    }


def _request_error(result: ItemRecord) -> Fields:
    name = result.error_type or "Error"
    message = result.error.summary if result.error else result.reason or str(result.status)
    return {"type": name, "name": name, "message": message}


def _assertion(assertion: AssertionRecord, index: int, explain: Explainer) -> Fields:
    fields: Fields = {"assertion": assertion.name, "skipped": assertion.skipped}
    return fields if assertion.passed else {**fields, "error": _assertion_error(assertion, index, explain)}


def _assertion_error(assertion: AssertionRecord, index: int, explain: Explainer) -> Fields:
    """Return the error of an assertion; of a script's it is the error that was thrown, as in Newman."""
    name, message = "AssertionError", explain.one_line(assertion)
    if assertion.kind == "script":
        thrown = _THROWN.match(assertion.actual)
        name, message = (thrown[1], thrown[2]) if thrown else (name, assertion.actual)
    place = f"\n   at {assertion.place}" if assertion.place is not None else ""
    told = {"test": assertion.name, "message": message, "stack": f"{name}: {message}{place}"}
    return {"type": name, "name": name, "index": index, **told}


def _ours(result: ItemRecord) -> Fields:
    found = [(assertion.name, each) for assertion in result.assertions for each in assertion.differences]
    return {
        "node_id": result.node_id,
        "collection": result.collection,
        "status": result.status.value,
        "reason": result.reason,
        "example": result.example,
        "elapsed_ms": round(result.elapsed_ms, 3),
        "location": _location(result.item.place),
        "assertions": [_judged(assertion) for assertion in result.assertions],
        "differences": [_difference(difference, name) for name, difference in found],
        "error": _problem(result.error) if result.error else None,
        "notes": list(result.notes),
        "curl": result.curl,
    }


def _judged(assertion: AssertionRecord) -> Fields:
    fields: Fields = {"name": assertion.name, "kind": assertion.kind, "passed": assertion.passed}
    if not assertion.passed:
        fields |= {"expected": assertion.expected, "actual": assertion.actual, "example": assertion.example}
        fields["location"] = _location(assertion.place)
    return fields


def _difference(difference: DifferenceRecord, assertion: str) -> Fields:
    return {
        "assertion": assertion,
        "kind": difference.kind,
        "severity": difference.severity,
        "path": difference.path,
        "pointer": difference.pointer,
        "expected": difference.expected,
        "actual": difference.actual,
        "example": difference.example,
        "location": _location(difference.place),
    }


def _problem(problem: ProblemRecord) -> Fields:
    return {
        "summary": problem.summary,
        "hint": problem.hint,
        "searched": problem.searched,
        "location": _location(problem.place),
    }


def _location(place: Place | None) -> Fields | None:
    if place is None:
        return None
    return {"file": place.file, "line": place.line, "column": place.column, "path": place.path or None}
