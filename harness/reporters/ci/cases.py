"""Which testcases does a result come to, for those who count tests?

Every assertion is one, and the item itself where its assertions do not say all there is to say. Nothing that was not
asked is left out: an item without an answer is a testcase with an error, one without a turn a skipped one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harness.record.item import ItemRecord
from harness.record.place import Place
from harness.record.status import NOT_JUDGED, Status
from harness.reporters.explain import Explainer

__all__ = ["Case", "cases_of"]

_REQUEST_CASE = "request"
"""The name of the testcase that stands for an item itself."""


@dataclass(frozen=True, slots=True)
class Case:
    """One testcase and what became of it; `outcome` is the name of its child element, or None if it passed."""

    name: str
    outcome: str | None = None
    message: str = ""
    type: str = ""
    text: str = ""
    place: Place | None = None


def cases_of(result: ItemRecord, explain: Explainer) -> Iterator[Case]:
    """Yield the testcases of a result: at least one, and one that says so unless all is well."""
    seen: Counter[str] = Counter()
    for assertion in result.assertions:
        name = explain.text(assertion.name)
        seen[name] += 1
        name = f"{name} #{seen[name]}" if seen[name] > 1 else name
        if assertion.skipped:
            yield Case(name, "skipped", "skipped by the script", place=assertion.place)
        elif assertion.passed:
            yield Case(name, place=assertion.place)
        else:
            message, text = explain.one_line(assertion), explain.failure(result, only=assertion)
            yield Case(name, "failure", message, assertion.kind, text, assertion.place)
    own = _own_case(result, explain)
    if own.outcome or not result.assertions:
        yield own


def _own_case(result: ItemRecord, explain: Explainer) -> Case:
    """Return the testcase of the item itself: passed if its assertions say all there is to say."""
    status = result.status.words
    reason = explain.text(f"{status}: {result.reason}" if result.reason else status)
    if result.status in NOT_JUDGED:
        return Case(_REQUEST_CASE, "skipped", reason)
    if result.status is Status.ERROR:
        problem = result.error
        message = explain.one_line(problem) if problem else reason
        place = problem.place if problem else None
        return Case(_REQUEST_CASE, "error", message, result.error_type or status, explain.failure(result), place)
    if result.status is Status.FAILED and all(assertion.passed for assertion in result.assertions):
        return Case(_REQUEST_CASE, "failure", reason, status, explain.failure(result))
    return Case(_REQUEST_CASE)
