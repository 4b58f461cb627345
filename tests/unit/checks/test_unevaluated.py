"""Are keys that nothing speaks of found as the library finds them, and with an end?"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from harness.checks.schema.bounded import bounded

KEYS = ("a", "ab", "b", "ba")


def part(rng: random.Random, depth: int) -> Any:
    """Return a random schema of the keywords that look at keys."""
    if depth == 0:
        return rng.choice([True, False, {"type": "integer"}, {"const": 1}])
    below: dict[str, Callable[[], Any]] = {
        "properties": lambda: {key: part(rng, 0) for key in rng.sample(KEYS, 2)},
        "patternProperties": lambda: {rng.choice(["^a", "b$", "^b"]): part(rng, 0)},
        "additionalProperties": lambda: part(rng, 0),
        "unevaluatedProperties": lambda: part(rng, 0),
        "allOf": lambda: [part(rng, depth - 1) for _ in range(2)],
        "anyOf": lambda: [part(rng, depth - 1) for _ in range(2)],
        "oneOf": lambda: [part(rng, depth - 1) for _ in range(2)],
        "dependentSchemas": lambda: {"a": part(rng, depth - 1)},
        "if": lambda: part(rng, depth - 1),
        "then": lambda: part(rng, depth - 1),
        "else": lambda: part(rng, depth - 1),
        "$ref": lambda: "#/$defs/other",
    }
    return {name: below[name]() for name in rng.sample(sorted(below), 3)}


@pytest.mark.no_cover
def test_verdicts_are_those_of_the_library() -> None:
    """Over random schemas and objects, what is valid is the same with our keywords as with the library's."""
    rng = random.Random(5)
    counts = {True: 0, False: 0}
    for _ in range(3000):
        schema = {**part(rng, 2), "unevaluatedProperties": rng.choice([False, {"type": "integer"}])}
        schema["$defs"] = {"other": {"properties": {"b": True}, "patternProperties": {"^ab": {"type": "string"}}}}
        value = {key: rng.choice([1, 2, "x"]) for key in rng.sample(KEYS, rng.randint(1, 3))}
        expected = Draft202012Validator(schema).is_valid(value)
        counts[expected] += 1

        assert expected == bounded(Draft202012Validator)(schema).is_valid(value), (schema, value)
    assert min(counts.values()) > 300


@pytest.mark.parametrize("keyword", ["additionalProperties", "unevaluatedProperties"])
def test_a_hostile_pattern_cannot_hang_a_run(keyword: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many keys a hostile answer has, a pattern without an end is given up after a few of them."""
    monkeypatch.setattr("harness.checks.rules.patterns.LIMIT_S", 0.1)
    schema = {"patternProperties": {f"^(x|xx|{keyword})+$": True}, keyword: False}
    value = {"x" * 60 + f"!{number}": 1 for number in range(1000)}
    began = time.perf_counter()
    errors = list(bounded(Draft202012Validator)(schema).iter_errors(value))

    assert errors
    assert time.perf_counter() - began < 10
