"""Are places in JSON texts found to the character?"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from harness.source import Position, Source


def at(text: str, *path: str | int, span: tuple[int, int] | None = None, key: bool = False) -> tuple[int, int, str]:
    """Return line, column and the characters covered at a path of a text."""
    position = Source("x.json", text).find(path, span, key=key)
    assert position is not None
    return position.line, position.column, text[position.offset : position.offset + position.length]


TEXT = '{\n  "a": {"b": [10, "x", {"c": true}]},\r\n\t"d e": null\n}\n'


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("a", "b", 0), (2, 15, "10")),
        (("a", "b", 1), (2, 19, '"x"')),
        (("a", "b", 2, "c"), (2, 30, "true")),
        (("a", "b"), (2, 14, '[10, "x", {"c": true}]')),
        (("d e",), (3, 9, "null")),
    ],
)
def test_values(path: tuple[str | int, ...], expected: tuple[int, int, str]) -> None:
    """A value is found by its path; tabs count as one column and carriage returns belong to their line."""
    assert expected == at(TEXT, *path)


def test_keys() -> None:
    """With `key` the key is found, quotes included; an array element has none and stands for itself."""
    assert (3, 2, '"d e"') == at(TEXT, "d e", key=True)
    assert (2, 15, "10") == at(TEXT, "a", "b", 0, key=True)


def test_a_value_of_several_lines_is_covered_to_the_end_of_its_first() -> None:
    """What is covered never goes beyond the line, nor onto its carriage return."""
    assert (1, 1, "{") == at(TEXT)
    assert (1, 6, "[1,") == at('{"a":[1,\r\n2]}', "a")


@pytest.mark.parametrize(
    ("written", "span", "expected"),
    [
        ('"abc"', (1, 2), (2, "b")),
        ('"abc"', (0, 3), (1, "abc")),
        (r'"a\"b\\c"', (1, 2), (2, r"\"")),
        (r'"a\"b\\c"', (4, 5), (7, "c")),
        (r'"\u00e9\ud83d\ude00x"', (1, 2), (7, r"\ud83d\ude00")),
        (r'"\u00E9\uD83D\uDE00x"', (2, 3), (19, "x")),
        (r'"\ud83dx"', (1, 2), (7, "x")),
        (r'"\ud83d\u0041x"', (1, 2), (7, r"\u0041")),
        ('"é😀x"', (2, 3), (3, "x")),
        ('"é😀x"', (1, 2), (2, "😀")),
        (r'"a\nb\tc"', (3, 4), (5, r"\t")),
        ('"abc"', (2, 99), (3, "c")),
        ('"abc"', (50, 99), (4, '"')),
        ('""', (0, 0), (1, '"')),
    ],
)
def test_characters_of_a_string(written: str, span: tuple[int, int], expected: tuple[int, str]) -> None:
    """Characters of the decoded value are found as they are written, escapes and surrogate pairs as one."""
    line, column, covered = at(f'{{"k": {written}}}', "k", span=span)

    assert (1, expected[0] + len('{"k": ') + 1, expected[1]) == (line, column, covered)


def test_a_span_of_a_value_that_is_no_string_is_the_whole_value() -> None:
    """Only strings have characters."""
    assert (1, 7, "1234") == at('{"k": 1234}', "k", span=(1, 2))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("a", "x"), (2, 3, '"a"')),
        (("a", "b", 7), (2, 9, '"b"')),
        (("a", "b", 2, "x", "y"), (2, 24, '{"c": true}')),
        (("a", "b", 0, "x"), (2, 15, "10")),
        (("x", "y"), (1, 1, "{")),
        ((0,), (1, 1, "{")),
    ],
)
def test_what_is_missing_is_shown_by_what_lacks_it(path: tuple[str | int, ...], expected: tuple[int, int, str]) -> None:
    """Of a path whose end is missing, the deepest part there is is found: by its key if it has one."""
    assert expected == at(TEXT, *path)
    assert expected == at(TEXT, *path, span=(0, 1))


def test_the_last_of_equal_keys_counts() -> None:
    """As for every JSON reader, a later member replaces an earlier one of the same name."""
    assert (1, 15, "2") == at('{"a": 1, "a": 2}', "a")
    assert (1, 10, r'"\u0061"') == at(r'{"a": 1, "\u0061": 2}', "a", key=True)


@pytest.mark.parametrize(
    "text",
    ["", " ", "nope", "{", '{"a"', '{"a":', '{"a": [1, 2', "{1: 2}", '{["a"]: 2}', '{"a": ' + "[" * 100_000],
    ids=["empty", "blank", "word", "open", "key", "colon", "array", "number key", "array key", "deep"],
)
def test_text_that_is_not_json_has_no_places(text: str) -> None:
    """A broken text gives no place, and no exception either."""
    assert Source("x", text).find(("a", 2, "b")) is None


def test_a_number_too_long_for_python_gives_no_place() -> None:
    """A number beyond Python's limit of digits cannot be stepped over."""
    assert Source("x", f'{{"n": {"1" * 5_000}, "a": 1}}').find(("a",)) is None


