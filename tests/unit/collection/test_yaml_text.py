"""Does YAML read as JavaScript's readers have it, with places, and without harm from a hostile file?"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from harness.collection.formats.yaml_text import YamlSource, parse_yaml
from harness.errors import LoadError
from harness.location import Location
from harness.source import PathParts, Source

TEXT = """\
url: "{{base}}/\\u0041\\
  x{{escaped}}"
single: 'it''s {{quoted}}'
plain: one {{two}} three
long: begins here and
  goes {{on}} below
literal: |2-
    {
      "a": "{{in block}}"
    }
folded: >
  one {{folded}}
  two
list:
- {key: '{{flow}}', value: [{{x: 1}}]}
"""


def read(text: str) -> Any:
    """Return the value of a YAML text."""
    return parse_yaml(YamlSource("x.yaml", text))[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"), ("on", "on"), ("true", True), ("True", True), ("~", None), ("", None), ("null", None),
        ("12", 12), ("-7", -7), ("012", 12), ("0o17", 15), ("0x1F", 31), ("1_000", "1_000"), ("1:30", "1:30"),
        ("1.5", 1.5), ("1e3", 1000.0), (".inf", ".inf"), ("1e999", "1e999"), ("'12'", "12"), ('"true"', "true"),
        ("2026-07-03T16:21:04.000Z", "2026-07-03T16:21:04.000Z"), ("!!str 12", "12"), ("9" * 5_000, "9" * 5_000),
        ("!!python/object/apply:os.system [ls]", ["ls"]), ("[a, {b: c}]", ["a", {"b": "c"}]),
    ],
)  # fmt: skip
def test_scalars_are_those_of_yaml_1_2(written: str, value: Any) -> None:
    """Dates, `yes` and the like are text, and a tag never makes an object."""
    found = read(f"a: {written}\n")["a"]

    assert (type(value), value) == (type(found), found)


def test_aliases_stand_for_what_they_name() -> None:
    """Anchors, aliases and merged maps read as what they stand for; keys are text."""
    text = "a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}\n1: one\nd: &k key\n*k : v\n"
    expected = {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 2}, "c": {"y": 3, "x": 1}, "1": "one", "d": "key", "key": "v"}

    assert expected == read(text)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("path", [("url",), ("single",), ("plain",), ("long",), ("literal",), ("folded",)])
def test_places_within_texts_are_found(path: PathParts, newline: str) -> None:
    """However a text is written, a placeholder in it is found where it stands."""
    source = YamlSource("x.yaml", TEXT.replace("{{x: 1}}", "x").replace("\n", newline))
    value = parse_yaml(source)[0][path[0]]
    at = value.rindex("{{")
    end = value.rindex("}}") + 2
    position = Location(source, path).within(at, end).position

    assert position is not None
    assert value[at:end] == source.text[position.offset : position.offset + position.length]


def test_places_of_keys_and_of_what_is_missing() -> None:
    """A key has a place of its own; what is missing is shown by the nearest key around it."""
    source = YamlSource("x.yaml", "a:\n  b: [1, x]\n")
    root = Location(source)
    places = [root.child("a", "b").key(), root.child("a", "b", 1), root.child("a", "c", "d"), root.child("z")]

    assert ["x.yaml:2:3", "x.yaml:2:10", "x.yaml:1:1", "x.yaml:1:1"] == [str(place) for place in places]


def test_a_key_written_twice_is_told() -> None:
    """Of equal keys the last counts, with a warning at its place."""
    value, oddities = parse_yaml(YamlSource("x.yaml", "a: 1\nb: 2\na: 3\n"))

    assert {"a": 3, "b": 2} == value
    assert [("`a` is written twice: the last one counts", "x.yaml:3:1", "warning")] == [
        (problem.summary, str(problem.location), problem.severity) for problem in oddities
    ]


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("url: {{base}}/x\n", "a key that is no text", "1:7"),
        ("a: [1\n", "not YAML: did not find expected", "2:1"),
        ("a: b: c\n", "not YAML: mapping values are not allowed", "1:5"),
        ("a: \x07\n", "not YAML: control characters are not allowed", "1:4"),
        ("a: &a [*a]\n", "the alias `*a` stands for nothing", "1:8"),
        ("a: *b\n", "the alias `*b` stands for nothing", "1:4"),
        ("a\n---\nb\n", "more than one YAML document", "2:1"),
        ("? [a]\n: b\n", "a key that is no text", "1:3"),
        ("- " * 200 + "a", "nested too deeply", "1:201"),
        ("[" * 100_000, "nested too deeply", "1:101"),
        ("{a: " * 100_000, "nested too deeply", "1:401"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_place(text: str, words: str, place: str) -> None:
    """A broken text is refused with line and column, a deeply nested one without delay."""
    with pytest.raises(LoadError, match=words.replace("*", r"\*")) as caught:
        read(text)

    assert f"x.yaml:{place}" == str(caught.value.location)


def test_a_placeholder_without_quotes_gets_a_hint() -> None:
    """The most common fault of hand-written files is told in words."""
    with pytest.raises(LoadError) as caught:
        read("method: GET\nurl: {{base}}/x\n")

    assert caught.value.hint is not None
    assert "quote" in caught.value.hint


def test_aliases_cannot_grow_without_end() -> None:
    """A few lines of aliases that stand for a billion values are refused, and take no memory."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]

    with pytest.raises(LoadError, match="more than 500,000 values"):
        read("\n".join(lines))


def calls_to_find(count: int, style: str) -> int:
    """Return how many calls it takes to find each of so many placeholders of one scalar."""
    body = "\n  ".join(f"{{{{name{number:05}}}}}" for number in range(count))
    text = f"long: {style}\n  {body}\n" if style in "|>" else f"long: {style}x\n  {body}{style}\n"
    source = YamlSource.of(Source("x.yaml", text))
    step, calls = len("{{name00000}} "), 0
    source.spots()

    def counted(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        for number in range(count):
            source.find(("long",), (number * step, number * step + step - 1))
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("style", ["|", ">", '"', "'"])
def test_finding_every_placeholder_of_a_long_text_reads_it_once(style: str) -> None:
    """Twice as many places in a text of twice the length take twice the work, however the text is written."""
    some, twice = (calls_to_find(count, style) for count in (200, 400))

    assert twice < 2.1 * some
