"""Are the records of a run counted as they were taken, and what do they add up to?"""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from harness.errors import Problem
from harness.record.item import BUG
from harness.record.ledger import INTERRUPTED, Ledger, ScriptCount, Times
from harness.record.status import Status


def test_drift_is_counted_by_how_it_was_taken(build: SimpleNamespace) -> None:
    """What fails the request is told from what is allowed and from known drift, whatever its own severity."""
    ledger = Ledger()
    found = (
        build.difference("$.a"),
        build.difference("$.b", kind="added key", severity="note"),
        build.difference("$.c", severity="note", accepted=True),
    )
    for fail_on in ("breaking", "any"):
        body = build.assertion("body", False, kind="body", differences=found, fail_on=fail_on)
        ledger.add(build.result(Status.FAILED, assertions=(body,), example="Success"))

    assert [
        ("breaking", "missing key", 2),
        ("breaking", "added key", 1),
        ("note", "added key", 1),
        ("known", "missing key", 2),
    ] == [(each.effect, each.kind, each.count) for each in ledger.totals().drift]
    assert [
        ("drift", "missing key 2, added key 1"),
        ("allowed", "added key 1"),
        ("known", "missing key 2"),
    ] == list(ledger.totals().drift_lines())
    assert 2 == ledger.totals().compared


def test_only_answers_are_compared(build: SimpleNamespace) -> None:
    """An expected example without an answer, and an answer that only a script judged, count for nothing."""
    ledger = Ledger()
    ledger.add(build.result(Status.ERROR, example="Success"))
    ledger.add(build.result(example="Success", assertions=(build.assertion(kind="script"),)))

    assert (0, 2) == (ledger.totals().compared, ledger.totals().begun)


@pytest.mark.parametrize("size", [1, 2, 19, 1000])
def test_percentiles(build: SimpleNamespace, size: int) -> None:
    """A percentile is the nearest rank, to three digits; the extremes and the mean are exact."""
    values = [random.Random(size).uniform(0.01, 9000) for _ in range(size)]
    ledger, answered = Ledger(), build.result()
    for value in values:
        ledger.add(replace(answered, elapsed_ms=value))
    times = ledger.totals().times
    ordered = sorted(values)

    for percent, found in ((50, times.p50), (95, times.p95), (99, times.p99)):
        rank = -(-size * percent // 100)
        assert ordered[rank - 1] == pytest.approx(found, rel=0.006)
    assert (ordered[0], ordered[-1]) == (times.least, times.most)
    assert sum(values) / size == pytest.approx(times.mean)


def test_without_answers_there_are_no_times() -> None:
    """Nothing is divided by nothing."""
    assert Times() == Ledger().totals().times
    assert "" == Times().line()


def test_scripts_are_counted_by_when_they_run(build: SimpleNamespace) -> None:
    """A script that ended in an error is counted as failed, one whose assertion did not hold is not."""
    ledger = Ledger()
    threw = build.assertion("the test script of “Run” runs without an error", False, kind="script")
    wrong = build.assertion("is fine", False, kind="script")
    ran = ("Voice › prerequest", "Run › test")
    ledger.add(build.result(Status.FAILED, assertions=(threw,), scripts=ran))
    ledger.add(build.result(Status.FAILED, assertions=(wrong,), scripts=ran))
    ledger.add(build.result(Status.ERROR, error=Problem("x"), error_type="ScriptError", scripts=ran[:1]))

    assert (ScriptCount(2, 1), ScriptCount(3, 1)) == (ledger.totals().tests, ledger.totals().prerequests)


@pytest.mark.parametrize(
    ("statuses", "strict", "code", "verdict"),
    [
        ([Status.PASSED, Status.SKIPPED], True, 0, "passed"),
        ([Status.PASSED, Status.UNCHECKED], False, 0, "passed"),
        ([Status.PASSED, Status.UNCHECKED], True, 1, "failed"),
        ([Status.PASSED, Status.WITHHELD], True, 1, "failed"),
        ([Status.PASSED, Status.FAILED], False, 1, "failed"),
        ([Status.FAILED, Status.ERROR], False, 2, "error"),
        ([Status.UNCHECKED], False, 5, "unchecked"),
        ([], False, 5, "unchecked"),
    ],
)
def test_the_verdict(build: SimpleNamespace, statuses: list[Status], strict: bool, code: int, verdict: str) -> None:
    """Errors win over failures, failures over what passed; a green in which nothing was judged is none."""
    ledger, lenient = Ledger(strict=strict), Ledger(strict=strict, suppress=True)
    for status in statuses:
        ledger.add(build.result(status))
        lenient.add(build.result(status))
    result = ledger.result(started_at=0.0, elapsed_ms=1.0)
    suppressed = lenient.result(started_at=0.0, elapsed_ms=1.0)
    interrupted = lenient.result(started_at=0.0, elapsed_ms=1.0, interrupted=True)

    assert (code, verdict, False) == (result.exit_code, result.verdict, result.suppressed)
    assert (0 if code in (1, 2) else code) == suppressed.exit_code
    assert (verdict, code in (1, 2)) == (suppressed.verdict, suppressed.suppressed)
    assert (INTERRUPTED, "interrupted") == (interrupted.exit_code, interrupted.verdict)


def test_a_bug_of_ours_wins(build: SimpleNamespace) -> None:
    """Where harness itself is to blame, nothing else is said about it by the exit code."""
    ledger = Ledger()
    ledger.add(build.result(Status.ERROR, error=Problem("x"), error_type=BUG))

    assert (3, "error", 1) == (ledger.exit_code(), ledger.result(started_at=0, elapsed_ms=0).verdict, ledger.wrong)


def test_the_first_failures_are_kept(build: SimpleNamespace) -> None:
    """At most a thousand, whatever fails: memory does not grow with the run."""
    ledger, failed = Ledger(), build.result(Status.FAILED)
    for _ in range(1_003):
        ledger.add(failed)
    result = ledger.result(started_at=0.0, elapsed_ms=1.0)

    assert (1_000, 1_003, ()) == (len(result.failures), result.totals.wrong, result.results)
