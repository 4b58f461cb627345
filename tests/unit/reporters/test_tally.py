"""Are drift, response times and scripts of a run counted as they were taken?"""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest

from harness.errors import Problem
from harness.reporters.tally import Tally, Times
from harness.runner.result import Status


def test_drift_is_counted_by_how_it_was_taken(build: SimpleNamespace) -> None:
    """What fails the request is told from what is allowed and from known drift, whatever its own severity."""
    tally = Tally()
    found = (
        build.difference("$.a"),
        build.difference("$.b", kind="added key", severity="note"),
        build.difference("$.c", severity="note", accepted=True),
    )
    for fail_on in ("breaking", "any"):
        body = build.assertion("body", False, kind="body", differences=found, fail_on=fail_on)
        tally.add(build.result(Status.FAILED, assertions=(body,), example="Success"))

    assert [
        ("breaking", "missing key", 2),
        ("breaking", "added key", 1),
        ("note", "added key", 1),
        ("known", "missing key", 2),
    ] == tally.kinds()
    assert [
        ("drift", "missing key 2, added key 1"),
        ("allowed", "added key 1"),
        ("known", "missing key 2"),
    ] == list(tally.drift_lines())
    assert 2 == tally.compared


def test_only_answers_are_compared(build: SimpleNamespace) -> None:
    """An expected example without an answer, and an answer that only a script judged, count for nothing."""
    tally = Tally()
    tally.add(build.result(Status.ERROR, example="Success"))
    tally.add(build.result(example="Success", assertions=(build.assertion(kind="script"),)))

    assert (0, 2) == (tally.compared, tally.begun)


@pytest.mark.parametrize("size", [1, 2, 19, 1000])
def test_percentiles(size: int) -> None:
    """A percentile is the nearest rank, to three digits; the extremes and the mean are exact."""
    values = [random.Random(size).uniform(0.01, 9000) for _ in range(size)]
    times = Times()
    for value in values:
        times.add(value)
    ordered = sorted(values)

    for percent in (50, 95, 99):
        rank = -(-size * percent // 100)
        assert ordered[rank - 1] == pytest.approx(times.percentile(percent), rel=0.006)
    assert (ordered[0], ordered[-1]) == (times.least, times.most)
    assert sum(values) / size == pytest.approx(times.mean)


def test_without_answers_there_are_no_times() -> None:
    """Nothing is divided by nothing."""
    assert (0.0, 0.0, 0.0, 0.0) == (Times().mean, Times().least, Times().deviation, Times().percentile(95))
    assert "" == Tally().time_line()


def test_scripts_are_counted_by_when_they_run(build: SimpleNamespace) -> None:
    """A script that ended in an error is counted as failed, one whose assertion did not hold is not."""
    tally = Tally()
    threw = build.assertion("the test script of “Run” runs without an error", False, kind="script")
    wrong = build.assertion("is fine", False, kind="script")
    ran = ("Voice › prerequest", "Run › test")
    tally.add(build.result(Status.FAILED, assertions=(threw,), scripts=ran))
    tally.add(build.result(Status.FAILED, assertions=(wrong,), scripts=ran))
    tally.add(build.result(Status.ERROR, error=Problem("x"), error_type="ScriptError", scripts=ran[:1]))

    assert {"prerequest": 3, "test": 2} == dict(tally.scripts)
    assert {"prerequest": 1, "test": 1} == {name: count for name, count in tally.scripts_failed.items() if count}
