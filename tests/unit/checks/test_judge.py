"""Is each answer held to its status, media type, body and schemas, and to nothing else?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.checks.assertion import Assertion
from harness.checks.expectation import Expectation
from harness.checks.judge import judge
from harness.checks.schema.compiled import BoundSchema
from harness.checks.schema.load import load_schema
from harness.collection.model import Example, Param
from harness.location import Location
from harness.source import Source
from harness.transport.exchange import Response

OK = '{"api_id": "faad0293-f5f0-487e-8ff7-b45ba6c45b25", "error": ""}'


def make_example(
    body: str | None = OK,
    *,
    code: int | None = 200,
    content_type: str | None = "application/json",
    name: str = "Done",
    preview: str | None = None,
) -> Example:
    """Return an example that stands in a file of its own."""
    header = [] if content_type is None else [{"key": "Content-Type", "value": content_type}]
    location = Location(Source("x.json", json.dumps({"name": name, "code": code, "header": header, "body": body})))
    headers = tuple(Param(each["key"], each["value"], location.child("header", 0)) for each in header)
    return Example(name, code, None, headers, body, None, location, preview)


def make_response(body: str | bytes = OK, status: int = 200, content_type: str | None = "application/json") -> Response:
    """Return a live answer."""
    headers = () if content_type is None else (("Content-Type", content_type),)
    return Response(status, "", headers, body if isinstance(body, bytes) else body.encode())


def against(response: Response, *examples: Example, **options: Any) -> tuple[Assertion, ...]:
    """Judge `response` by `examples`, the first of which is the one expected."""
    return judge(response, Expectation(examples[0].code, examples[0], examples), **options)


def failed(assertions: tuple[Assertion, ...]) -> list[str]:
    """Return the kinds of the assertions that did not hold."""
    return [assertion.kind for assertion in assertions if not assertion.passed]


def test_a_right_answer_passes_all() -> None:
    """Status, media type and body are each one assertion, in that order."""
    assertions = against(make_response(), make_example())

    assert ["status is 200", "media type is JSON", "body matches example “Done”"] == [a.name for a in assertions]
    assert [] == failed(assertions)


def test_a_wrong_status_is_told_alone() -> None:
    """Neither the body nor the media type of another status is judged."""
    example = make_example()

    (assertion,) = against(make_response("<html>", 500, "text/html"), example)

    assert (False, "status", "200", "500", "Done") == (
        assertion.passed,
        assertion.kind,
        assertion.expected,
        assertion.actual,
        assertion.example,
    )


def test_nothing_expected_is_no_assertion() -> None:
    """Without status, example and schema nothing is claimed, whatever the answer."""
    assert () == judge(make_response(status=500), Expectation())


def test_status_mode_looks_at_the_status_only() -> None:
    """With `match="status"` a changed body passes."""
    assert ["status is 200"] == [a.name for a in against(make_response("{}"), make_example(), match="status")]


def test_an_error_status_never_passes_for_a_body_that_fits() -> None:
    """An example without code fixes no status, and yet an answer of 404 with the same body fails."""
    example = make_example('{"error": "x"}', code=None)

    assert [] == failed(against(make_response('{"error": "y"}'), example))
    assert ["status"] == failed(against(make_response('{"error": "y"}', 404), example))


def test_a_breaking_difference_points_at_the_key() -> None:
    """The assertion names expectation and answer, and its location is the key in the example's body."""
    (assertion,) = [a for a in against(make_response('{"api_id": 5}'), make_example()) if not a.passed]

    assert ("string (uuid)", "number 5") == (assertion.expected, assertion.actual)
    assert assertion.location is not None
    assert ("body", (1, 9)) == (assertion.location.path[-1], assertion.location.span)
    assert ["/api_id", "/error"] == [difference.pointer for difference in assertion.breaking]


def test_a_difference_names_the_example_that_shows_the_place() -> None:
    """Of several examples the first that has the key is named."""
    first, second = make_example('{"a": 1}', name="one"), make_example('{"a": 1, "b": 1}', name="two")

    assertions = against(make_response('{"a": 1, "b": "x"}'), first, second)

    assert [("$.b", "two")] == [(d.path, d.example) for a in assertions for d in a.differences]


