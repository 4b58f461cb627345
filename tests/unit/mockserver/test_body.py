"""Is the agreement of two bodies the greater, the more they have in common?"""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from harness.collection.model import Body, FormParam
from harness.location import Location
from harness.mockserver.body import IncomingBody, parse_json, read_body
from harness.source import Source

PLACE = Location(Source("x.json", "{}"))


def raw(text: str) -> Body:
    """Return a saved body of mode raw."""
    return Body(PLACE, mode="raw", raw=text)


def agreement(saved: Body | None, given: Any, content_type: str = "") -> float:
    """Return how well `given` (bytes, or a value to be sent as JSON) agrees with what was saved."""
    content = given if isinstance(given, bytes) else json.dumps(given).encode()
    return read_body(saved).agreement(IncomingBody(content, content_type))


SAVED = '{"action": "play", "member": 7, "loop": true, "urls": ["a", "b"]}'
BEST_FIRST = [
    {"action": "play", "member": 7, "loop": True, "urls": ["a", "b"]},
    {"action": "play", "member": 8, "loop": True, "urls": ["a", "b"]},
    {"action": "play", "member": "7", "loop": True, "urls": ["a", "b"]},
    {"action": "stop", "member": 7, "loop": True, "urls": ["a", "b"]},
    {"member": 7},
    {"other": 1},
]


@pytest.mark.parametrize(("better", "worse"), list(itertools.pairwise(BEST_FIRST)))
def test_more_in_common_agrees_better(better: Any, worse: Any) -> None:
    """Another value costs less than another type, a number less than a word of a vocabulary, a key less than all."""
    assert agreement(raw(SAVED), better) > agreement(raw(SAVED), worse)


def test_bounds() -> None:
    """Equal bodies agree in full, those without a common key not at all."""
    assert agreement(raw(SAVED), json.loads(SAVED)) == 1
    assert agreement(raw(SAVED), {"other": 1}) == 0


def test_an_added_key_costs_something() -> None:
    """A body that says more than the saved one agrees less."""
    assert 0 < agreement(raw('{"a": 1}'), {"a": 1, "b": 2}) < 1


@pytest.mark.parametrize(
    "saved",
    ['{"a": "{{x}}"}', '{"a": {{x}}}', '{"a": "<integer>"}', '{"a": "{x}"}', '{"a": 7} // why', '{"a": 7.0}'],
)
def test_placeholders_comments_and_numbers(saved: str) -> None:
    """Placeholders match any value, comments are none of the body, and integer and float are one type."""
    assert agreement(raw(saved), {"a": 7}) == 1


@pytest.mark.parametrize(("saved", "given"), [("true", 1), ("null", 0), ('"1"', 1), ("[]", {})])
def test_types_are_told_apart(saved: str, given: Any) -> None:
    """Values that Python might call equal, or alike, differ when their JSON types do."""
    assert agreement(raw(saved), given) == 0


def test_without_a_saved_body() -> None:
    """Nothing agrees with nothing in full; with something it is neither for nor against."""
    assert agreement(None, b"") == 1
    assert agreement(raw(" "), {"a": 1}) == 0.5
    assert agreement(Body(PLACE, mode="file", src="x.bin"), b"bytes") == 0.5


def test_a_disabled_field_is_not_asked_for() -> None:
    """Only the enabled fields of a form count."""
    params = (FormParam("a", "1", PLACE), FormParam("b", "2", PLACE, disabled=True))
    form = Body(PLACE, mode="urlencoded", params=params)

    assert agreement(form, b"a=1", "application/x-www-form-urlencoded; charset=utf-8") == 1


def test_repeated_fields_are_compared_one_by_one() -> None:
    """The second of two equal keys is compared with the second."""
    form = Body(PLACE, mode="urlencoded", params=(FormParam("a", "1", PLACE), FormParam("a", "2", PLACE)))
    kind = "application/x-www-form-urlencoded"

    assert agreement(form, b"a=1&a=2", kind) == 1
    assert agreement(form, b"a=2&a=1", kind) < 1


def test_a_huge_body_is_not_taken_apart() -> None:
    """Over 5 MB a body is served, but not compared."""
    assert agreement(raw("[1]"), b"[1]" + b" " * 5_000_000) == 0


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": ' * 50_000, "9" * 5_000, "{", '"\\"' * 100_000, "{{" * 50_000])
def test_hostile_json_is_no_json(text: str) -> None:
    """Depth, length and missing ends are all plain `ValueError`s."""
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)
