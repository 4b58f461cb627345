"""Does a run against the mock give each item an example of its own, whatever the collection makes of its answers?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.record.item import ItemRecord
from harness.record.ledger import RunResult
from harness.record.status import Status

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
URL = "https://api.example.com/things"
JSON = [{"key": "Content-Type", "value": "application/json"}]
OK = {"name": "ok", "code": 200, "header": JSON, "body": '{"id": 7}'}


def item(name: str, *examples: dict[str, Any], script: str = "", before: str = "", **request: Any) -> dict[str, Any]:
    """Return an item with these examples, its test script and its prerequest script."""
    scripts = {"test": script, "prerequest": before}
    return {
        "name": name,
        "event": [{"listen": listen, "script": {"exec": text}} for listen, text in scripts.items() if text],
        "request": {"method": "GET", "url": URL, **request},
        "response": list(examples),
    }


def example(code: Any = 200, body: str | None = '{"id": 7}', *headers: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Return a saved example named by its code."""
    header = [{"key": key, "value": value} for key, value in headers]
    return {"name": f"ex {code}", "code": code, "header": header or JSON, "body": body, **more}


def write(folder: Path, *items: dict[str, Any], **more: Any) -> Path:
    """Write a collection of these items."""
    path = folder / "c.postman_collection.json"
    path.write_text(json.dumps({"info": {"name": "c", "schema": SCHEMA}, "item": list(items), **more}), "utf-8")
    return path


def ran(folder: Path, *items: dict[str, Any], **options: Any) -> RunResult:
    """Run a collection of these items against its mock."""
    chosen = harness.RunOptions(mock=True, keep_results=True, **options)
    return harness.run(harness.load(write(folder, *items)), chosen)


def only(result: RunResult) -> ItemRecord:
    """Return the one result of a run."""
    (found,) = result.results
    return found


def body_of(result: ItemRecord) -> str:
    """Return the body that came."""
    assert result.exchange is not None, result
    return result.exchange.response.text


ALIKE = {
    "one URL": [{}, {}],
    "bodies": [{"method": "POST", "body": {"mode": "raw", "raw": text}} for text in ('{"a": 1}', '{"a": 2}')],
    "headers": [{"header": [{"key": "X-Way", "value": value}]} for value in ("one", "two")],
    "queries": [{"url": f"{URL}?way={value}"} for value in ("one", "two")],
    "methods": [{"method": method} for method in ("GET", "PURGE")],
    "claims": [{"header": [{"key": "x-mock-response-name", "value": "ex 200"}]}] * 2,
}


@pytest.mark.parametrize("requests", ALIKE.values(), ids=ALIKE.keys())
@pytest.mark.parametrize("names", [("a", "b"), ("same", "same")], ids=["names", "one name"])
def test_an_item_gets_its_own_example(requests: list[dict[str, Any]], names: tuple[str, str], tmp_path: Path) -> None:
    """Requests that are alike, or name the example of another, get their own examples in each iteration."""
    items = [
        item(name, example(200, json.dumps({"own": index})), **request)
        for index, (name, request) in enumerate(zip(names, requests, strict=True))
    ]
    result = ran(tmp_path, *items, iterations=2)

    assert ['{"own": 0}', '{"own": 1}'] * 2 == [body_of(each) for each in result.results]
    assert 4 == result.totals[Status.PASSED]


