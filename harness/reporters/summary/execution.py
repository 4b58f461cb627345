"""How does one result look in Newman's summary, as an execution and as failures?"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harness.checks.assertion import Assertion, Difference
from harness.collection.model import Item
from harness.errors import Problem
from harness.location import Location
from harness.reporters.bodies import beginning, kept
from harness.reporters.explain import Explainer
from harness.runner.result import ItemResult, Status, script_ran
from harness.transport.exchange import Headers, Response, SentRequest

__all__ = ["execution", "failures", "item_id"]

Fields = dict[str, Any]
_THROWN = re.compile(r"((?:[A-Z]\w*)?Error): (.*)", re.DOTALL)


def item_id(item: Item) -> str:
    """Return the item's id; where the file has none, one that is the same in every run."""
    return item.id or str(uuid.uuid5(uuid.NAMESPACE_URL, item.node_id))


def execution(result: ItemResult, cursor: Fields, explain: Explainer) -> Fields:
    """Return the entry of `run.executions`. Bytes stand in it as such, for the writer to make numbers of."""
    fields: Fields = {"cursor": cursor, "item": _source(result), "request": _request(result, explain)}
    if result.exchange is not None:
        fields["response"] = _response(result.exchange.response, result)
    elif result.error is not None:
        fields["requestError"] = _request_error(result)
    fields["id"] = item_id(result.item)
    for index, assertion in enumerate(result.assertions):
        if listen := _listen_of_failed(result, assertion):
            fields.setdefault(f"{listen}Script", []).append({"error": _assertion_error(assertion, index, explain)})
    if result.error_type == "ScriptError":
        fields.setdefault("prerequestScript", []).append({"error": _request_error(result)})
    fields["assertions"] = [_assertion(assertion, index, explain) for index, assertion in enumerate(result.assertions)]
    fields["harness"] = _ours(result, explain)
    return fields


def failures(result: ItemResult, cursor: Fields, explain: Explainer) -> Iterator[Fields]:
    """Yield the entries of `run.failures`: one for each assertion that failed, one for an error."""
    rest: Fields = {"source": _source(result), "parent": {"name": result.collection}, "cursor": cursor}
    failed = [(index, each) for index, each in enumerate(result.assertions) if not each.passed]
    for index, assertion in failed:
        listen = _listen_of_failed(result, assertion)
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


def _listen_of_failed(result: ItemResult, assertion: Assertion) -> str | None:
    """Return `prerequest` or `test` where the assertion says that such a script of the item ended in an error."""
    if assertion.passed or assertion.kind != "script":
        return None
    for title in result.scripts:
        owner, _, listen = title.rpartition(" › ")
        if assertion.name == script_ran(listen, owner):
            return listen
    return None


def _source(result: ItemResult) -> Fields:
    return {"id": item_id(result.item), "name": result.item.name}


def _request(result: ItemResult, explain: Explainer) -> Fields:
    sent = result.exchange.request if result.exchange else SentRequest(result.method, result.url, ())
    fields: Fields = {"url": _url(sent.url), "header": _headers(sent.headers), "method": sent.method}
    if sent.body:
        body = kept(sent, explain, lambda data: data.decode("utf-8", "replace"))
        fields["body"] = {"mode": "raw", "raw": body.text, **_cut(body.cut, sent)}
    return fields


def _cut(is_cut: bool, message: SentRequest | Response) -> Fields:
    return {"truncated": True, "size": message.size} if is_cut else {}


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


def _response(response: Response, result: ItemResult) -> Fields:
    data, is_cut = beginning(response)
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{result.node_id} response")),
        "status": response.reason,
        "code": response.status,
        "header": _headers(response.headers),
        "stream": {"type": "Buffer", "data": data, **_cut(is_cut, response)},
        "cookie": [],
        "responseTime": round(result.elapsed_ms),
        "responseSize": response.size,
    }


def _request_error(result: ItemResult) -> Fields:
    name = result.error_type or "Error"
    message = result.error.summary if result.error else result.reason or str(result.status)
    return {"type": name, "name": name, "message": message}


def _assertion(assertion: Assertion, index: int, explain: Explainer) -> Fields:
    fields: Fields = {"assertion": assertion.name, "skipped": assertion.skipped}
    return fields if assertion.passed else {**fields, "error": _assertion_error(assertion, index, explain)}


def _assertion_error(assertion: Assertion, index: int, explain: Explainer) -> Fields:
    """Return the error of an assertion; of a script's it is the error that was thrown, as in Newman."""
    name, message = "AssertionError", explain.one_line(assertion)
    if assertion.kind == "script":
        thrown = _THROWN.match(assertion.actual)
        name, message = (thrown[1], thrown[2]) if thrown else (name, assertion.actual)
    place = f"\n   at {assertion.location}" if assertion.location is not None else ""
    told = {"test": assertion.name, "message": message, "stack": f"{name}: {message}{place}"}
    return {"type": name, "name": name, "index": index, **told}


def _ours(result: ItemResult, explain: Explainer) -> Fields:
    found = [(assertion.name, each) for assertion in result.assertions for each in assertion.differences]
    return {
        "node_id": result.node_id,
        "collection": result.collection,
        "status": result.status.value,
        "reason": result.reason,
        "example": result.example,
        "elapsed_ms": round(result.elapsed_ms, 3),
        "location": _location(result.item.location, explain),
        "assertions": [_judged(assertion, explain) for assertion in result.assertions],
        "differences": [_difference(difference, name, explain) for name, difference in found],
        "error": _problem(result.error, explain) if result.error else None,
        "notes": list(result.notes),
        "curl": result.curl,
    }


def _judged(assertion: Assertion, explain: Explainer) -> Fields:
    fields: Fields = {"name": assertion.name, "kind": assertion.kind, "passed": assertion.passed}
    if not assertion.passed:
        fields |= {"expected": assertion.expected, "actual": assertion.actual, "example": assertion.example}
        fields["location"] = _location(assertion.location, explain)
    return fields


def _difference(difference: Difference, assertion: str, explain: Explainer) -> Fields:
    # Where a mere note was expected is not worth looking up in a large file.
    place = difference.location if difference.severity == "breaking" else None
    return {
        "assertion": assertion,
        "kind": difference.kind,
        "severity": difference.severity,
        "path": difference.path,
        "pointer": difference.pointer,
        "expected": difference.expected,
        "actual": difference.actual,
        "example": difference.example,
        "location": _location(place, explain),
    }


def _problem(problem: Problem, explain: Explainer) -> Fields:
    return {
        "summary": problem.summary,
        "hint": problem.hint,
        "searched": problem.searched,
        "location": _location(problem.location, explain),
    }


def _location(location: Location | None, explain: Explainer) -> Fields | None:
    if location is None:
        return None
    position = explain.position(location)
    return {
        "file": location.file,
        "line": position.line if position else None,
        "column": position.column if position else None,
        "path": location.json_path or None,
    }
