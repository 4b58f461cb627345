"""What becomes of two results, of whatever kind they are?"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from harness.diff.pair import Comparison
from harness.record.body import Body
from harness.record.item import ExchangeRecord, ItemRecord, ItemRef, ProblemRecord, RequestRecord, ResponseRecord
from harness.record.status import Status

ANSWERED = ItemRecord(
    ItemRef("a", "a", method="GET"),
    Status.PASSED,
    exchange=ExchangeRecord(RequestRecord("GET", "http://a/"), ResponseRecord(200, "OK", body=Body("{}", size=2))),
)
SIDES = Comparison("A", "B")


@pytest.mark.parametrize("side", ["A", "B"])
@pytest.mark.parametrize("answered", [True, False])
def test_an_error_is_an_error(side: str, answered: bool) -> None:
    """That of a script after the answer, too: nothing was compared then, and nothing is alike."""
    failed = replace(ANSWERED, status=Status.ERROR, error=ProblemRecord("broken"))
    failed = failed if answered else replace(failed, exchange=None)
    pair = (failed, ANSWERED) if side == "A" else (ANSWERED, failed)
    result = SIDES.result(*pair)

    assert (result.status, result.error and result.error.summary) == (Status.ERROR, f"{side}: broken")


def test_nothing_compared_is_not_alike() -> None:
    """Without any comparison a request is unchecked."""
    assert SIDES.result(ANSWERED, ANSWERED).status is Status.UNCHECKED


@pytest.mark.parametrize("status", [Status.WITHHELD, Status.SKIPPED, Status.NOT_REACHED])
def test_kept_back(status: Status) -> None:
    """On both sides it stays what it is, with its reason; on one side it is a difference."""
    kept = ItemRecord(ANSWERED.item, status, reason="because")
    both = SIDES.result(kept, kept)
    assert (both.status, both.reason) == (status, "because")

    (assertion,) = SIDES.result(ANSWERED, kept).assertions
    assert (assertion.passed, assertion.expected) == (False, "A: answered")
    assert assertion.actual == f"B: {status.value.replace('_', ' ')}: because"


@pytest.mark.parametrize(("one", "other"), [(ANSWERED, None), (None, ANSWERED)])
def test_on_one_side_only(one: ItemRecord | None, other: ItemRecord | None) -> None:
    """What the other side does not have is a difference."""
    assert SIDES.result(one, other).status is Status.FAILED
