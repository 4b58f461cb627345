"""What does the page know of one result: in its list, and in the panel that opens?"""

from __future__ import annotations

from typing import Any

from harness.checks.assertion import Assertion, Difference
from harness.location import Location
from harness.reporters.explain import Explainer
from harness.reporters.html_report.bodies import LITTLE, Bodies
from harness.reporters.tally import Effect, effect
from harness.runner.result import WRONG, ConsoleMessage, ItemResult
from harness.snippets.languages import LANGUAGES, code
from harness.snippets.snippet import of_sent

__all__ = ["panel", "row"]

_MAX_DIFFERENCES = 200  # of one assertion; an array of thousands can differ in each element
_MAX_ASIDES = 50
_MAX_CODE_BODY = 8_192
_LANGUAGES = ("http", "python-httpx", "javascript-fetch")  # beside curl
_MAX_MESSAGES = 1_000
_MESSAGE_CHARACTERS = 8_192


def row(result: ItemResult, item: int, explain: Explainer) -> list[Any]:
    """Return what the list shows of a result and what it is found by.

    The number of its item, iteration, how often it ran before in it, status, HTTP status, milliseconds, assertions,
    those that failed, differences, URL, and in one line what is wrong.
    """
    return [
        item,
        result.iteration,
        result.repeat,
        result.status.value,
        result.exchange.response.status if result.exchange else None,
        round(result.elapsed_ms, 1),
        len(result.assertions),
        sum(not assertion.passed for assertion in result.assertions),
        sum(len(assertion.differences) for assertion in result.assertions),
        explain.text(result.url),
        explain.headline(result) if result.status in WRONG else explain.text(result.reason or ""),
    ]


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
        "console": [_message(message, explain) for message in _shown(result.console)],
        "asides": [bodies.exchange(aside, name, limit) for aside in result.sub_exchanges[:_MAX_ASIDES]],
        "moreAsides": max(len(result.sub_exchanges) - _MAX_ASIDES, 0),
        "jumpedTo": explain.text(result.jumped_to) if result.jumped_to is not None else None,
        "curl": explain.lines(result.curl or ""),
        "code": _code(result, explain) if limit > LITTLE and bodies.shows_all_of(name) else [],
        "text": explain.failure(result) if wrong and limit > LITTLE else "",
    }


def _assertion(assertion: Assertion, explain: Explainer) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "name": explain.text(assertion.name),
        "kind": assertion.kind,
        "passed": assertion.passed,
        "skipped": assertion.skipped,
        "differences": [_difference(each, effect(assertion, each), explain) for each in _first(assertion)],
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


def _code(result: ItemResult, explain: Explainer) -> list[list[str]]:
    """Return programs that send the same request, each with the name of its language."""
    if result.exchange is None:
        return []
    redirects = result.exchange.redirects
    sent = redirects[0].request if redirects else result.exchange.request
    if len(sent.body) > _MAX_CODE_BODY:
        return []
    snippet = of_sent(result.item.name, sent)
    return [[LANGUAGES[each], explain.masked(code(each, snippet))] for each in _LANGUAGES]


def _shown(console: tuple[ConsoleMessage, ...]) -> tuple[ConsoleMessage, ...]:
    """Return the messages to be shown, the last ones of a script that talks without end."""
    left_out = len(console) - _MAX_MESSAGES
    if left_out <= 0:
        return console
    return (ConsoleMessage("info", f"({left_out:,} earlier messages are left out)", ""), *console[left_out:])


def _message(message: ConsoleMessage, explain: Explainer) -> list[str]:
    """Return level, text and script."""
    return [message.level, explain.lines(message.text, _MESSAGE_CHARACTERS), explain.text(message.script)]


def _first(assertion: Assertion) -> list[Difference]:
    """Return the differences to be shown, what breaks the contract before what is allowed."""
    return sorted(assertion.differences, key=lambda each: effect(assertion, each) != "breaking")[:_MAX_DIFFERENCES]


def _difference(difference: Difference, severity: Effect, explain: Explainer) -> list[Any]:
    """Return kind, severity, path, pointer, expected, actual, example, and the line of the file."""
    return [
        difference.kind,
        severity,
        explain.text(difference.path),
        explain.masked(difference.pointer) if difference.pointer is not None else None,
        explain.lines(difference.expected),
        explain.lines(difference.actual),
        explain.text(difference.example or ""),
        _line(difference.location, explain) if severity == "breaking" else "",
    ]


def _line(location: Location | None, explain: Explainer) -> str:
    position = explain.position(location) if location else None
    return explain.text(f"{location.file}:{position.line}") if location and position else ""
