"""Is what an answer is held to chosen before it comes, by the same rules each time?"""

from __future__ import annotations

import pytest

from harness.checks.expectation import Expectation, expect
from harness.collection.model import Body, Example, Item, Request, Url
from harness.location import Location
from harness.request.prepared import BodyPart, PreparedBody, PreparedRequest, RequestUrl
from harness.source import Source

PLACE = Location(Source("x.json", "{}"))


def make_request(path: str, body: str = "", method: str = "GET") -> Request:
    """Return a request as a collection has it."""
    return Request(method, Url(PLACE, raw=path), (), Body(PLACE, "raw", body), None, PLACE)


def render(request: Request) -> PreparedRequest | None:
    """Fill in a request; a path with a question mark cannot be."""
    if request.url.raw is None or "?" in request.url.raw:
        return None
    body = PreparedBody((request.body.raw if request.body else "").encode(), None, "raw")
    return PreparedRequest(request.method, RequestUrl("https", "x", None, request.url.raw), (), body, PLACE)


def make_example(name: str, code: int | None, original: Request | None = None, body: str | None = "{}") -> Example:
    """Return an example with a place of its own."""
    return Example(name, code, None, (), body, original, PLACE.child(name))


def expectation(*examples: Example, request: Request | None = None, rule_status: int | None = None) -> Expectation:
    """Return what is expected of `request` (`GET /a`) with these examples."""
    item = Item("i", "i", make_request("/a"), examples, (), None, (), PLACE)
    prepared = render(request or make_request("/a"))
    assert prepared is not None
    return expect(item, prepared, rule_status=rule_status, render=render)


@pytest.mark.parametrize(
    ("examples", "shown", "status", "contract"),
    [
        ([], None, None, []),
        ([("ok", 200)], "ok", 200, ["ok"]),
        ([("bad", 404), ("ok", 201)], "ok", 201, ["ok"]),
        ([("bad", 404)], None, None, []),
        ([("bad", 404), ("down", 500), ("moved", 302)], "moved", 302, ["moved"]),
        ([("moved", 302), ("ok", 200)], "ok", 200, ["ok"]),
        ([("ok", 200), ("made", 201), ("ok too", 200)], "ok", 200, ["ok", "ok too"]),
        ([("loose", None)], "loose", None, ["loose"]),
        ([("loose", None), ("ok", 200)], "ok", 200, ["ok", "loose"]),
        ([("loose", None), ("bad", 404)], "loose", None, ["loose"]),
        ([("gone", 204)], "gone", 204, []),
    ],
)
def test_the_choice(
    examples: list[tuple[str, int | None]], shown: str | None, status: int | None, contract: list[str]
) -> None:
    """The first 2xx example is expected, else a 3xx one, never an error; those without code add to a success."""
    chosen = expectation(*(make_example(name, code) for name, code in examples))

    assert shown == (chosen.example.name if chosen.example else None)
    assert status == chosen.status
    assert contract == [example.name for example in chosen.contract]


@pytest.mark.parametrize(
    ("rule", "shown", "contract"),
    [(404, "bad", ["bad"]), (200, "ok", ["ok", "loose"]), (500, None, []), (202, None, ["loose"])],
)
def test_a_rule_decides(rule: int, shown: str | None, contract: list[str]) -> None:
    """A rule's status is expected whether an example has it or not."""
    chosen = expectation(
        make_example("ok", 200), make_example("loose", None), make_example("bad", 404), rule_status=rule
    )

    assert rule == chosen.status
    assert shown == (chosen.example.name if chosen.example else None)
    assert contract == [example.name for example in chosen.contract]


@pytest.mark.parametrize(
    "original",
    [
        make_request("/b", '{"a": 1, "b": 2}', "POST"),
        make_request("/b", '{"b": 2, // two\n "a": 1}', "POST"),
        make_request("/b", '{"a":1,"b":2}', "post"),
    ],
)
def test_the_example_of_this_request_comes_first(original: Request) -> None:
    """Of several successes the one saved from the same method, URL and body is expected."""
    examples = (
        make_example("none", 200),
        make_example("unfilled", 200, make_request("/b?")),
        make_example("path", 200, make_request("/c", '{"a": 1, "b": 2}', "POST")),
        make_example("method", 200, make_request("/b", '{"a": 1, "b": 2}', "PUT")),
        make_example("body", 200, make_request("/b", '{"a": 1, "b": 3}', "POST")),
        make_example("type", 200, make_request("/b", '{"a": true, "b": 2}', "POST")),
        make_example("same", 201, original),
    )

    chosen = expectation(*examples, request=make_request("/b", '{"a": 1, "b": 2}', "POST"))

    assert ("same", 201) == (chosen.example and chosen.example.name, chosen.status)


def test_forms_are_compared_by_their_fields() -> None:
    """The random boundary of a multipart body makes no other request of it."""
    original = make_request("/a", method="POST")
    item = Item("i", "i", original, (make_example("x", 200), make_example("y", 201, original)), (), None, (), PLACE)
    url = RequestUrl("https", "x", None, "/a")

    def form(boundary: bytes) -> PreparedRequest:
        body = PreparedBody(boundary, "multipart/form-data", "formdata", (BodyPart("a", "1"),))
        return PreparedRequest("POST", url, (), body, PLACE)

    chosen = expect(item, form(b"one"), render=lambda _: form(b"two"))

    assert 201 == chosen.status


def test_one_example_is_not_rendered() -> None:
    """Where there is no choice no original request is filled in."""
    original = make_request("/a")
    item = Item("i", "i", original, (make_example("x", 200, original),), (), None, (), PLACE)
    prepared = render(original)
    assert prepared is not None
    rendered: list[Request] = []

    expect(item, prepared, render=lambda request: rendered.append(request))

    assert [] == rendered


def test_the_status_has_a_place() -> None:
    """The expected status stands in the example, or in the rule."""
    item = Item("i", "i", make_request("/a"), (make_example("ok", 200),), (), None, (), PLACE)
    prepared = render(make_request("/a"))
    assert prepared is not None

    by_example = expect(item, prepared, render=render)
    by_rule = expect(item, prepared, rule_status=404, rule_location=PLACE.child("rule"), render=render)

    assert PLACE.child("ok", "code") == by_example.location
    assert PLACE.child("rule") == by_rule.location


def test_an_answer_to_head_has_no_body() -> None:
    """No body is expected of an answer to HEAD, whatever its examples show."""
    chosen = expectation(make_example("ok", 200), request=make_request("/a", method="HEAD"))

    assert (200, ()) == (chosen.status, chosen.contract)
