"""Are samples of a type told from variables and words, and filled without touching anything else?"""

from __future__ import annotations

import json

import pytest

from harness.variables.samples import fill_json_text, find_samples, sample_json, sample_text, sample_type

TYPES = (
    *("any", "array", "binary", "boolean", "byte", "date", "date-time", "email", "integer", "null", "number"),
    *("object", "password", "string", "time", "unix-time", "uri", "urn", "uuid"),
)


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ("<string>", "string"),
        ("<integer>", "integer"),
        ("<Int>", "integer"),
        ("<int32>", "integer"),
        ("<int64>", "integer"),
        ("<long>", "integer"),
        ("<number>", "number"),
        ("<decimal>", "number"),
        ("<double>", "number"),
        ("<FLOAT>", "number"),
        ("<boolean>", "boolean"),
        ("<dateTime>", "date-time"),
        ("<date-time>", "date-time"),
        ("<Password>", "password"),
        ("<unix-time>", "unix-time"),
        ("<url>", "uri"),
        (" <uuid>\n", "uuid"),
    ],
)
def test_a_sample_has_a_canonical_type(text: str, type_name: str) -> None:
    """Each spelling of a type, padded or in any case, is known by one name."""

    assert type_name == sample_type(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<>",
        "string",
        "<account_id>",
        "<token>",
        "<Bearer Token>",
        "<<string>>",
        "<string",
        "id <integer>",
        "< string>",
    ],
)
def test_other_text_is_no_sample(text: str) -> None:
    """A variable, a plain word, or a sample within a longer text is not a sample."""

    assert sample_type(text) is None


@pytest.mark.parametrize("type_name", TYPES)
def test_each_type_has_a_sample_and_a_text(type_name: str) -> None:
    """Every type has a JSON value, and a text that says the same and is never empty."""
    value, text = sample_json(type_name), sample_text(type_name)

    assert text
    assert value == (text if isinstance(value, str) else json.loads(text))
    assert type_name == sample_type(f"<{type_name}>")


@pytest.mark.parametrize(
    ("type_name", "python_type"),
    [("integer", int), ("unix-time", int), ("number", float), ("boolean", bool), ("object", dict), ("array", list)],
)
def test_a_json_sample_is_of_its_type(type_name: str, python_type: type) -> None:
    """A sample that is not text is a JSON value of the type it stands for."""

    assert type(sample_json(type_name)) is python_type


def test_a_changed_sample_changes_no_other() -> None:
    """The object given out belongs to the caller."""
    first = sample_json("object")
    assert isinstance(first, dict)
    first["added"] = 1

    assert {} == sample_json("object")


def test_an_unknown_type_is_a_key_error() -> None:
    """A type outside the list has no sample."""

    with pytest.raises(KeyError):
        sample_json("token")
    with pytest.raises(KeyError):
        sample_text("token")


@pytest.mark.parametrize(
    ("body", "filled"),
    [
        pytest.param('{"id": "<integer>"}', '{"id": 10}', id="a string becomes a number"),
        pytest.param('["<string>","<Boolean>"]', '["string",true]', id="text and boolean"),
        pytest.param('{"id": <integer>}', '{"id": 10}', id="bare after a key"),
        pytest.param("[<integer>, <long>\n]", "[10, 10\n]", id="bare in a list"),
        pytest.param(" <object> ", " {} ", id="bare as the whole body"),
        pytest.param('"<null>"', "null", id="a string as the whole body"),
        pytest.param('{"a": "\\u003cinteger\\u003e"}', '{"a": 10}', id="escaped angles"),
        pytest.param('{"a": " <integer> "}', '{"a": 10}', id="padded"),
        pytest.param('{"q": {{id}}, "a": "<integer>",}', '{"q": {{id}}, "a": 10,}', id="not JSON otherwise"),
        pytest.param('{"a": /* why "*/ "<integer>"}', '{"a": /* why "*/ 10}', id="a quote in a comment"),
        pytest.param('{"a": <integer> // one\n}', '{"a": 10 // one\n}', id="bare before a comment"),
        pytest.param('{"\\"": "<integer>"}', '{"\\"": 10}', id="after an escaped quote"),
    ],
)
def test_samples_of_a_json_text_are_filled(body: str, filled: str) -> None:
    """A whole JSON value that is a sample becomes a JSON value of its type; every other byte stays."""

    assert filled == fill_json_text(body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"<string>": 1, "<integer>" : 2}', id="keys"),
        pytest.param('{"a": "see <integer>"}', id="part of a string"),
        pytest.param('{"a": "\\"<integer>\\""}', id="quoted inside a string"),
        pytest.param('{"a": "x, <integer>, y"}', id="list-like inside a string"),
        pytest.param('{"a": 1 // "<integer>"\n}', id="in a line comment"),
        pytest.param('{"a": 1 /* : <integer> */}', id="in a block comment"),
        pytest.param('{"a": <account_id>, "b": <<string>>}', id="variables"),
        pytest.param('{"a": <integer>7}', id="part of a bare word"),
        pytest.param('{"a": "<integer>', id="an open string"),
        pytest.param('{"a": "http://x/<integer>"}', id="a comment-like text in a string"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_sample_stays_as_it_was(body: str) -> None:
    """Keys, parts of strings, comments and variables are left alone, in broken JSON too."""

    assert body == fill_json_text(body)
    assert [] == find_samples(body)


def test_samples_are_found_with_their_quotes() -> None:
    """Each find is the span that filling replaces, and its type."""
    body = '{"a": "<dateTime>", "b": <Int>}'

    assert [("date-time", '"<dateTime>"'), ("integer", "<Int>")] == [
        (type_name, body[start:end]) for start, end, type_name in find_samples(body)
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param('"' + '\\"' * 200_000 + "\\", id="an open string of escaped quotes"),
        pytest.param("/*" * 200_000, id="open comments"),
        pytest.param(": " * 200_000, id="colons"),
        pytest.param(":" + " " * 400_000, id="white space"),
        pytest.param('"' * 400_001, id="quotes"),
        pytest.param("<" * 400_000, id="angles"),
    ],
)
def test_hostile_text_is_read_in_linear_time(hostile: str) -> None:
    """A megabyte made to send a scanner back and forth is done at once (it would not end in this life if quadratic)."""

    assert '{"a":10}' + hostile == fill_json_text('{"a":"<integer>"}' + hostile)
