"""What do scripts see of a request that was sent, and is it what Postman shows them, whatever its body?

`tests/newman/scripts/cases/seen_*.toml` compare all of it with Newman; here stands what must never go.
"""

from __future__ import annotations

import json
from pathlib import Path
from re import compile as pattern
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

import harness
from harness.record.ledger import RunResult
from harness.record.status import Status
from harness.runner.options import RunOptions
from tests.e2e.conftest import SCHEMA
from tests.e2e.test_scripts import pytestmark as pytestmark

GRAPHQL = {
    "comments": '{\n  "a": {{id}}, // one\n  /* two */ "b": "{{s}}"\n}',
    "trailing comma": '{"a": [1, 2,],}',
    "unfilled": '{"a": {{nope}}}',
    "quoted value": '{"a": "{{quoted}}"}',
    "line break": '{"a": "{{lines}}"}',
    "empty text": "",
    "blanks": " \n",
    "no json": "{oops",
    "null": None,
    "object": {"a": "{{id}}", "b": [True, None]},
    "array": [1, "{{quoted}}"],
    "number": 5,
}
VALUES = {"id": "7", "s": "text", "quoted": 'a"b', "lines": "one\ntwo", "{{nope}}": ""}
DATA: list[dict[str, Any]] = [
    {"key": "a", "value": "{{id}}", "type": "text"},
    {"key": "a", "value": "2", "type": "text"},
    {"key": "off", "value": "1", "type": "text", "disabled": True},
]


def run(tmp_path: Path, server: HTTPServer, request: dict[str, Any], *lines: str, **options: Any) -> RunResult:
    """Run a request to `/r` with a test script, and one after it, against a server that answers with `{}`."""
    server.expect_request(pattern(".*")).respond_with_json({})
    url = server.url_for("/r")
    items = [
        {
            "name": "r",
            "request": {"method": "POST", "url": url, **request},
            "event": [{"listen": "test", "script": {"exec": list(lines)}}],
        },
        {"name": "after", "request": url, "event": [{"listen": "test", "script": {"exec": "pm.test('a', () => {})"}}]},
    ]
    path = tmp_path / "a.postman_collection.json"
    path.write_text(json.dumps({"info": {"name": "A", "schema": SCHEMA}, "item": items}))
    options = {"env_vars": VALUES, "keep_results": True, "unresolved": "send", **options}
    return harness.run(harness.load(path), RunOptions(**options))


def seen(result: RunResult, name: str = "r") -> Any:
    """Return what the script of an item has written as JSON."""
    (found,) = [each for each in result.results if each.item.name == name]
    assert found.error is None, found.error
    return json.loads(found.console[-1].text)


def shown(expression: str) -> str:
    """Return a script that writes the value of an expression as JSON."""
    return f"console.log(JSON.stringify({expression}))"


@pytest.mark.parametrize("kind", GRAPHQL)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_graphql_variables_are_given_to_scripts_as_they_are(
    tmp_path: Path, httpserver: HTTPServer, kind: str, method: str
) -> None:
    """Variables that are no JSON, filled in or not, are shown as the text they are, and the items after it run."""
    body = {"mode": "graphql", "graphql": {"query": "query {{s}} { a }", "variables": GRAPHQL[kind]}}

    result = run(tmp_path, httpserver, {"method": method, "body": body}, shown("pm.request.body.graphql"))

    filled = json.dumps(GRAPHQL[kind])
    for name, value in VALUES.items():
        filled = filled.replace(f"{{{{{name}}}}}", json.dumps(value)[1:-1])
    assert {"query": "query text { a }", "variables": json.loads(filled)} == seen(result)
    assert Status.PASSED == result.results[1].status


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_forms_keep_what_is_disabled_and_what_is_not_sent(tmp_path: Path, httpserver: HTTPServer, method: str) -> None:
    """Forms are shown with every field, sent or not; the old `request.data` has the enabled ones."""
    for mode in ("formdata", "urlencoded"):
        fields = f"pm.request.body.{mode}.map((each) => [each.key, each.value])"
        script = shown(f"[pm.request.body.mode, {fields}, request.data]")
        result = run(tmp_path, httpserver, {"method": method, "body": {"mode": mode, mode: DATA}}, script)

        assert [mode, [["a", "7"], ["a", "2"], ["off", "1"]], {"a": ["7", "2"]}] == seen(result)


