"""What does the page know of one result: in its list, and in the panel that opens?"""

from __future__ import annotations

from typing import Any

from harness.checks.assertion import Assertion, Difference
from harness.location import Location
from harness.reporters.explain import Explainer
from harness.reporters.html_report.bodies import Bodies
from harness.runner.result import ItemResult, Status

__all__ = ["WRONG", "one_line", "panel", "row"]

WRONG = frozenset({Status.FAILED, Status.ERROR, Status.UNKNOWN})
"""How an item ends that a person must look at."""

_MAX_DIFFERENCES = 200  # of one assertion; an array of thousands can differ in each element


def row(result: ItemResult, item: int, explain: Explainer) -> list[Any]:
    """Return what the list shows of a result and what it is found by.

    The number of its item, iteration, status, HTTP status, milliseconds, assertions, those that failed, differences,
    URL, and in one line what is wrong.
    """
    return [
        item,
        result.iteration,
        result.status.value,
        result.exchange.response.status if result.exchange else None,
        round(result.elapsed_ms, 1),
        len(result.assertions),
        sum(not assertion.passed for assertion in result.assertions),
        sum(len(assertion.differences) for assertion in result.assertions),
        explain.text(result.url),
        one_line(result, explain),
    ]


def one_line(result: ItemResult, explain: Explainer) -> str:
    """Return in one line why a result did not pass; empty if it did."""
    if result.error is not None:
        return explain.one_line(result.error)
    failed = next((assertion for assertion in result.assertions if not assertion.passed), None)
    if failed is not None:
        return explain.one_line(failed)
    return explain.text(result.reason or "")


def panel(result: ItemResult, bodies: Bodies, limit: int, explain: Explainer) -> dict[str, Any]:
    """Return all that the panel of a result shows, but for what its item's source says."""
    exchange, name = result.exchange, result.item.name
    wrong = result.status in WRONG
    return {
        "node": explain.text(result.node_id),
        "iterations": result.iterations,
        "at": exchange.started_at if exchange else None,
        "method": explain.text(result.method),
        "reason": explain.text(result.reason or ""),
        "notes": [explain.text(note) for note in result.notes],
        "example": explain.text(result.example or ""),
        "error": explain.problem(result.error) if result.error else "",
        "assertions": [_assertion(assertion, explain) for assertion in result.assertions],
        "sent": bodies.request(exchange.request, name, limit) if exchange else None,
        "answer": bodies.answer(exchange.response, name, limit) if exchange else None,
        "hops": [bodies.hop(hop, name, limit) for hop in exchange.redirects] if exchange else [],
        "curl": explain.lines(result.curl or ""),
        "text": explain.failure(result) if wrong else "",
    }


def _assertion(assertion: Assertion, explain: Explainer) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "name": explain.text(assertion.name),
        "kind": assertion.kind,
        "passed": assertion.passed,
        "differences": [_difference(each, explain) for each in _first(assertion.differences)],
        "more": max(len(assertion.differences) - _MAX_DIFFERENCES, 0),
    }
    if not assertion.passed:
        breaking = assertion.breaking
        place = (breaking[0].location if breaking else None) or assertion.location
        fields |= {
            "expected": explain.lines(assertion.expected),
            "actual": explain.lines(assertion.actual),
            "place": explain.place(place) if place else "",
        }
    if assertion.example:
        fields["example"] = explain.text(assertion.example)
    return fields


def _first(differences: tuple[Difference, ...]) -> list[Difference]:
    """Return those to be shown, what breaks the contract before what is allowed."""
    return sorted(differences, key=lambda each: each.severity != "breaking")[:_MAX_DIFFERENCES]


def _difference(difference: Difference, explain: Explainer) -> list[Any]:
    """Return kind, severity, path, pointer, expected, actual, example, and the line of the file."""
    return [
        difference.kind,
        difference.severity,
        explain.text(difference.path),
        explain.masked(difference.pointer) if difference.pointer is not None else None,
        explain.lines(difference.expected),
        explain.lines(difference.actual),
        explain.text(difference.example or ""),
        _line(difference.location, explain) if difference.severity == "breaking" else "",
    ]


def _line(location: Location | None, explain: Explainer) -> str:
    position = explain.position(location) if location else None
    return explain.text(f"{location.file}:{position.line}") if location and position else ""
