"""Are JSON Schemas loaded from local files only, and is every violation told with its place?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.checks.schema.compiled import CompiledSchema
from harness.checks.schema.load import load_schema
from harness.errors import InvalidSchema
from harness.location import Location
from harness.source import Source

DRAFT_4 = "http://json-schema.org/draft-04/schema#"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
NEAREST = {"anyOf": [{"type": "string"}, {"properties": {"a": {"type": "string"}}}]}
PART = {"p": {"$id": "part", "type": "string"}}
OLD_PART = {"p": {"id": "part", "type": "string"}}
URN_PART = {"p": {"$id": "urn:example:part", "type": "string"}}
WITHIN = {"p": PART["p"] | {"$defs": {"in": {"type": "string"}}}}
ROW = {
    "p": {"$id": "sub/p", "$ref": "q"},
    "q": {"$id": "sub/q", "$ref": "r"},
    "r": {"$id": "sub/r", "type": "string"},
}


def write(folder: Path, **files: Any) -> CompiledSchema:
    """Write schema files (`main` is the one asked for) and load them."""
    for name, contents in files.items():
        text = contents if isinstance(contents, str) else json.dumps(contents, indent=1)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return load_schema(folder / "main.json", root=folder)


def problems(folder: Path, **files: Any) -> list[tuple[str, str]]:
    """Return each problem of files that do not load: what, and at which JSON path."""
    with pytest.raises(InvalidSchema) as caught:
        write(folder, **files)
    return [(p.summary, p.location.json_path if p.location else "") for p in caught.value.problems]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "object"}, [], [("$", "object", "array []")]),
        ({"type": ["string", "null"]}, 5, [("$", "string or null", "number 5")]),
        ({"type": "string"}, None, [("$", "string", "null")]),
        ({"type": "integer"}, 1.5, [("$", "integer", "number 1.5")]),
        ({"required": ["a", "b"]}, {}, [("$.a", "a required key", "missing"), ("$.b", "a required key", "missing")]),
        ({"additionalProperties": False, "properties": {"a": True}}, {"a": 1, "b": 2}, [("$", "no other keys", "`b`")]),
        ({"properties": {"a b": {"enum": ["x", 1]}}}, {"a b": "y"}, [("$['a b']", 'one of "x", 1', '"y"')]),
        ({"const": {"a": 1}}, 2, [("$", '{"a": 1}', "2")]),
        ({"items": {"minimum": 3}}, [5, 1], [("$[1]", "at least 3", "1")]),
        ({"maxItems": 1}, [1, 2], [("$", "at most 1 elements", "2")]),
        ({"minLength": 2}, "x", [("$", "at least 2 characters", '"x"')]),
        ({"pattern": "^a"}, "b", [("$", 'text matching "^a"', '"b"')]),
        ({"format": "uuid"}, "b", [("$", "format uuid", '"b"')]),
        ({"format": "date-time"}, "2024-01-01", [("$", "format date-time", '"2024-01-01"')]),
        ({"format": "email"}, "b", [("$", "format email", '"b"')]),
        ({"uniqueItems": True}, [1, 1], [("$", "no element twice", "[1, 1]")]),
        (NEAREST, {"a": 1}, [("$.a", "string", "number 1")]),
        ({"oneOf": [{"type": "number"}, {"minimum": 1}]}, 5, [("$", "exactly one of 2 forms", "5")]),
        ({"not": {"type": "null"}}, None, [("$", 'not what matches {"type": "null"}', "null")]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, [("$", '`dependentRequired` {"a": ["b"]}', '{"a": 1}')]),
        ({"properties": {"a": False}}, {"a": 1}, [("$.a", "nothing here", "1")]),
        (False, 1, [("$", "nothing here", "1")]),
        (True, 1, []),
        ({"$schema": DRAFT_4, "minimum": 3, "exclusiveMinimum": True}, 3, [("$", "more than 3", "3")]),
        ({"$schema": DRAFT_7, "items": [{"type": "string"}]}, [1], [("$[0]", "string", "number 1")]),
    ],
)  # fmt: skip
def test_violations(tmp_path: Path, schema: Any, value: Any, expected: list[tuple[str, str, str]]) -> None:
    """Every violation is told with its path, what was demanded, and what came."""
    found = write(tmp_path, main=schema).check(value)

    assert expected == [(d.path, d.expected, d.actual) for d in found]
    assert {("schema violation", "breaking")} >= {(d.kind, d.severity) for d in found}


def test_a_violation_points_at_the_demand(tmp_path: Path) -> None:
    """The location is the keyword in the file it stands in, behind references too."""
    other = {"$defs": {"id": {"type": "string"}}}
    schema = write(tmp_path, main={"properties": {"a": {"$ref": "other.json#/$defs/id"}}}, other=other)

    (difference,) = schema.check({"a": 1})

    assert difference.location is not None
    assert str(tmp_path / "other.json") == difference.location.file
    assert "$['$defs'].id.type" == difference.location.json_path
    assert ("$.a", "/a") == (difference.path, difference.pointer)


@pytest.mark.parametrize(
    "main",
    [
        {"$ref": "other.json"},
        {"$ref": "./sub/../other.json#"},
        {"$ref": "other.json#/$defs/again"},
        {"$id": "https://example.com/schemas/main.json", "$ref": "other.json"},
        {"$id": "https://example.com/a/main.json", "$ref": "https://example.com/a/part", "$defs": PART},
        {"$id": "https://example.com/a/main.json", "$ref": "part", "$defs": PART},
        {"$id": "https://example.com/a/main.json", "$ref": "/a/part", "$defs": PART},
        {"$id": "https://example.com/a/main.json", "$ref": "part#/$defs/in", "$defs": WITHIN},
        {"$id": "https://example.com/a/main.json", "$ref": "sub/q", "$defs": ROW},
        {"$id": "urn:example:main", "$ref": "urn:example:part", "$defs": URN_PART},
        {"$schema": DRAFT_7, "$id": "https://example.com/m", "allOf": [{"$ref": "part"}], "definitions": PART},
        {"$schema": DRAFT_4, "id": "https://example.com/m", "allOf": [{"$ref": "part"}], "definitions": OLD_PART},
        {"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"$ref": "other.json"}}},
        {"$ref": "#named", "$defs": {"a": {"$anchor": "named", "type": "string"}}},
    ],
)  # fmt: skip
def test_references_to_local_files(tmp_path: Path, main: Any) -> None:
    """References lead to other places of the file, and to files beside it, whatever its `$id`."""
    (tmp_path / "sub").mkdir()
    other = {"$ref": "third.json", "$defs": {"again": {"$ref": "#"}}}

    schema = write(tmp_path, main=main, other=other, third={"type": "string"})

    assert [] == schema.check("x")
    assert ["string"] == [difference.expected for difference in schema.check(1)]


def test_files_with_ids_refer_to_files_beside_them(tmp_path: Path) -> None:
    """A file that gives itself a URI of its own still means the file beside it, from whichever side it is reached."""
    schema = write(
        tmp_path,
        main={"$id": "https://example.com/main", "properties": {"a": {"$ref": "other.json"}}},
        other={"$id": "https://example.net/x/y", "$ref": "third.json", "$defs": {"no": {"const": "x"}}},
        third={"$id": "third", "type": "string", "not": {"$ref": "other.json#/$defs/no"}},
    )

    assert [["string"], []] == [[d.expected for d in schema.check({"a": value})] for value in (1, "y")]


def test_a_bundle_is_whole_from_every_side(tmp_path: Path) -> None:
    """What is bundled in a file by its `$id` is found from another file as well, which names the file or a part."""
    bundle = {"$id": "https://example.com/b", "$ref": "part", "$defs": {**PART, "again": {"$ref": "part"}}}
    ways = ["bundle.json", "bundle.json#/$defs/again", "bundle.json#/$defs/p"]
    for way in ways:
        schema = write(tmp_path, main={"$id": "https://example.net/main", "$ref": way}, bundle=bundle)

        assert [["string"], []] == [[each.expected for each in schema.check(value)] for value in (1, "x")], way


@pytest.mark.no_cover
def test_an_endless_row_of_uris_ends(tmp_path: Path) -> None:
    """A relative `$id` that makes a new URI of the same file each time it is followed is a problem, not a hang."""
    main = {"$defs": {"a": {"$id": "b/", "$ref": "main.json"}}}

    assert [("more than 1,000 schema files are referred to", "$")] == problems(tmp_path, main=main)


def test_circles_of_references_are_fine(tmp_path: Path) -> None:
    """Files may refer to each other; values are followed as deep as they go."""
    schema = write(
        tmp_path,
        main={"properties": {"next": {"$ref": "other.json"}, "id": {"type": "integer"}}},
        other={"$ref": "main.json"},
    )

    assert ["$.next.next.id"] == [d.path for d in schema.check({"next": {"next": {"id": "x"}}})]


def test_a_value_too_deep_is_a_violation(tmp_path: Path) -> None:
    """A hostile value that exhausts the stack is told, not raised."""
    schema = write(tmp_path, main={"items": {"$ref": "#"}, "type": "array"})
    value: Any = []
    for _ in range(5000):
        value = [value]

    assert ["nested too deep"] == [difference.actual for difference in schema.check(value)]


def test_remote_references_are_refused(tmp_path: Path) -> None:
    """Nothing is fetched: a reference to another machine does not load."""
    main = {"properties": {"a": {"$ref": "https://example.invalid/x.json"}, "b": {"$ref": "file:///etc/passwd"}}}

    assert {"$.properties.a['$ref']", "$.properties.b['$ref']"} == {path for _, path in problems(tmp_path, main=main)}


@pytest.mark.parametrize("target", ["../secret.json", "%2e%2e/secret.json", "link.json", "..//secret.json"])
def test_files_outside_of_the_root_are_refused(tmp_path: Path, target: str) -> None:
    """A reference leads neither above the root nor through a link out of it."""
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.json").write_text("true")
    (root / "link.json").symlink_to(tmp_path / "secret.json")

    ((summary, path),) = problems(root, main={"$ref": target})

    assert "outside" in summary
    assert "$['$ref']" == path


def test_a_reference_to_the_metaschema_is_known(tmp_path: Path) -> None:
    """The drafts' own schemas come with the library."""
    schema = write(tmp_path, main={"$ref": "https://json-schema.org/draft/2020-12/schema"})

    assert ["$.type"] == [difference.path for difference in schema.check({"type": "x"})]


