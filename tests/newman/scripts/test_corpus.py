"""Do 200 real collections run here as in Newman 6.2.2, scripts and all, and does none of their scripts break the run?

Each runs as a whole against a server that answers every request with its first saved answer, else with `{}`; waits of
scripts are cut short.
"""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.collection.load import load_collection
from harness.errors import HarnessError
from tests.newman.scripts.conftest import (
    HERE,
    Found,
    Job,
    differences,
    explained,
    run_here,
    run_there,
)
from tests.newman.test_newman import put_files, values_for

pytestmark = pytest.mark.slow

_MARK = "x-answer"
_WAIT = re.compile(r"\bsetTimeout\s*\(")
_SHORT_WAIT = "((task, wait, ...values) => setTimeout(task, Math.min(wait || 0, 5), ...values))("
_PASSING = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b")
_SIGNED = frozenset({"asap", "awsv4", "digest", "edgegrid", "hawk", "jwt", "ntlm", "oauth1", "oauth2"})

Answers = dict[str, bytes]


def jobs_of(corpus: Path, answers: Answers, folder: Path) -> Iterator[Job]:
    """Yield each v2 collection that has scripts; its requests name their answers, which are put into `answers`."""
    for path in sorted(corpus.glob("*.json")):
        try:
            collection = load_collection(path)
            document = json.loads(path.read_text("utf-8-sig"))
        except (HarnessError, ValueError):
            continue
        document = document.get("collection", document)
        if not isinstance(document.get("item"), list) or not any(item.scripts() for item in collection.walk()):
            continue
        document = _answerable(document, answers)
        put_files(document["item"], folder)
        sending = {
            item.name for item in collection.walk() if any("sendRequest" in each.script for each in item.scripts())
        }
        yield Job(path.name, document, values_for(document), sending=frozenset(sending))


def _answerable(document: Mapping[str, Any], answers: Answers) -> dict[str, Any]:
    result = copy.deepcopy(dict(document))
    pending: list[Any] = [result]
    while pending:
        node = pending.pop()
        if not isinstance(node, dict):
            continue
        for event in node.get("event") or ():
            _shorten(event)
        for holder in (each for each in (node, node.get("request")) if isinstance(each, dict)):
            auth = holder.get("auth")
            if isinstance(auth, dict) and auth.get("type") in _SIGNED:
                holder["auth"] = {"type": "noauth"}
        if "request" in node:
            _mark(node, answers)
        pending.extend(node["item"] if isinstance(node.get("item"), list) else ())
    return result


def _shorten(event: Any) -> None:
    script = event.get("script") if isinstance(event, dict) else None
    if isinstance(script, dict) and isinstance(script.get("exec"), (list, str)):
        lines = script["exec"]
        text = lines if isinstance(lines, str) else "\n".join(map(str, lines))
        script["exec"] = _WAIT.sub(_SHORT_WAIT, text).split("\n")


def _mark(node: dict[str, Any], answers: Answers) -> None:
    request = node["request"]
    if isinstance(request, str):
        request = node["request"] = {"method": "GET", "url": request}
    number = str(len(answers))
    examples = [each for each in node.pop("response", None) or () if isinstance(each, dict)]
    answers[number] = _answer(examples[0] if examples else {})
    header = request.get("header")
    marked = [{"key": _MARK, "value": number}]
    if isinstance(header, str):
        request["header"] = f"{header}\n{_MARK}: {number}"
    else:
        request["header"] = [*(header or ()), *marked]


def _answer(example: Mapping[str, Any]) -> bytes:
    code = example.get("code") or 200
    headers = {
        each["key"]: each["value"]
        for each in example.get("header") or ()
        if isinstance(each, dict) and str(each.get("key", "")).lower() == "content-type"
    }
    kind = next(iter(headers.values()), "application/json")
    body = example.get("body")
    data = b"" if code in (204, 304) or code < 200 else (body if isinstance(body, str) else "{}").encode()
    head = f"HTTP/1.1 {code} {example.get('status') or 'OK'}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}"
    return f"{head}\r\n\r\n".encode("latin-1", "replace") + data


def _respond(answers: Answers, received: Any) -> bytes:
    number = re.search(rb"\r\nx-answer: *(\d+)", received.head, re.IGNORECASE)
    found = answers[number[1].decode()] if number else _answer({})
    return found[: found.index(b"\r\n\r\n") + 4] if received.head.startswith(b"HEAD ") else found


def _comparable(found: Found, sending: frozenset[str]) -> Found:
    """Return what came of a run without what the clock, chance and the order of requests sent at once say."""
    executions = [_in_any_order(each, each["item"] in sending) for each in found.executions]
    kept = {layer: found.variables[layer] for layer in ("environment", "globals")}  # Newman leaves the collection alone
    wire = sorted(map(_plain, found.wire), key=json.dumps)
    return replace(found, executions=_plain(executions), variables=_plain(kept), wire=wire)


def _in_any_order(execution: dict[str, Any], at_once: bool) -> dict[str, Any]:
    lists = ("errors", "assertions", "console") if at_once else ("errors",)
    return {**execution, **{name: sorted(execution[name], key=json.dumps) for name in lists}}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _PASSING.sub("0", value)
    if isinstance(value, list):
        return list(map(_plain, value))
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return 0 if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def test_real_collections_run_as_in_newman(corpus: Path, newman: Any, recorder: Any, tmp_path: Path) -> None:
    """Order, assertions, errors, console, variables, requests, verdict are Newman's, or differ for a listed reason."""
    answers: Answers = {}
    jobs = list(jobs_of(corpus, answers, tmp_path))
    recorder.respond = lambda received: _respond(answers, received)
    rules = tomllib.loads((HERE / "differences.toml").read_text("utf-8"))["corpus"]

    there = dict(run_there(jobs, newman, recorder, tmp_path))
    found: list[Any] = []
    assertions, ran = 0, 0
    for job in jobs:
        here = run_here(job, recorder, tmp_path)
        sides = (_comparable(each, job.sending) for each in (here, there[job.name]))
        found += differences(job.name, *sides)
        ran += len(here.executions)
        assertions += sum(len(each["assertions"]) for each in here.executions)

    unexplained, gone = explained(found, rules)
    assert not unexplained, "\n".join(unexplained)
    assert not gone, "\n".join(gone)
    assert len(jobs) >= 93
    assert ran >= 2400
    assert assertions >= 3600
