"""Which testcases does a result come to, for those who count tests?

Every assertion is one, and the item itself where its assertions do not say all there is to say. Nothing that was not
asked is left out: an item without an answer is a testcase with an error, one without a turn a skipped one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harness.location import Location
from harness.reporters.explain import Explainer
from harness.runner.result import NOT_JUDGED, ItemResult, Status

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
    location: Location | None = None


def cases_of(result: ItemResult, explain: Explainer) -> Iterator[Case]:
    """Yield the testcases of a result: at least one, and one that says so unless all is well."""
    seen: Counter[str] = Counter()
    for assertion in result.assertions:
        name = explain.text(assertion.name)
        seen[name] += 1
        name = f"{name} #{seen[name]}" if seen[name] > 1 else name
        if assertion.skipped:
            yield Case(name, "skipped", "skipped by the script", location=assertion.location)
        elif assertion.passed:
            yield Case(name, location=assertion.location)
        else:
            message, text = explain.one_line(assertion), explain.failure(result, only=assertion)
            yield Case(name, "failure", message, assertion.kind, text, assertion.location)
    own = _own_case(result, explain)
    if own.outcome or not result.assertions:
        yield own


def _own_case(result: ItemResult, explain: Explainer) -> Case:
    """Return the testcase of the item itself: passed if its assertions say all there is to say."""
    status = result.status.replace("_", " ")
    reason = explain.text(f"{status}: {result.reason}" if result.reason else status)
    if result.status in NOT_JUDGED:
        return Case(_REQUEST_CASE, "skipped", reason)
    if result.status is Status.ERROR:
        problem = result.error
        message = explain.one_line(problem) if problem else reason
        location = problem.location if problem else None
        return Case(_REQUEST_CASE, "error", message, result.error_type or status, explain.failure(result), location)
    if result.status is Status.FAILED and all(assertion.passed for assertion in result.assertions):
        return Case(_REQUEST_CASE, "failure", reason, status, explain.failure(result))
    return Case(_REQUEST_CASE)