@pytest.mark.parametrize(
    ("target", "word"), [("missing.json", "cannot be read"), ("#/$defs/x", "leads nowhere"), ("#x", "leads nowhere")]
)
def test_references_that_lead_nowhere(tmp_path: Path, target: str, word: str) -> None:
    """A missing file, pointer or anchor is found when the schema is loaded."""
    ((summary, path),) = problems(tmp_path, main={"items": {"$ref": target}})

    assert word in summary
    assert "$.items['$ref']" == path


def test_every_problem_is_told(tmp_path: Path) -> None:
    """A schema with three faults reports three, each at its place."""
    main = {"type": "text", "properties": {"a": {"minLength": "x"}, "b": {"pattern": "("}}}

    found = problems(tmp_path, main=main)

    assert {"$.type", "$.properties.a.minLength", "$.properties.b.pattern"} == {path for _, path in found}


def test_values_that_look_like_references_are_none(tmp_path: Path) -> None:
    """`const`, `enum` and `default` hold values; a property may be called as a keyword."""
    main = {"default": {"$ref": "x"}, "enum": [{"$ref": "y"}], "properties": {"const": {"type": "string"}}}

    assert [] == write(tmp_path, main=main).check({"$ref": "y"})


def test_a_file_that_is_not_json(tmp_path: Path) -> None:
    """The line and column of the fault are told."""
    with pytest.raises(InvalidSchema) as caught:
        write(tmp_path, main='{\n  "type": }')

    position = caught.value.location.position if caught.value.location else None
    assert position is not None
    assert (2, 11) == (position.line, position.column)


