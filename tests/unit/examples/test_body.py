"""Does a live body take the layout of the saved one, and lose nothing of it that did not change?"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.checks.body.contract import parse_example
from harness.examples.body import new_body

CORPUS = os.environ.get("HARNESS_CORPUS")

CASES = {
    "a value": ('{\n  "a": 1\n}', {"a": "x"}, '{\n  "a": "x"\n}'),
    "order and layout stay": ('{"b": 1,\n   "a":[1, 2] }', {"a": [1, 3], "b": 1}, '{"b": 1,\n   "a":[1, 3] }'),
    "a new key is last": ('{\n\t"a": 1\n}', {"n": {"x": []}, "a": 1}, '{\n\t"a": 1,\n\t"n": {\n\t\t"x": []\n\t}\n}'),
    "keys that go": ('{\n "a": 1,\n "b": 2,\n "c": 3,\n "d": 4\n}', {"c": 3}, '{\n "c": 3\n}'),
    "renamed": ('{\n "a": 1,\n "b": 2\n}', {"b": 2, "c": 1}, '{\n "b": 2,\n "c": 1\n}'),
    "elements that go": ("[\n  1,\n  2,\n  3\n]", [1], "[\n  1\n]"),
    "elements that come": ("[1, 2]", [1, 2, 3, 4], "[1, 2, 3, 4]"),
    "emptied and filled": ('{"a": [1], "b": []}', {"a": [], "b": [1]}, '{"a": [], "b": [1]}'),
    "comments": (
        '{\n  "a": 1, // one\n  /* two */ "b": 2\n}',
        {"a": 5, "b": 2},
        '{\n  "a": 5, // one\n  /* two */ "b": 2\n}',
    ),
    "a comma too many": ('{"a": 1,}', {"a": 2}, '{"a": 2,}'),
    "line ends": ('{\r\n  "a": 1\r\n}', {"a": 1, "b": 2}, '{\r\n  "a": 1,\r\n  "b": 2\r\n}'),
    "a variable stays": ('{"a": "{{x}}", "b": 1}', {"a": "live", "b": 2}, '{"a": "{{x}}", "b": 2}'),
    "one without quotes, too": ('{"a": {{x}}, "b": 1}', {"a": 7, "b": 2}, '{"a": {{x}}, "b": 2}'),
    "a variable of another type": ('{"a": "{{x}}"}', {"a": 7}, '{"a": 7}'),
    "a sample stays": ('{"a": "<integer>", "b": 1}', {"a": 7, "b": 2}, '{"a": "<integer>", "b": 2}'),
    "a sample of another type": ('{"a": "<integer>"}', {"a": "x"}, '{"a": "x"}'),
    "escapes": (r'{"a": "\u00e9", "b": "1"}', {"a": "é", "b": "ü"}, r'{"a": "\u00e9", "b": "\u00fc"}'),
    "slashes": (r'{"a": "x\/y"}', {"a": "x/z"}, r'{"a": "x\/z"}'),
    "another kind of value": ('{\n    "a": 1\n}', [1], "[\n    1\n]"),
    "in one line": ("not JSON", {"a": [1, 2]}, '{"a":[1,2]}'),
    "a page that reads like a placeholder": ("<html>", {"a": 1}, '{"a":1}'),
    "nothing before": ("", {"a": [1]}, '{\n  "a": [\n    1\n  ]\n}'),
}


@pytest.mark.parametrize(("saved", "live", "expected"), CASES.values(), ids=CASES)
def test_layout(saved: str, live: Any, expected: str) -> None:
    """What is the same keeps its characters; what is new looks as if it had always stood there."""
    assert new_body(saved, json.dumps(live)) == expected


def test_what_is_no_json() -> None:
    """It is saved as it came, as is what nobody can read."""
    deep = "[" * 900 + "]" * 900
    assert new_body('{"a": 1}', deep) == deep
    assert new_body('{"a": 1}', "<a>\r\n</a>") == "<a>\r\n</a>"


def _bodies() -> Iterator[tuple[str, str]]:
    for path in sorted(Path(CORPUS or "").glob("*.json")):
        try:
            collection = harness.load(path)
        except harness.HarnessError:
            continue
        yield from ((item.node_id, each.body) for item in collection.walk() for each in item.examples if each.body)


@pytest.mark.skipif(CORPUS is None, reason="HARNESS_CORPUS names the folder of real collections")
def test_real_bodies() -> None:
    """Of every real JSON body: the same answer changes no character, another one comes out as it is."""
    count = 0
    for name, saved in _bodies():
        parsed = parse_example(saved)
        if parsed is None or "{{" in saved or "<" in saved:
            continue
        count += 1
        assert new_body(saved, json.dumps(parsed.value)) == saved, name
        changed = _changed(copy.deepcopy(parsed.value))
        written = parse_example(new_body(saved, json.dumps(changed)))
        assert written is not None, name
        assert written.value == changed, name
    assert count > 700


def _changed(value: Any) -> Any:
    """Return the value with something of everything done to it: gone, renamed, nested, longer, shorter."""
    if isinstance(value, dict):
        keys = list(value)
        changed = {key: _changed(value[key]) for key in reversed(keys[1:])}
        return {**changed, "renamed": value[keys[0]]} if keys else {"new": [1, {"x": None}]}
    if isinstance(value, list):
        return [*map(_changed, value[:-1]), *([{"more": "é/\n"}] * (len(value) % 3))]
    return [value] if isinstance(value, str) and len(value) % 7 == 0 else value