@pytest.mark.parametrize(
    ("saved", "body", "live", "live_body", "expected"),
    [
        ("application/json", "{}", "application/problem+json; charset=utf-8", "{}", []),
        ("application/json", "{}", "text/plain", "{}", []),
        ("application/json", "{}", "text/html", "[]", ["body"]),
        ("application/json", "5", "text/plain", "6", []),
        ("application/json", "{}", "application/javascript", "{}", []),
        ("application/json", "{}", None, "{}", []),
        ("application/json", "{}", None, "oops", ["body"]),
        ("application/json", "{}", "text/html", "<html></html>", ["media type"]),
        ("application/json", "{}", "text/plain", "oops", ["media type"]),
        ("application/json", "{}", "application/json", "oops", ["body"]),
        ("application/json", "{}", "application/xml", "<a/>", ["media type"]),
        ("application/json", "{}", "application/vnd.unknown", "{}", []),
        ("text/plain", "{}", "application/json", "{}", []),
        ("text/plain", "{}", "application/json", '{"a": 1}', []),
        ("text/plain", '{"a": 1}', "application/json", "{}", ["body"]),
        ("text/plain", "fine", "application/json", '"fine"', ["media type"]),
        ("text/plain", "12", "text/plain", "abc", []),
        ("text/plain", "fine", "text/csv", "a,b", []),
        (None, "{}", "text/javascript", "{}", []),
        (None, "<html></html>", "text/html", "<!doctype html>", []),
        (None, "<html></html>", "application/json", "{}", ["media type"]),
        (None, "<binary>", "image/png", "x", []),
        (None, "fine", "text/plain", "good", []),
        ("application/xml", "<a/>", "text/xml", "<a></a>", []),
        ("application/xml", "<a/>", "text/xml", "<b/>", ["body"]),
        ("application/xml", "<a/>", "application/soap+xml", "<b>", ["body"]),
        ("application/xml", "<a/>", "application/json", "{}", ["media type"]),
        ("image/png", "x", "image/jpeg", "y", []),
        ("image/png", "x", "text/html", "<html>", ["media type"]),
        ("text/plain", "fine", "text/plain", "", ["body"]),
        ("application/json", "{}", None, "", ["body"]),
        ("application/json", "", "text/html", "<html>", ["media type"]),
        ("application/json", None, "application/json", "{}", []),
        ("text/html", "", "application/json", "{}", []),
        ("application/json", "", None, "", []),
    ],
)
def test_media_families(
    saved: str | None, body: str | None, live: str | None, live_body: str, expected: list[str]
) -> None:
    """Only across families is a media type wrong, and a body that says what it is outweighs a vague header."""
    assertions = against(make_response(live_body, content_type=live), make_example(body, content_type=saved))

    assert expected == failed(assertions)


@pytest.mark.parametrize(
    ("content_type", "saved", "live", "expected"),
    [
        ("text/plain", "a\r\nb", "a\nb\n", []),
        ("text/plain", "a", "b", ["body"]),
        ("application/xml", "<a/>", "<a/>", []),
        ("application/xml", "<a/>", "<b/>", ["body"]),
        ("image/png", "abc", "abc", []),
        ("image/png", "abc", "abd", ["body"]),
    ],
)
def test_exact_text(content_type: str, saved: str, live: str, expected: list[str]) -> None:
    """In exact mode texts are equal but for their line ends, binary bodies byte for byte."""
    example = make_example(saved, content_type=content_type)

    assert expected == failed(against(make_response(live, content_type=content_type), example, match="exact"))


def test_examples_of_another_family_do_not_count() -> None:
    """Where a status has a JSON and an XML example, the answer is held to those of its own kind."""
    xml = make_example("<a/>", content_type="application/xml")

    assert [] == failed(against(make_response(), xml, make_example()))
    assert ["body"] == failed(against(make_response("{}"), xml, make_example()))


def test_an_example_that_does_not_tell_its_family_excuses_nothing() -> None:
    """A JSON answer is held to the JSON example, though another of the same status could be anything."""
    anything = make_example("<binary>", content_type=None)

    assert ["body"] == failed(against(make_response("{}"), anything, make_example()))


def test_a_status_without_content_asks_for_none() -> None:
    """An expectation without contract judges the status only, whatever the body."""
    assert [] == failed(judge(make_response(status=204), Expectation(204, make_example(code=204))))


def test_a_broken_example_claims_its_media_type_only() -> None:
    """An example that was saved half still asks for JSON, but for no keys."""
    example = make_example('{"a": 1, "b', preview="json")

    assert [] == failed(against(make_response("{}"), example))
    assert ["body"] == failed(against(make_response("oops"), example))


BROKEN = '{"id": <id>, "of": {{it}}, }'
LINES = '{"id": 0}\n{"id": 1}\n'