@pytest.mark.parametrize(
    "text", ["[]", "5", '{"$schema": "https://example.com/mine"}', '{"$schema": 5}', "[" * 100_000]
)
def test_what_is_no_schema(tmp_path: Path, text: str) -> None:
    """JSON that is no schema, of an unknown draft, or nested without end is refused."""
    assert 1 == len(problems(tmp_path, main=text))


@pytest.mark.parametrize("depth", [100, 300, 900])
def test_a_deep_schema_raises_nothing_else(tmp_path: Path, depth: int) -> None:
    """A schema nested deeper than can be followed is refused as any other that is wrong."""
    text = '{"not":' * depth + "true" + "}" * depth

    try:
        assert len(write(tmp_path, main=text).check(1)) <= 1
    except InvalidSchema as error:
        assert "nested too deep" in error.summary or "recursion" in error.summary  # noqa: PT017


def test_an_id_of_the_user_is_no_base(tmp_path: Path) -> None:
    """Only draft 4 calls it `id`; elsewhere that is a word like any other."""
    main = {"allOf": [{"id": "https://example.com/x/", "$ref": "other.json"}]}

    assert [] == write(tmp_path, main=main, other={"type": "string"}).check("x")


@pytest.mark.parametrize("target", ["%00", "a%00b.json", "http://[", "//x/y.json", "?x", "x/../../../../../etc/passwd"])
def test_hostile_references_are_problems(tmp_path: Path, target: str) -> None:
    """Whatever stands in a reference, it is a problem of that place."""
    found = problems(tmp_path, main={"items": {"$ref": target}})

    assert {"$.items['$ref']"} == {path for _, path in found}


def test_a_missing_schema_points_at_who_asked(tmp_path: Path) -> None:
    """The place of the rule is to blame for a file that is not there."""
    place = Location(Source("x.harness.toml", ""), offset=0)

    with pytest.raises(InvalidSchema) as caught:
        load_schema(tmp_path / "none.json", root=tmp_path, location=place)

    assert place == caught.value.location


def test_many_violations_are_bounded(tmp_path: Path) -> None:
    """Two hundred violations are told one by one."""
    found = write(tmp_path, main={"items": {"type": "string"}}).check([1] * 1000)

    assert (201, "more differences") == (len(found), found[-1].kind)


def test_a_pattern_that_never_ends_is_given_up(tmp_path: Path) -> None:
    """A pattern of exponential time, as a `pattern` or over keys, costs a second and no more."""
    schema = {"properties": {"a": {"pattern": "^(a|a)*$"}}, "patternProperties": {"^(x|x)*$": {"type": "string"}}}
    (tmp_path / "s.json").write_text(json.dumps(schema), "utf-8")
    checked = load_schema(tmp_path / "s.json", root=tmp_path)

    assert checked.check({"a": "aaa", "xx": "fine"}) == []
    assert len(checked.check({"a": "aab", "xx": 1})) == 2
    assert checked.check({"a": "a" * 60 + "!"})
    assert checked.check({"x" * 60 + "!": 1})