def test_a_raw_body_is_shown_as_it_was_sent_or_else_as_it_is_written(tmp_path: Path, httpserver: HTTPServer) -> None:
    """Comments are gone where the body was sent as JSON; a body that a GET does not send is there as well."""
    body = {"mode": "raw", "raw": '{"a": {{id}} /* one */}', "options": {"raw": {"language": "json"}}}
    script = shown("[pm.request.body.raw, request.data, pm.request.body.options, pm.request.body.isEmpty()]")

    sent = seen(run(tmp_path, httpserver, {"body": body}, script))
    pruned = seen(run(tmp_path, httpserver, {"body": body, "method": "GET"}, script))
    disabled = seen(run(tmp_path, httpserver, {"body": {**body, "disabled": True}}, script))

    options = body["options"]
    assert ['{"a": 7 }', '{"a": 7 }', options, False] == sent
    assert [['{"a": 7 /* one */}', '{"a": 7 /* one */}', options, False]] * 2 == [pruned, disabled]


def test_a_value_that_was_made_for_the_request_is_the_one_that_was_sent(tmp_path: Path, httpserver: HTTPServer) -> None:
    """A `{{$guid}}` is made once: a script sees the one that the server got, in headers and in every kind of body."""
    guid = "{{$guid}}"
    bodies: list[tuple[dict[str, Any], str]] = [
        ({"mode": "raw", "raw": guid}, "pm.request.body.raw"),
        ({"mode": "urlencoded", "urlencoded": [{"key": "g", "value": guid}]}, "pm.request.body.urlencoded.get('g')"),
        ({"mode": "formdata", "formdata": [{"key": "g", "value": guid}]}, "pm.request.body.formdata.get('g')"),
        ({"mode": "graphql", "graphql": {"query": guid, "variables": ""}}, "pm.request.body.graphql.query"),
    ]
    for body, expression in bodies:
        header = [{"key": "X-G", "value": guid}]
        result = run(
            tmp_path, httpserver, {"body": body, "header": header},
            shown(f"[{expression}, pm.request.headers.get('X-G')]"),
        )  # fmt: skip

        in_body, in_header = seen(result)
        received = httpserver.log[-2][0]
        assert in_header == received.headers["X-G"]
        assert in_body in received.get_data(as_text=True) + str(received.form.to_dict())
        assert in_body != in_header


def test_description_headers_and_url_are_those_of_postman(tmp_path: Path, httpserver: HTTPServer) -> None:
    """The description is there, disabled headers are, those of auth and client are marked, and the fragment is kept."""
    request = {
        "description": "of {{s}}",
        "url": httpserver.url_for("/r?a={{id}}") + "#top",
        "header": [{"key": "X-Off", "value": "1", "disabled": True}, {"key": "X-A", "value": " {{id}} "}],
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "tok", "type": "string"}]},
        "body": {"mode": "raw", "raw": "x"},
    }
    result = run(
        tmp_path, httpserver, request,
        shown("[String(pm.request.description), request.description, String(pm.request.url), pm.request.auth.type,"
              "pm.request.headers.map((each) => [each.key, each.disabled || each.system || false])]"),
    )  # fmt: skip

    system = ["Authorization", "Content-Type", "User-Agent", "Accept", "Host", "Accept-Encoding", "Connection"]
    assert [
        "of text", "of text", httpserver.url_for("/r?a=7") + "#top", "bearer",
        [["X-Off", True], ["X-A", False], *([name, True] for name in [*system, "Content-Length"])],
    ] == seen(result)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"mode": "raw", "raw": "x{{id}}"}, ["raw", "x7"]),
        ("x{{id}}", ["raw", "x7"]),
        ({}, [None, None]),
        (None, [None, None]),
    ],
)
def test_scripts_run_whatever_the_body_is(
    tmp_path: Path, httpserver: HTTPServer, body: Any, text: list[str | None]
) -> None:
    """A body that is a text is raw text, as in Postman; one that is nothing is sent as nothing."""
    result = run(tmp_path, httpserver, {"body": body}, shown("[pm.request.body.mode, pm.request.body.raw]"))

    assert text == seen(result)
    assert (text[1] or "") == httpserver.log[0][0].get_data(as_text=True)


def test_an_answer_has_its_bytes(tmp_path: Path, httpserver: HTTPServer) -> None:
    """`pm.response.stream` holds the bytes of texts, too, and `dataURI` those of what is no UTF-8."""
    httpserver.expect_request("/latin").respond_with_data(b"\xe9", content_type="text/plain; charset=latin-1")
    texts = "pm.response.stream.toString('base64'), pm.response.text(), pm.response.dataURI().slice(-8)"
    script = shown(f"[{texts}, pm.response.size().body]")

    text = seen(run(tmp_path, httpserver, {}, script))
    latin = seen(run(tmp_path, httpserver, {"url": httpserver.url_for("/latin")}, script))

    assert ["e30=", "{}", "64, e30=", 2] == text
    assert ["6Q==", "é", "64, 6Q==", 1] == latin