def test_an_item_without_example_is_unchecked(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """Nothing is sent for it, not even where the example of another item would fit, and none of its tests runs."""
    path = write(tmp_path, item("none", script="pm.test('never', () => pm.expect(1).to.eql(2))"), item("other", OK))
    alone = run_cli("run", path, "--mock", "--folder", "none")
    both = run_cli("run", path, "--mock")

    assert 5 == alone.code, alone.text
    assert "unchecked: 1, the mock has no example for it" in alone.out
    assert 0 == both.code, both.text
    assert "1 passed, 1 unchecked" in both.out


@pytest.mark.parametrize("target", [URL, "https://evil.example/x", "things", "", "ftp://x", "https://[bad"])
@pytest.mark.parametrize("behavior", [{}, {"followRedirects": True}], ids=["plain", "following"])
def test_a_saved_redirect_is_the_answer(target: str, behavior: dict[str, Any], tmp_path: Path) -> None:
    """It is judged as it was saved, and nobody goes where it leads, in circles or out of the mock."""
    given = item("r", example(302, "", ("Location", target))) | {"protocolProfileBehavior": behavior}
    result = only(ran(tmp_path, given))

    assert Status.PASSED == result.status, result
    assert result.exchange is not None
    assert (302, ()) == (result.exchange.response.status, result.exchange.redirects)


SERVED = {
    "no code": example(None, '{"id": 7}'),
    "a code of text": example("200"),
    "no body": example(200, None),
    "a status without body": example(204, '{"id": 7}'),
    "not modified": example(304, '{"id": 7}'),
    "reset": example(205, "x"),
    "gzip": example(200, '{"id": 7}', ("Content-Encoding", "gzip"), ("Content-Type", "application/json")),
    "chunked": example(200, "x", ("Transfer-Encoding", "chunked"), ("Trailer", "X-Sum")),
    "a wrong length": example(200, "xyz", ("Content-Length", "1"), ("Content-Length", "99")),
    "the connection": example(200, "x", ("Connection", "X-Id, upgrade"), ("Upgrade", "h2c"), ("Keep-Alive", "max=1")),
    "names": example(200, "x", ("Bad Name", "1"), ("", "1"), (":status", "500"), ("X-Ä", "1")),
    "values": example(200, "x", ("X-Split", "a\r\nHTTP/1.1 500 No\r\n\r\n"), ("X-Wide", "日本 ✓"), ("X-Nul", "\0")),
    "cookies": example(200, "x", ("Set-Cookie", "a=1; Domain=other.example; Path=/y"), ("Set-Cookie", "=\x01;;")),
    "a slow answer": example(200, "x", responseTime=9_000_000),
    "a charset": example(200, "é日", ("Content-Type", "text/plain; charset=iso-8859-1")),
    "no such charset": example(200, "é", ("Content-Type", "application/json; charset=nope")),
    "preview of another kind": example(200, "plain", ("X-A", "1"), _postman_previewlanguage="json"),
    "comments": example(200, '{"id": 7 /* why */}'),
    "placeholders": example(200, '{"id": {{unknown}}, "at": "{{$timestamp}}", "of": "<integer>"}'),
    "cut off": example(200, '{"id": 7, "name": "so lo'),
    "dots": example(200, '{"id": 7, ...}'),
    "no number": example(200, '{"id": NaN, // none\n "a": 1}'),
    "lines": example(200, '{"id": 0}\n{"id": 1}\n'),
    "markup by the name of JSON": example(200, "<html><body>so sorry</body></html>"),
    "JSON by the name of XML": example(200, '{"id": 7}', ("Content-Type", "application/xml")),
    "markup that is open": example(200, "<a><b></a>", ("Content-Type", "text/xml")),
    "another request": example(200, originalRequest={"method": "DELETE", "url": "https://else.example/gone?x=1"}),
    "a request without URL": example(200, originalRequest={"method": "GET"}),
    "a byte order mark": example(200, '\ufeff{"id": 7}'),
    "half a character": example(200, '{"id": "\ud83d"}'),
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("saved", SERVED.values(), ids=SERVED.keys())
def test_an_answer_that_is_its_example_passes(saved: dict[str, Any], method: str, tmp_path: Path) -> None:
    """Whatever an example says of its connection, its media type and its body, the answer made of it keeps to it."""
    result = only(ran(tmp_path, item("r", saved, method=method)))

    nothing = method == "HEAD" and saved["code"] is None  # neither a status nor a body to be held to
    assert (Status.UNCHECKED if nothing else Status.PASSED) == result.status, (result.assertions, result.error)


@pytest.mark.parametrize("code", [0, 99, 101, 199, 1000])
def test_a_status_that_no_answer_can_have(code: int, tmp_path: Path) -> None:
    """Nothing is asked where every example has one; another example is served where there is one."""
    alone = only(ran(tmp_path, item("r", example(code))))
    beside = only(ran(tmp_path, item("r", example(code), OK)))

    assert Status.UNCHECKED == alone.status
    assert (alone.reason or "").startswith("the mock has no example for it that a server can answer with: “ex ")
    assert Status.PASSED == beside.status


@pytest.mark.parametrize("code", [404, 500, 600, 999])
def test_nothing_but_errors_is_judged_by_scripts_only(code: int, tmp_path: Path) -> None:
    """A saved error is served, and expected by nobody but a script that asks for it."""
    plain = only(ran(tmp_path, item("r", example(code))))
    asked = f"pm.test('it fails', () => pm.response.to.have.status({code}))"
    scripted = only(ran(tmp_path, item("r", example(code), script=asked)))
    other = only(ran(tmp_path, item("r", example(code), script=asked.replace(str(code), "200"))))

    assert (Status.UNCHECKED, f"the mock has no example of a success for it: “ex {code}” ({code})") == (
        plain.status,
        plain.reason,
    )
    assert (Status.PASSED, Status.FAILED) == (scripted.status, other.status)


STATUS_SCRIPTS = {
    "have.status": "pm.test('s', () => pm.response.to.have.status(%d))",
    "eql": "pm.test('s', () => pm.expect(pm.response.code).to.eql(%d))",
    "be.equal": "pm.test('s', () => pm.expect(pm.response.code).to.be.equal(%d))",
    "tests": "tests['s'] = responseCode.code === %d",
}


@pytest.mark.parametrize("script", STATUS_SCRIPTS.values(), ids=STATUS_SCRIPTS.keys())
@pytest.mark.parametrize("code", [200, 201, 409])
def test_the_tests_of_an_item_choose_between_its_examples(code: int, script: str, tmp_path: Path) -> None:
    """Of several examples the one is served whose status the item's own tests assert."""
    result = only(ran(tmp_path, item("r", example(200), example(201), example(409), script=script % code)))

    assert Status.PASSED == result.status, result.assertions
    assert result.exchange is not None
    assert code == result.exchange.response.status


@pytest.mark.parametrize(
    "script",
    ["if (pm.response.code === 409) { throw new Error() }", "pm.test('s', () => pm.response.to.not.have.status(409))"],
)
def test_a_status_that_scripts_only_mention_chooses_nothing(script: str, tmp_path: Path) -> None:
    """A branch and a denial leave the first success where it is."""
    result = only(ran(tmp_path, item("r", example(409), example(200), script=script)))

    assert (Status.PASSED, "ex 200") == (result.status, result.example)


def test_a_rule_that_wants_a_status_without_example(tmp_path: Path) -> None:
    """The mock cannot know what such an answer looks like, and is not asked."""
    (tmp_path / "c.harness.toml").write_text("[[rules]]\nexpect_status = 418\n", "utf-8")
    result = only(ran(tmp_path, item("r", OK)))

    assert (Status.UNCHECKED, "the mock has no example with status 418 for it") == (result.status, result.reason)


def auth(kind: str, **params: str) -> dict[str, Any]:
    """Return an auth block."""
    return {"type": kind, kind: [{"key": key, "value": value, "type": "string"} for key, value in params.items()]}


AUTHS = {
    "digest": auth("digest", username="u", password="p"),
    "ntlm": auth("ntlm", username="u", password="p"),
    "hawk": auth("hawk", authId="i", authKey="k", algorithm="sha256"),
    "a login in a browser": auth("oauth2", grant_type="authorization_code", authUrl=URL, accessTokenUrl=URL),
    "a token of nobody": auth(
        "oauth2", grant_type="client_credentials", accessTokenUrl="https://login.x/t", clientId="i", clientSecret="s"
    ),
    "a key that is none": auth("jwt", algorithm="RS256", privateKey="value", payload="{}"),
    "a certificate that is none": auth("asap", alg="RS256", privateKey="value", iss="i", aud="a", kid="k"),
    "an empty credential": auth("bearer", token="{{empty}}"),
}


@pytest.mark.parametrize("block", AUTHS.values(), ids=AUTHS.keys())
def test_no_auth_stands_in_the_way(block: dict[str, Any], tmp_path: Path) -> None:
    """The mock asks nobody who they are: what cannot be signed goes there as it is, with a note."""
    result = only(ran(tmp_path, item("r", OK, auth=block), env_vars={"empty": ""}))

    assert Status.PASSED == result.status, result.error


def test_challenges_are_the_answer_in_the_end(tmp_path: Path) -> None:
    """A saved challenge comes again and again; after a few tries it is judged as any other answer."""
    challenge = example(401, "", ("WWW-Authenticate", 'Digest realm="r", nonce="n", qop="auth"'))
    script = "pm.test('s', () => pm.response.to.have.status(401))"
    result = only(ran(tmp_path, item("r", challenge, script=script, auth=AUTHS["digest"])))

    assert Status.PASSED == result.status, result.error


REQUESTS = {
    "an empty path variable": (
        {"url": {"raw": f"{URL}/:id", "host": ["x"], "path": [":id"], "variable": [{"key": "id", "value": ""}]}},
        "`id` is empty",
    ),
    "an empty segment": ({"url": f"{URL}/{{{{empty}}}}/x"}, "`empty` is empty"),
    "an empty host": ({"url": "{{empty}}/x"}, "`empty` is empty"),
    "one brace": ({"url": f"{URL}/{{id}}"}, "`{id}` has no value"),
    "angles": ({"url": f"{URL}/<id>"}, "`<id>` has no value"),
    "a file that is not there": (
        {"method": "POST", "body": {"mode": "file", "file": {"src": "/C:/pictures/cat.png"}}},
        "the mock is sent nothing in its place",
    ),
    "a file in a form": (
        {"method": "POST", "body": {"mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": "no.png"}]}},
        "no such file: no.png; the mock is sent nothing in its place",
    ),
}


