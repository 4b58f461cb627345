"""Are values shown short, but never cut?"""

from __future__ import annotations

from typing import Any

import pytest

from harness.checks.words import brief, either


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ("a\n“b”", '"a\\n“b”"'),
        ("x" * 2000, f'"{"x" * 2000}"'),
        ("x" * 12_345, "string of 12,345 characters"),
        ({}, "{}"),
        ({"a": [1, None]}, '{"a": [1, null]}'),
        (["x" * 300], "array with 1 element"),
        ([1] * 1_000_000, "array with 1,000,000 elements"),
        ({str(n): n for n in range(100)}, "object with 100 keys"),
        ("\udc80", '"\\udc80"'),
    ],
)
def test_brief(value: Any, expected: str) -> None:
    """Short values are JSON, long ones are described by their size."""
    assert expected == brief(value)


def test_a_deep_value_is_not_walked_to_its_end() -> None:
    """Nesting beyond any stack is only counted."""
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]

    assert "array with 1 element" == brief(value)


@pytest.mark.parametrize(("words", "expected"), [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")])
def test_either(words: list[str], expected: str) -> None:
    """Words are listed as people do."""
    assert expected == either(words)