def test_every_value_of_a_large_file_of_one_line() -> None:
    """Lines and columns are right on both sides of every block in which lines are counted."""
    document = {"items": [{"id": number, "text": "x" * 50} for number in range(4_000)]}
    one_line, many_lines = json.dumps(document), json.dumps(document, indent=1)
    single, several = Source("one", one_line), Source("many", many_lines)
    lines = many_lines.split("\n")

    for number in range(0, 4_000, 37):
        first, second = single.find(("items", number, "id")), several.find(("items", number, "id"))
        assert first is not None
        assert second is not None
        assert (1, str(number)) == (first.line, one_line[first.offset : first.offset + first.length])
        assert f'"id": {number},' == lines[second.line - 1].strip()
        start, end = several.line_bounds(second.offset)
        assert lines[second.line - 1] == many_lines[start:end]


def test_values_however_deep_they_are() -> None:
    """A value ten thousand levels down is found, which no decoder could read."""
    text = '{"a":[' * 5_000 + "7" + "]}" * 5_000

    assert (1, 30_001, "7") == at(text, *("a", 0) * 5_000)


def test_characters_of_a_long_string() -> None:
    """Each character is found behind any number of escapes, in any order of asking."""
    value = 'é"\\\n😀x' * 5_000
    text = json.dumps({"k": value})
    source = Source("x", text)
    for index in (29_999, 0, 17, 20_003, 5):
        position = source.find(("k",), (index, index + 1))
        assert position is not None
        assert json.loads(f'"{text[position.offset : position.offset + position.length]}"') == value[index]


@pytest.mark.parametrize("text", ['{"a": [1}', '{"a": [1, 2]]', '{"a": "x', '{"a": ["\\"}]'])
def test_brackets_that_do_not_fit(text: str) -> None:
    """What is never closed gives no place, and no exception."""
    assert Source("x", text).find(("a", 5)) is None


def test_a_position_holds_no_text() -> None:
    """A line kept for each place would be a copy of the file for each place, where it is one line."""
    position = Source("x", TEXT).offset_at(9)

    assert {int} == {type(getattr(position, each.name)) for each in dataclasses.fields(position)}


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [
        (0, 1, Position(1, 1, 0, 1)),
        (1, 99, Position(1, 2, 1, 1)),
        (2, 1, Position(1, 3, 2, 1)),
        (4, 2, Position(2, 1, 4, 2)),
        (6, 1, Position(2, 3, 6, 1)),
        (99, 5, Position(2, 3, 6, 1)),
        (-3, 1, Position(1, 1, 0, 1)),
    ],
)
def test_offsets(offset: int, length: int, expected: Position) -> None:
    """An offset is clipped to the text, and what it covers to its line."""
    assert expected == Source("x", "ab\r\ncd").offset_at(offset, length)


def test_the_start_of_an_empty_text() -> None:
    """Even an empty text has a first line."""
    assert Position(1, 1, 0, 1) == Source("x", "").offset_at(0)


def test_looking_things_up_does_not_change_a_source() -> None:
    """What a source remembers is no part of its value."""
    used, fresh = Source("x", TEXT), Source("x", TEXT)
    used.find(("a", "b"))

    assert used == fresh
    assert hash(used) == hash(fresh)
    assert repr(used) == repr(fresh)


def test_every_value_and_key_of_a_document() -> None:
    """Reading the text again at the place found for any path gives the value at that path."""
    document = {"a": [1, {"b": 'é\n"', "c": [[], {}, None]}], "ü": {"": -1.5e3, "d": [True, [False]]}}
    for indent in (None, 2):
        text = json.dumps(document, indent=indent)
        for path, value in values(document):
            position = Source("x", text).find(path)
            assert position is not None
            assert value == json.JSONDecoder().raw_decode(text, position.offset)[0]


def values(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    """Return every value of a JSON document with its path."""
    found = [(path, value)]
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        found += values(inner, (*path, key))
    return found
