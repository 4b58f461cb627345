"""Does `harness.compare` judge an answer without a run?"""

from __future__ import annotations

from typing import Any

import pytest

import harness

SAVED = {
    "name": "Done",
    "code": 200,
    "header": [{"key": "Content-Type", "value": "application/json"}],
    "body": '{"a": 1}',
}


def told(differences: list[harness.Difference]) -> list[tuple[str, str, str]]:
    """Return kind, path and severity of each."""
    return [(each.kind, each.path, each.severity) for each in differences]


@pytest.mark.parametrize(
    "examples", [{"a": 1}, [{"a": 1}], '{"a": 1}', b'{"a": 1}', SAVED, [SAVED, {**SAVED, "code": 404}]]
)
@pytest.mark.parametrize("body", [{"a": "x", "b": 2}, '{"a": "x", "b": 2}', b'{"a": "x", "b": 2}'])
def test_every_form_of_examples_and_bodies(examples: Any, body: Any) -> None:
    """Examples and bodies may be given as values, texts, bytes, or as a collection file has them."""
    expected = [("type changed", "$.a", "breaking"), ("added key", "$.b", "note")]

    assert expected == told(harness.compare(examples, status=None, body=body))


@pytest.mark.parametrize(
    "saved",
    [
        {**SAVED, "_": {"postman_previewlanguage": "json"}, "originalRequest": {"method": "GET", "url": "x"}},
        {**SAVED, "_postman_previewlanguage": "json", "createdAt": "2026-01-02", "header": None},
        {**SAVED, "header": "Content-Type: application/json\nX-Api: 2"},
        {**SAVED, "code": "200", "name": None, "cookie": []},
    ],
)
def test_an_example_is_known_in_every_form_that_files_have(saved: dict[str, Any]) -> None:
    """As the loader reads it: headers as lines, the status as text, keys of Postman's own."""
    assert [("type changed", "$.a", "breaking")] == told(harness.compare(saved, status=200, body='{"a": "x"}'))
    assert [("status changed", "", "breaking")] == told(harness.compare(saved, status=500, body='{"a": "x"}'))


def test_an_answer_that_looks_like_an_example_is_a_value() -> None:
    """A `body` and a `code` are common words; only an example has nothing but what examples have."""
    value = {"code": 7, "body": "text", "author": "Ada"}

    assert [("missing key", "$.author", "breaking")] == told(harness.compare(value, body={"code": 8, "body": "other"}))


def test_status_and_media_type() -> None:
    """A status that no example has, and another family of media types, are differences of their own."""
    assert [("status changed", "", "breaking")] == told(harness.compare(SAVED, status=500, body="{}"))
    assert [] == harness.compare(SAVED, status=200)
    html = harness.compare(SAVED, status=200, headers={"content-type": "text/html"}, body="<html>")
    assert [("media type changed", "", "breaking")] == told(html)


def test_modes() -> None:
    """Values count in `exact` and `subset`; in a subset the answer may hold more."""
    assert [("value changed", "$.a", "breaking")] == told(harness.compare({"a": 1}, body={"a": 2}, match="exact"))
    assert ["added key"] == [each.kind for each in harness.compare({"a": 1}, body={"a": 1, "b": 1}, match="exact")]
    assert [] == harness.compare([{"a": [1]}], body={"a": [3, 1], "b": 1}, match="subset")
    assert ["value changed"] == [each.kind for each in harness.compare([{"a": [1]}], body={"a": [3]}, match="subset")]
    assert [] == harness.compare({"a": 1}, body="nonsense", match="ignore")
