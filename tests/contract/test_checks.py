"""Are answers compared with examples as the cases say?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.checks.expectation import Expectation
from harness.checks.judge import judge
from harness.collection.model import Example
from harness.location import Location
from harness.source import Source
from harness.transport.exchange import Response

FOLDER = Path(__file__).parent / "checks"
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['title']}")
    for path in sorted(FOLDER.glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]


def make_examples(case: dict[str, Any]) -> tuple[Example, ...]:
    """Return the case's examples, given as JSON values or as `text`."""
    bodies = case.get("text") or [json.dumps(value, indent=1) for value in case["examples"]]
    source = Source("x.json", json.dumps([{"name": str(n), "body": body} for n, body in enumerate(bodies)], indent=1))
    return tuple(
        Example(str(index), 200, "OK", (), body, None, Location(source, (index,)), "json")
        for index, body in enumerate(bodies)
    )


@pytest.mark.parametrize("case", CASES)
def test_differences(case: dict[str, Any]) -> None:
    """A body departs from its examples at exactly the places the case names, each of that kind and severity."""
    examples = make_examples(case)
    body = case["live_text"] if "live_text" in case else json.dumps(case["live"])
    response = Response(200, "OK", (("Content-Type", "application/json"),), body.encode())

    assertions = judge(response, Expectation(200, examples[0], examples), match=case.get("match", "shape"))
    found = [
        [difference.kind, difference.path, difference.severity]
        for assertion in assertions
        for difference in assertion.differences
    ]

    assert case["expected"] == found
    assert all(severity != "breaking" for *_, severity in found) == all(assertion.passed for assertion in assertions)
    assert all(
        d.location is not None and d.location.position is not None
        for assertion in assertions
        for d in assertion.breaking
    )
