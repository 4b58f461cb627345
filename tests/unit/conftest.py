"""Builders of results as small as a test wants them, on one small collection file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.checks.assertion import Assertion, Difference
from harness.collection.model import Item, Request, Url
from harness.errors import Problem
from harness.location import Location
from harness.record.events import Reporter, RunFinished, RunStarted
from harness.record.item import ItemRecord
from harness.record.ledger import Ledger, RunResult
from harness.record.recorder import Recorder
from harness.record.status import Status
from harness.redaction.redactor import Redactor
from harness.runner.outcome import Outcome
from harness.source import Source
from harness.transport.exchange import Exchange, Response, SentRequest

CONTRACT = Path(__file__).parents[1] / "contract" / "explain"
SOURCE = Source("collections/phlo.postman_collection.json", (CONTRACT / "phlo.json").read_text(encoding="utf-8"))
ITEM_PATH = ("item", 0, "item", 0)


def make_item(name: str = "Run", *, folders: tuple[str, ...] = ("PHLO",), source: Source = SOURCE) -> Item:
    """Return the item of the file, under any name."""
    location = Location(source, ITEM_PATH)
    place = location.child("request")
    request = Request("GET", Url(place.child("url")), (), None, None, place)
    return Item(name, "::".join((*folders, name)), request, (), (), None, (), location, folders, id="item-1")


def make_exchange(status: int = 200, body: bytes = b'{"id": 1}', **response: Any) -> Exchange:
    """Return an exchange with that answer."""
    headers = response.pop("headers", (("Content-Type", "application/json"),))
    sent = SentRequest("GET", "https://api.test:8443/v1/phlo?limit=2", (("Accept", "*/*"),), b"{}")
    reason = {200: "OK", 500: "Internal Server Error"}.get(status, "")
    return Exchange(sent, Response(status, reason, headers, body, wire_size=len(body), **response), elapsed_ms=12.4)


def make_assertion(name: str = "status is 200", passed: bool = True, **fields: Any) -> Assertion:
    """Return an assertion; one that fails expected 200 and got 500 unless told otherwise."""
    fields = {"kind": "status", "expected": "200", "actual": "200" if passed else "500"} | fields
    return Assertion(name, passed, **fields)


def make_difference(path: str = "$.id", **fields: Any) -> Difference:
    """Return a difference: a key that is missing unless told otherwise."""
    fields = {"kind": "missing key", "expected": "string", "actual": "missing", "severity": "breaking"} | fields
    return Difference(path=path, **fields)


def make_result(status: Status = Status.PASSED, *, redactor: Redactor | None = None, **fields: Any) -> ItemRecord:
    """Return the record of a result: answered with 200, unless it is one that had no answer."""
    answered = status in {Status.PASSED, Status.FAILED, Status.UNCHECKED}
    default: dict[str, Any] = {
        "item": make_item(),
        "collection": "Voice",
        "exchange": make_exchange(500 if status is Status.FAILED else 200) if answered else None,
        "method": "GET",
        "url": "https://api.test/v1/phlo?limit=2",
        "elapsed_ms": 12.4 if answered else 0.0,
        "curl": "curl 'https://api.test/v1/phlo?limit=2'" if answered else None,
    }
    if status is Status.ERROR:
        default |= {"error": Problem("cannot connect to `api.test`"), "error_type": "ConnectFailed"}
    outcome = Outcome(status=status, **(default | fields))
    recorder = Recorder(redactor or Redactor())
    return outcome.record(recorder, recorder.source(outcome.item))


def every_status() -> list[ItemRecord]:
    """Return one result of each status."""
    return [
        make_result(
            Status.PASSED, assertions=(make_assertion(), make_assertion("content type is json", kind="media type"))
        ),
        make_result(Status.FAILED, assertions=(make_assertion(passed=False), make_assertion("body"))),
        make_result(Status.ERROR),
        make_result(Status.UNCHECKED, reason="no example, schema or script"),
        make_result(Status.SKIPPED, reason="skipped by a script"),
        make_result(Status.WITHHELD, reason="`live` is protected"),
        make_result(Status.NOT_REACHED, reason="stopped after the first failure"),
    ]


def run_reporter(
    reporter: Reporter, results: Iterable[ItemRecord], *, suppress: bool = False, interrupted: bool = False
) -> RunResult:
    """Tell a reporter of a whole run with those records, as the runner would."""
    results = list(results)
    reporter.handle(
        RunStarted(
            harness="1.0",
            collections=("Voice",),
            collection_ids=("abc-123",),
            items=len(results),
            environment="staging",
            seed=7,
            started_at=1_700_000_000.0,
        )
    )
    ledger = Ledger(suppress=suppress)
    for result in results:
        ledger.add(result)
        reporter.handle(result)
    run = ledger.result(started_at=1_700_000_000.0, elapsed_ms=1234.0, seed=7, interrupted=interrupted)
    reporter.handle(RunFinished(run))
    return run


@pytest.fixture
def build() -> SimpleNamespace:
    """Give the builders to a test."""
    builders: dict[str, Callable[..., Any] | Source] = {
        "item": make_item,
        "exchange": make_exchange,
        "assertion": make_assertion,
        "difference": make_difference,
        "result": make_result,
        "every_status": every_status,
        "run": run_reporter,
        "source": SOURCE,
    }
    return SimpleNamespace(**builders)