@pytest.mark.parametrize(
    ("saved", "live", "expected"),
    [
        pytest.param('{"id": 1, ...}', '{"id": 1, ...}\r\n', ["note"], id="the same"),
        pytest.param(BROKEN, BROKEN.replace("{{it}}", '"what"'), ["note"], id="the same but for a variable"),
        pytest.param('{"id": 1, ...}', '{"id": 2, ...}', ["breaking"], id="another"),
        pytest.param(BROKEN, BROKEN[:9], ["breaking"], id="cut off"),
        pytest.param('{"id": 1}', '{"id": 1', ["breaking"], id="an example that is fine"),
        pytest.param(LINES, '{"id": 5}\n{"id": 6}\n{"id": 7}', ["note"], id="lines"),
        pytest.param(LINES, '{"id": 5}', ["note"], id="one line"),
        pytest.param(LINES, '{"id": 5}\n{"id": "6"}', ["breaking", "note"], id="a line of another shape"),
    ],
)
def test_examples_that_claim_to_be_json(saved: str, live: str, expected: list[str]) -> None:
    """The very text of an example that cannot be read passes with a note; lines of JSON are compared line by line."""
    found = against(make_response(live), make_example(saved))
    severities = [each.severity for assertion in found for each in assertion.differences]

    assert expected == severities
    assert ("breaking" in expected) == bool(failed(found))


@pytest.mark.parametrize(("saved", "live"), [(LINES, '{\n"id": 5\n}'), ('{"id": 5}', LINES)])
def test_lines_of_json_are_no_json_value(saved: str, live: str) -> None:
    """A value over several lines is no stream, and a stream is no value."""
    assert ["media type"] == failed(against(make_response(live), make_example(saved)))


def test_entities_are_not_expanded() -> None:
    """An XML answer that declares entities is not followed, and so does not pass."""
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'

    assert ["body"] == failed(
        against(make_response(bomb, content_type="text/xml"), make_example("<a/>", content_type="text/xml"))
    )


def test_schemas_judge_their_status(tmp_path: Path) -> None:
    """A bound schema judges answers of its status, and fails for a body that is no JSON."""
    path = tmp_path / "s.json"
    path.write_text('{"type": "object", "required": ["a"]}')
    schema = load_schema(path, root=tmp_path)
    nothing = Expectation()

    assert ["schema"] == failed(judge(make_response("{}"), nothing, schemas=[BoundSchema(schema)]))
    assert [] == failed(judge(make_response('{"a": 1}'), nothing, schemas=[BoundSchema(schema, 200)]))
    assert ["schema"] == failed(judge(make_response("oops"), nothing, schemas=[BoundSchema(schema)]))
    assert () == judge(make_response("{}"), nothing, schemas=[BoundSchema(schema, 201)])


def test_a_schema_for_any_status_does_not_excuse_an_error(tmp_path: Path) -> None:
    """A 500 fails unless the schema is bound to that very status."""
    path = tmp_path / "s.json"
    path.write_text("true")
    schema = load_schema(path, root=tmp_path)

    assert ["status"] == failed(judge(make_response(status=500), Expectation(), schemas=[BoundSchema(schema)]))
    assert [] == failed(judge(make_response(status=500), Expectation(), schemas=[BoundSchema(schema, 500)]))


@pytest.mark.parametrize("depth", [90, 500, 100_000])
@pytest.mark.parametrize("match", ["shape", "exact"])
def test_deep_bodies_raise_nothing(depth: int, match: Any) -> None:
    """A body nested deeper than any stack is an answer like any other."""
    deep = "[" * depth + "]" * depth

    for saved in ("[[1]]", deep):
        assert failed(against(make_response(deep + " "), make_example(saved), match=match)) in ([], ["body"])


def test_huge_numbers_raise_nothing() -> None:
    """A number of more digits than Python converts is told as such."""
    (assertion,) = [
        a for a in against(make_response(f'{{"a": {"9" * 5000}}}'), make_example('{"a": 1}')) if not a.passed
    ]

    assert "not readable: a number with too many digits" == assertion.actual


def test_lone_surrogates_can_be_written() -> None:
    """What is told about a hostile answer can be encoded."""
    assertions = against(make_response('{"\\udc80": 1, "a": "\\ud800"}'), make_example('{"a": 1}'))

    for difference in (d for a in assertions for d in a.differences):
        assert f"{difference}".encode()


def test_differences_are_bounded() -> None:
    """Two hundred differences are told one by one, then how many more there are; notes do not crowd out what breaks."""
    saved = json.dumps({f"k{n}": 1 for n in range(300)})
    live = json.dumps({f"x{n}": 1 for n in range(300)} | {f"k{n}": "x" for n in range(300)})

    differences = [d for a in against(make_response(live), make_example(saved)) for d in a.differences]

    assert 402 == len(differences)
    assert [("more differences", "100 more", "breaking"), ("more differences", "100 more", "note")] == [
        (d.kind, d.actual, d.severity) for d in differences[-2:]
    ]