def test_only_what_postman_takes_over_is_changed_by_a_script(tmp_path: Path, httpserver: HTTPServer) -> None:
    """A prerequest script changes URL, method, headers, body and auth; a body that it takes away is still sent."""
    httpserver.expect_request(pattern(".*")).respond_with_json({})
    changes = "Object.assign(pm.request, {name: 'n', description: 'd', body: undefined, method: 'PUT'})"
    item = {
        "name": "r",
        "request": {"method": "POST", "url": httpserver.url_for("/r"), "body": {"mode": "raw", "raw": "x"}},
        "event": [
            {"listen": "prerequest", "script": {"exec": changes}},
            {"listen": "test", "script": {"exec": shown("[pm.request.name, pm.request.description, request.data]")}},
        ],
    }
    path = tmp_path / "a.postman_collection.json"
    path.write_text(json.dumps({"info": {"name": "A", "schema": SCHEMA}, "item": [item]}))

    result = harness.run(harness.load(path), RunOptions(keep_results=True))

    assert [None, None, "x"] == seen(result)
    assert ("PUT", b"x") == (httpserver.log[0][0].method, httpserver.log[0][0].get_data())


def test_a_script_uploads_no_file(tmp_path: Path, httpserver: HTTPServer) -> None:
    """pm.sendRequest leaves files out of its body, says so on the console, and sends the rest, as in Postman."""
    (tmp_path / "f.txt").write_text("of a file")
    form = "{mode: 'formdata', formdata: [{key: 'a', value: '1'}, {key: 'f', type: 'file', src: 'f.txt'}]}"
    lines = [
        f"pm.sendRequest({{url: String(pm.request.url), method: 'POST', body: {body}}}, (error) => console.log(error))"
        for body in ("{mode: 'file', file: {src: 'f.txt'}}", form)
    ]

    found = run(tmp_path, httpserver, {}, *lines, working_dir=tmp_path).results[0]

    warning = ("warn", "uploading files from scripts is not allowed")
    assert [warning, warning, ("log", "null"), ("log", "null")] == [(each.level, each.text) for each in found.console]
    assert [({}, b""), ({"a": "1"}, b"")] == [
        (request.form.to_dict(), b"".join(file.read() for file in request.files.values()))
        for request, _ in httpserver.log[1:3]
    ]


def test_a_timer_that_is_due_comes_before_an_answer_that_came_later(tmp_path: Path, httpserver: HTTPServer) -> None:
    """While a request of a script is under way nothing runs; afterwards everything does in the order of its time."""
    httpserver.expect_request("/slow").respond_with_handler(_slow)
    url = httpserver.url_for("/slow")
    lines = [
        "const told = [];",
        "setTimeout(() => told.push('timer'), 20);",
        f"pm.sendRequest('{url}', () => {{ told.push('answer'); {shown('told')} }});",
    ]

    assert ["timer", "answer"] == seen(run(tmp_path, httpserver, {}, *lines))


def _slow(_request: Any) -> Any:
    import time

    from werkzeug import Response

    time.sleep(0.1)
    return Response("{}")


def test_an_old_test_points_at_its_line(tmp_path: Path, httpserver: HTTPServer) -> None:
    """An entry of `tests` that is not true is shown where it was set last, however its name was made."""
    lines = ["tests['a'] = true; tests['b'] = false;", "tests['b'] = true;", "", "  tests['x' + 1] = responseTime < 0;"]

    found = run(tmp_path, httpserver, {}, *lines).results[0]

    (failed,) = [each for each in found.assertions if not each.passed]
    assert failed.place is not None
    assert ("x1", "$.item[0].event[0].script.exec[3]") == (failed.name, failed.place.path)


def test_a_jump_to_a_name_of_several_is_noted(tmp_path: Path, httpserver: HTTPServer) -> None:
    """setNextRequest goes to the last request of a name, as in Postman, and says which that is; an id is no name."""
    httpserver.expect_request(pattern(".*")).respond_with_json({})
    jump = {"listen": "test", "script": {"exec": "pm.test('a', () => {}); pm.execution.setNextRequest('twin')"}}
    twin = {"name": "twin", "request": httpserver.url_for("/twin")}
    items = [{"name": "a", "request": httpserver.url_for("/a"), "event": [jump]}, twin, twin]
    path = tmp_path / "a.postman_collection.json"
    path.write_text(json.dumps({"info": {"name": "A", "schema": SCHEMA}, "item": items}))

    result = harness.run(harness.load(path), RunOptions(keep_results=True))

    assert ("2 requests are called `twin`: the last, twin #2, is next (setNextRequest), as in Postman",) == (
        result.results[0].notes
    )
    assert [Status.PASSED, Status.UNCHECKED, Status.SKIPPED] == [each.status for each in result.results]
