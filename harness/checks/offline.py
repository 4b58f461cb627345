"""Does an answer that is at hand keep to some examples, without a request and without a run?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from harness.checks.assertion import Difference, Severity
from harness.checks.body.compare import compare_exact, compare_shape
from harness.checks.body.learn import learn
from harness.checks.expectation import Expectation
from harness.checks.judge import judge
from harness.checks.rule import Match
from harness.collection.model import Example
from harness.collection.parts import read_example
from harness.collection.reader import Node
from harness.location import Location
from harness.source import Source
from harness.transport.exchange import Response

__all__ = ["compare"]

_NOT_GIVEN: Final[Any] = object()
_OF_AN_EXAMPLE = frozenset(
    {
        *("name", "code", "responseCode", "status", "header", "body", "cookie", "responseTime", "id", "uid", "_"),
        *("originalRequest", "_postman_id", "_postman_previewlanguage", "_postman_previewtype", "previewType", "type"),
        *("response_time", "timings", "description", "$type"),
    }
)
_TELLING = frozenset({"originalRequest", "_postman_previewlanguage", "_postman_previewtype"})
"""What no JSON value has by chance."""
_ORDER: dict[Severity, int] = {"breaking": 0, "compatible": 1, "note": 2}


def compare(
    examples: Any,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
    body: Any = _NOT_GIVEN,
    match: Match = "shape",
) -> list[Difference]:
    """Return where an answer departs from `examples`, what breaks a client first. Sends nothing.

    `examples` is one example or a list of them (a list is always a list of examples). Each is an `Example` of a loaded
    collection, the object that stands under `response` in a collection file, the text of a body (str or bytes), or the
    JSON value of one. `body` is the answer's: text, bytes, or a JSON value (None is `null`). What is not given is not
    judged. The answer is held to the examples of its own status; where there is none, its status changed.
    """
    given = list(examples) if isinstance(examples, list | tuple) else [examples]
    if all(_is_value(each) for each in given) and _is_value(body) and body is not _NOT_GIVEN and given:
        return _sorted(_of_values(given, body, match))
    saved = [_example(each, index) for index, each in enumerate(given)]
    expected = _expected_status(saved, status)
    contract = tuple(each for each in saved if each.code in (None, expected))
    pairs = tuple(headers.items() if isinstance(headers, Mapping) else headers or ())
    answer = Response(expected or 200 if status is None else status, "", pairs, _bytes(body))
    shown = contract[0] if contract else None
    location = None if shown is None else shown.location
    if body is _NOT_GIVEN:
        match = "status"
    found = judge(answer, Expectation(expected, shown, contract, location), match=match)
    asked = [each for each in found if headers is not None or each.kind != "header"]
    return _sorted([difference for assertion in asked for difference in assertion.differences])


def _sorted(differences: list[Difference]) -> list[Difference]:
    return sorted(differences, key=lambda difference: _ORDER[difference.severity])


def _is_value(given: Any) -> bool:
    """Return whether `given` is a JSON value rather than an example, or the text of one."""
    return not isinstance(given, Example | str | bytes) and not _is_saved(given)


def _is_saved(given: Any) -> bool:
    """Return whether `given` is an example as it stands in a collection file."""
    if not isinstance(given, dict) or not isinstance(given.get("body"), str | None):
        return False
    if given.keys() & _TELLING:
        return True
    return given.keys() <= _OF_AN_EXAMPLE and bool(given.keys() & {"code", "header"})


def _of_values(values: list[Any], body: Any, match: Match) -> list[Difference]:
    """Compare JSON values as they are: nothing is written and read again."""
    if match in ("exact", "subset"):
        return compare_exact(values[0], body, subset=match == "subset")
    return compare_shape(learn(values), body, sample=values[0]) if match == "shape" else []


def _example(given: Any, index: int) -> Example:
    if isinstance(given, Example):
        return given
    place = Location(Source("", ""), (index,))
    name = f"example {index + 1}"
    if not _is_saved(given):
        text = given.decode("utf-8", "replace") if isinstance(given, bytes) else given
        text = text if isinstance(text, str) else json.dumps(text)
        return Example(name, None, None, (), text, None, place)
    example = read_example(Node(given, place, []))
    return example if example.name else replace(example, name=name)


def _expected_status(examples: list[Example], status: int | None) -> int | None:
    codes = [example.code for example in examples if example.code is not None]
    if status in codes:
        return status
    by_hundreds = (code for hundreds in (2, 3) for code in codes if code // 100 == hundreds)
    return next(by_hundreds, codes[0] if codes else None)


def _bytes(body: Any) -> bytes:
    if body is _NOT_GIVEN:
        return b""
    if isinstance(body, bytes):
        return body
    return body.encode("utf-8", "replace") if isinstance(body, str) else json.dumps(body).encode()