@pytest.mark.parametrize(("request_", "note"), REQUESTS.values(), ids=REQUESTS.keys())
def test_what_a_real_server_would_mind(request_: dict[str, Any], note: str, tmp_path: Path) -> None:
    """What is empty or missing in a request is told, and does not keep the mock from answering."""
    result = only(ran(tmp_path, item("r", OK, **request_), env_vars={"empty": ""}))

    assert Status.PASSED == result.status, result.error
    assert any(note in each for each in result.notes), result.notes


def test_what_scripts_take_away(tmp_path: Path) -> None:
    """A variable that a script unsets or never gets to set is sent as it is written."""
    taking = "pm.environment.unset('given'); pm.environment.set('nothing', undefined)"
    later = "pm.environment.set('later', pm.response.json().id)"
    url = f"{URL}/{{{{given}}}}/{{{{nothing}}}}/{{{{later}}}}"
    result = ran(tmp_path, item("r", OK, before=taking, url=url), item("s", script=later), env_vars={"given": "1"})

    assert Status.PASSED == result.results[0].status, result.results[0].error
    assert any("`given` has no value" in note for note in result.results[0].notes)


def test_a_variable_that_nobody_has_is_still_an_error(tmp_path: Path) -> None:
    """Variables are for the user to fill in, under the mock as well."""
    result = only(ran(tmp_path, item("r", OK, url=f"{URL}/{{{{nobody}}}}")))

    assert (Status.ERROR, "UnresolvedVariable") == (result.status, result.error_type)


