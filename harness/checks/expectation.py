"""Which status and which saved examples is an answer held to?

Decided before the request is sent, so that no answer can choose what it is measured by.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.collection.model import Example, Item, Request
from harness.location import Location
from harness.request.comments import strip_comments
from harness.request.prepared import PreparedBody, PreparedRequest

__all__ = ["Expectation", "Render", "expect", "held_to"]

Render = Callable[[Request], PreparedRequest | None]

_WITHOUT_BODY = frozenset({204, 205, 304})  # RFC 9110: an answer of these has no content


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of one answer."""

    status: int | None = None
    """None: nothing fixes the status."""
    example: Example | None = None
    """The example shown to people, and the one whose values `match="exact"` compares."""
    contract: tuple[Example, ...] = ()
    """The examples whose bodies together make the contract; the answer is held to those of its own media family."""
    location: Location | None = None
    """Where the expected status stands: the example's code, or the rule."""
    judges_status: bool = True
    """Whether a wrong status fails; otherwise body and schema are held to what they would be for the right one."""


def expect(
    item: Item,
    request: PreparedRequest,
    *,
    rule_status: int | None = None,
    rule_location: Location | None = None,
    render: Render,
) -> Expectation:
    """Return what the answer to `request` is held to.

    A rule decides; else the first 2xx example whose original request is this one, the first 2xx example, the first 3xx
    one. A 4xx or 5xx example is expected by a rule only, so that a documented error never makes a broken request pass.
    `render` fills in an original request with the current variables, or returns None when it cannot; it is called only
    where there is a choice. An example that is replayed is held to itself, error or not.
    """
    if item.example_of is not None:
        return held_to(item, item.examples[0], request.method)
    status, candidates = _candidates(item.examples, rule_status)
    unbound = tuple(example for example in item.examples if example.code is None)
    if status is None and not candidates:
        candidates = unbound
    example = _chosen(candidates, request, render)
    if rule_status is None and example is not None:
        status = example.code
    location = rule_location
    if rule_status is None and example is not None and status is not None:
        location = example.location.child("code")
    return Expectation(status, example, _contract(item.examples, status, example, request.method), location)


def held_to(item: Item, example: Example, method: str) -> Expectation:
    """Return what an answer is held to that is meant to be this very example of the item."""
    location = None if example.code is None else example.location.child("code")
    return Expectation(example.code, example, _contract(item.examples, example.code, example, method), location)


def _candidates(examples: Sequence[Example], rule_status: int | None) -> tuple[int | None, tuple[Example, ...]]:
    """Return the status a rule fixes, and the examples to choose from."""
    if rule_status is not None:
        return rule_status, tuple(example for example in examples if example.code == rule_status)
    for hundreds in (2, 3):
        found = tuple(example for example in examples if example.code is not None and example.code // 100 == hundreds)
        if found:
            return None, found
    return None, ()


def _contract(
    examples: Sequence[Example], status: int | None, shown: Example | None, method: str
) -> tuple[Example, ...]:
    """Return the examples of `status`, the shown one first; those without code count for a success."""
    if status in _WITHOUT_BODY or method.upper() == "HEAD":
        return ()
    success = status is None or status // 100 == 2
    others = (
        example
        for example in examples
        if example is not shown and (example.code == status if example.code is not None else success)
    )
    return (*(() if shown is None else (shown,)), *others)


def _chosen(candidates: Sequence[Example], request: PreparedRequest, render: Render) -> Example | None:
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    for example in candidates:
        original = None if example.original_request is None else render(example.original_request)
        if original is not None and _is_same(original, request):
            return example
    return candidates[0]


def _is_same(one: PreparedRequest, other: PreparedRequest) -> bool:
    """Return whether two requests ask the same thing; auth and headers aside."""
    return (
        one.method.upper() == other.method.upper()
        and str(one.url) == str(other.url)
        and _normal(one.body) == _normal(other.body)
    )


def _normal(body: PreparedBody) -> object:
    """Return a body in a form that does not depend on comments, layout, or a random multipart boundary."""
    if body.parts:
        return body.mode, body.parts
    text = body.content.decode("utf-8", "replace").replace("\r\n", "\n")
    try:
        return json.dumps(json.loads(strip_comments(text)), sort_keys=True)
    except (ValueError, RecursionError):
        return text
