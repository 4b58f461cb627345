"""What becomes of two results, of whatever kind they are?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.collection.model import Item, Request, Url
from harness.diff.pair import Comparison
from harness.errors import Problem
from harness.location import Location
from harness.record.item import ItemRecord
from harness.record.status import Status
from harness.source import Source
from harness.transport.exchange import Exchange, Response, SentRequest

PLACE = Location(Source("c", ""))
ITEM = Item("a", "a", Request("GET", Url(PLACE), (), None, None, PLACE), (), (), None, (), PLACE)
ANSWERED = ItemRecord(
    ITEM, Status.PASSED, exchange=Exchange(SentRequest("GET", "http://a/", ()), Response(200, "OK", (), b"{}"))
)
SIDES = Comparison("A", "B")


@pytest.mark.parametrize("side", ["A", "B"])
@pytest.mark.parametrize("answered", [True, False])
def test_an_error_is_an_error(side: str, answered: bool) -> None:
    """That of a script after the answer, too: nothing was compared then, and nothing is alike."""
    failed = replace(ANSWERED, status=Status.ERROR, error=Problem("broken", PLACE))
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
    kept = ItemRecord(ITEM, status, reason="because")
    both = SIDES.result(kept, kept)
    assert (both.status, both.reason) == (status, "because")

    (assertion,) = SIDES.result(ANSWERED, kept).assertions
    assert (assertion.passed, assertion.expected) == (False, "A: answered")
    assert assertion.actual == f"B: {status.value.replace('_', ' ')}: because"


@pytest.mark.parametrize(("one", "other"), [(ANSWERED, None), (None, ANSWERED)])
def test_on_one_side_only(one: ItemRecord | None, other: ItemRecord | None) -> None:
    """What the other side does not have is a difference."""
    assert SIDES.result(one, other).status is Status.FAILED