def test_nothing_of_it_is_seen(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """What the mock is told stands in no request: neither scripts nor reports find a header that is not the item's."""
    script = "console.log(JSON.stringify(pm.request.headers.toObject()))"
    path = write(tmp_path, item("r", OK, script=script))
    done = run_cli("run", path, "--mock", "-r", "json,har", "--reporter-json-export", "r.json",
                   "--reporter-har-export", "r.har")  # fmt: skip
    execution = json.loads((tmp_path / "r.json").read_text("utf-8"))["run"]["executions"][0]
    har = json.loads((tmp_path / "r.har").read_text("utf-8"))["log"]["entries"][0]["request"]["headers"]
    names = {each["key"].lower() for each in execution["request"]["header"]} | {each["name"].lower() for each in har}

    assert 0 == done.code, done.text
    assert not [name for name in names if "mock" in name or "harness" in name], names
    assert not [word for word in ("x-mock", "x-harness") if word in done.out.lower()]


SENDS = """
pm.sendRequest("%s", (error, answer) => {
    pm.test(`${error} ${answer && answer.code} ${answer && answer.text()}`, () => {});
});
"""
SENT = {
    "an example that fits": (f"{URL}/other", "null 200 other"),
    "a saved redirect": (f"{URL}/moved", "null 301 moved"),
    "nothing that fits": (f"{URL}/none", "no saved example matches GET /things/none"),
    "another server": ("https://else.example/x", "no saved example matches GET /x"),
}


@pytest.mark.parametrize(("url", "told"), SENT.values(), ids=SENT.keys())
@pytest.mark.parametrize("place", ["before", "script"])
def test_requests_of_scripts_are_matched_by_their_url(url: str, told: str, place: str, tmp_path: Path) -> None:
    """They get the example that fits, a saved redirect as it is, or a 404 that says what is missing."""
    given: Any = {place: SENDS % url}
    moved = example(301, "moved", ("Location", f"{URL}/moved"))
    others = [item("other", example(200, "other"), url=f"{URL}/other"), item("moved", moved, url=f"{URL}/moved")]
    result = ran(tmp_path, item("r", OK, **given), *others).results[0]
    (name,) = [each.name for each in result.assertions if each.kind == "script"]

    assert told in name


def test_examples_of_one_name_are_replayed_each(tmp_path: Path) -> None:
    """Replayed examples are told apart by themselves, not by name, status or request."""
    saved = [example(200, json.dumps({"own": number}), name="same") for number in range(3)]
    result = ran(tmp_path, item("r", *saved), replay="examples")

    assert ['{"own": 0}', '{"own": 1}', '{"own": 2}'] == [body_of(each) for each in result.results]
    assert 3 == result.totals[Status.PASSED]


@pytest.mark.parametrize("original", [{}, {"method": "GET", "url": ""}, {"url": {"raw": ""}}, {"url": {}}, None])
def test_an_original_request_without_url_is_that_of_the_item(original: Any, tmp_path: Path) -> None:
    """Replayed, such an example asks what its item asks; an error that was saved so cannot be asked for."""
    saved = [example(200, originalRequest=original), example(404, originalRequest=original)]
    result = ran(tmp_path, item("r", *saved), replay="examples")

    assert [Status.PASSED, Status.SKIPPED] == [each.status for each in result.results]
    assert URL == result.results[0].url


def test_a_false_example_is_warned_of(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """`check` names each example whose body is not the JSON that its media type says it is, and the run notes it."""
    texts = {"lines": '{"id": 0}\n{"id": 1}', "broken": '{"id": <id>, }', "fine": '{"id": {{id}}, "n": <integer>} // 1'}
    path = write(tmp_path, *(item(name, example(200, body)) for name, body in texts.items()))
    done = run_cli("check", path, "--env-var", "id=1")
    run = run_cli("run", path, "--mock", "--env-var", "id=1")

    assert 2 == done.text.count("has a JSON media type, and its body is not JSON"), done.text
    assert "lines of JSON are `application/x-ndjson`" in done.text
    assert 0 == run.code, run.text
    assert "body not JSON 2" in run.out


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["plain", "xdist"])
def test_through_pytest(options: tuple[str, ...], tmp_path: Path, run_pytest: Callable[..., Any]) -> None:
    """The other door gives the same answers."""
    items = [item(f"r{number}", example(200, json.dumps({"own": number}))) for number in range(4)]
    path = write(tmp_path, *items, item("none"))
    report = f"json={tmp_path / 'r.json'}"
    done = run_pytest(path, "--harness-mock", "--harness-report", report, *options, timeout_s=180)
    run = json.loads((tmp_path / "r.json").read_text("utf-8"))["run"]

    assert 0 == done.code, done.text
    assert ["passed"] * 4 + ["unchecked"] == [each["harness"]["status"] for each in run["executions"]]
