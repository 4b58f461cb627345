"""Does the code of `harness code` send what harness sends? Every program is run, and one server compares."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest

ODD = "it's \"q\" $HOME `id` ${x} \\n \\ ''' ü ☎ </script> # // %d {y}"
LINES = '{\n  "a": "it\'s",\n\t"b": "$HOME `id` ü",\n  "n": 1.50\n}'
# Headers that each client writes in its own way.
OF_CLIENTS = {
    "user-agent",
    "accept",
    "accept-encoding",
    "connection",
    "host",
    "accept-language",
    "sec-fetch-mode",
    "content-length",
}


def _raw(text: str, **more: Any) -> dict[str, Any]:
    return {"method": "POST", "body": {"mode": "raw", "raw": text}, **more}


def _header(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"header": [{"key": key, "value": value} for key, value in pairs]}


def _auth(kind: str, **values: str) -> dict[str, Any]:
    return {"auth": {"type": kind, kind: [{"key": key, "value": value} for key, value in values.items()]}}


REQUESTS: dict[str, dict[str, Any]] = {
    "plain": {"path": "/plain"},
    "query": {"path": "/q?a=1&b=%20&c=x+y&d=&e&f=it's&g=ü&h=100%25&i=a;b,c"},
    "path": {"path": "/a~b/%7Bx%7D/c:d@e/$f/(g)/*"},
    "text": {"path": "/t", **_raw(ODD)},
    "lines": {"path": "/t", **_raw(LINES), **_header(("Content-Type", "application/json"))},
    "crlf": {"path": "/t", **_raw("a\r\nb\tc\u2028d\x01e\x7f"), **_header(("Content-Type", "text/plain"))},
    "quotes at the end": {"path": "/t", **_raw("a\n'")},
    "back-quotes": {"path": "/t", **_raw("a\n`b` ${c}")},
    "empty": {"path": "/t", "method": "POST"},
    "put": {"path": "/t", **_raw('{"a": [1, 2]}'), "method": "PUT"},
    "delete": {"path": "/t/1", "method": "DELETE"},
    "own method": {"path": "/t", "method": "VIEW"},
    "headers": {"path": "/h", **_header(("X-Odd", ODD.replace("☎", "").strip()), ("X-Plain", "1"))},
    "basic": {"path": "/b", **_auth("basic", username="ü'ser", password='p"a$s:w\\d')},
    "bearer": {"path": "/b", **_auth("bearer", token="abc.def-123")},
    "key": {"path": "/b?x=1", **_auth("apikey", key="k", value="a b&c", **{"in": "query"})},
    "form": {"path": "/f", "method": "POST", "body": {"mode": "urlencoded", "urlencoded": [
        {"key": "a b", "value": ODD}, {"key": "c", "value": ""}]}},
    "graphql": {"path": "/g", "method": "POST", "body": {"mode": "graphql", "graphql": {
        "query": "query($a: Int) {\n  b(a: $a) { c }\n}", "variables": '{"a": 1}'}}},
    "multipart": {"path": "/m", "method": "POST", "body": {"mode": "formdata", "formdata": [
        {"key": "a", "value": "it's ü"}, {"key": "file", "type": "file", "src": "picture.png"},
        {"key": "a", "value": "2"}]}},
    "file": {"path": "/r", "method": "PUT", "body": {"mode": "file", "file": {"src": "picture.png"}}},
}  # fmt: skip

Sent = tuple[str, str, tuple[tuple[str, str], ...], Any]


def _comparable(received: Any) -> Sent:
    """Return what must be the same: method, target, headers, and the bytes of the body or the fields of a form."""
    headers = {name: value for name, value in received.headers.items() if name not in OF_CLIENTS}
    body: Any = received.body
    if headers.get("content-type", "").startswith("multipart/form-data"):
        head = f"Content-Type: {headers.pop('content-type')}\r\n\r\n".encode()
        message: EmailMessage = BytesParser(EmailMessage).parsebytes(head + body)
        body = [
            (part.get_param("name", header="content-disposition"), part.get_filename(), part.get_payload(decode=True))
            for part in message.iter_parts()
        ]
    return received.method, received.target, tuple(sorted(headers.items())), body


@pytest.fixture
def items(tmp_path: Path, site: Any) -> Any:
    """Return a server and the collection of all requests to it."""
    server = site()
    items = [
        {
            "name": name,
            "request": {
                "method": "GET",
                **{key: value for key, value in request.items() if key != "path"},
                "url": server.url + request["path"],
            },
        }
        for name, request in REQUESTS.items()
    ]
    (tmp_path / "picture.png").write_bytes(bytes(range(256)))
    (tmp_path / "c.json").write_text(json.dumps({"info": {"name": "c"}, "item": items}), encoding="utf-8")
    return server


def _programs(language: str, ending: str, folder: Path) -> list[Path]:
    from harness.library import load, plan_for
    from harness.runner.options import RunOptions
    from harness.snippets.item import ItemCode

    options = RunOptions(working_dir=folder)
    collection = load(folder / "c.json")
    writer = ItemCode(plan_for(collection, options), options)
    files = []
    for number, item in enumerate(collection.walk()):
        files.append(folder / f"{number:02}{ending}")
        files[-1].write_text(writer.write(item, language), encoding="utf-8", newline="\n")
    return files


PYTHON = "import pathlib, runpy, sys\nfor file in sys.argv[1:]:\n    runpy.run_path(file)\n"
NODE = "for (const file of process.argv.slice(2)) await import(file);\n"


@pytest.mark.parametrize("language", ["curl", "python-httpx", "python-requests", "javascript-fetch"])
def test_the_code_sends_what_harness_sends(
    language: str, items: Any, run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    """Method, target, headers and body, whatever quotes, signs and lines are in them."""
    done = run_cli("run", "c.json", "-x")
    assert done.code in {0, 5}, done.text
    ours = [_comparable(received) for received in items.received]
    items.received.clear()
    ending, program = {
        "curl": (".sh", ["sh", "-c", 'for file in "$@"; do sh "$file" || exit; done', "sh"]),
        "javascript-fetch": (".mjs", ["node", str(tmp_path / "all.mjs")]),
    }.get(language, (".py", [sys.executable, "-c", PYTHON]))
    (tmp_path / "all.mjs").write_text(NODE)
    files = _programs(language, ending, tmp_path)
    done = subprocess.run(
        [*program, *map(str, files)], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert 0 == done.returncode, done.stderr
    theirs = [_comparable(received) for received in items.received]

    assert len(REQUESTS) == len(ours)
    for name, one, other in zip(REQUESTS, ours, theirs, strict=True):
        assert one == other, name


CHILKAT = """
// As much of Chilkat as the code calls; it sends by curl, and waits for it as Chilkat does.
const { spawnSync } = require("child_process");
class Http {
  headers = []; LastMethodSuccess = true;
  SetRequestHeader(name, value) { this.headers.push(`${name}: ${value}`); }
  send(...options) {
    const user = this.BasicAuth ? ["-u", `${this.Login}:${this.Password}`] : [];
    const headers = this.headers.flatMap((header) => ["-H", header]);
    this.LastMethodSuccess = spawnSync("curl", ["-sS", "--globoff", ...user, ...headers, ...options]).status === 0;
    return { StatusCode: 200, BodyStr: "" };
  }
  QuickRequest(verb, url) { return this.send("-X", verb, url); }
  PText(verb, url, text, charset, type, md5, gzip) {
    return this.send("-X", verb, "-H", `Content-Type: ${type}`, "--data-raw", text, url);
  }
  PostJson3(url, type, json) { return this.PText("POST", url, json.Emit(), "utf-8", type, false, false); }
}
class JsonObject {
  value = {};
  set(path, value) {
    const parts = path.split(/[.\\[\\]]+/).filter(Boolean);
    let at = this.value;
    parts.slice(0, -1).forEach((part, index) => { at = at[part] ??= /^\\d+$/.test(parts[index + 1]) ? [] : {}; });
    at[parts.at(-1)] = value;
  }
  UpdateString(path, value) { this.set(path, value); }
  UpdateNumber(path, value) { this.set(path, Number(value)); }
  UpdateBool(path, value) { this.set(path, value); }
  UpdateNull(path) { this.set(path, null); }
  Emit() { return JSON.stringify(this.value); }
}
module.exports = { Http, JsonObject };
"""


@pytest.mark.parametrize(
    "request_",
    [
        _raw('{"action": "it\'s", "n": [1, {"b": null, "c": true}], "d": {"e": 1.5}}',
             **_auth("basic", username="u", password="p'\"")),
        _raw('{"a.b": 1}', method="PUT"),
        _raw(LINES.replace("\t", ""), **_header(("X-A", 'b"c'), ("Content-Type", "application/json"))),
        _raw("no ${json} `at` all"),
        {"method": "DELETE"},
    ],
)  # fmt: skip
def test_the_code_for_chilkat_makes_the_same_request(
    request_: dict[str, Any], tmp_path: Path, site: Any, run_cli: Callable[..., Any]
) -> None:
    """In the calls of the page that this project began with; JSON is put together field by field."""
    server = site()
    item = {"name": "i", "request": {"method": "POST", "url": f"{server.url}/x?a=it's", **request_}}
    (tmp_path / "c.json").write_text(json.dumps({"info": {"name": "c"}, "item": [item]}), encoding="utf-8")
    for system in ("linux64", "linux32", "arm", "mac-m1", "macosx"):
        folder = tmp_path / "node_modules/@chilkat" / f"ck-node21-{system}"
        folder.mkdir(parents=True)
        (folder / "index.js").write_text(CHILKAT)
    run_cli("run", "c.json", "-x")
    done = run_cli("code", "c.json", "--item", "i", "--lang", "node-chilkat", "--with-secrets")
    (tmp_path / "i.js").write_text(done.out, encoding="utf-8")
    told = subprocess.run(["node", "i.js"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    one, other = server.received

    def read(body: bytes) -> Any:
        try:
            return json.loads(body)
        except ValueError:
            return body

    assert told.stdout.startswith("200")
    assert _comparable(one)[:2] == _comparable(other)[:2]
    assert dict(_comparable(one)[2]).get("content-type", "text/plain") == dict(_comparable(other)[2]).get(
        "content-type", "text/plain"
    )
    assert one.headers.get("authorization") == other.headers.get("authorization")
    assert read(one.body) == read(other.body)


VARIABLES = {
    "name": "v", "request": {
        "method": "POST", "url": "{{base}}/a/{{id}}?q={{no value}}",
        **_header(("X-Key", "{{api_key}}"), ("X-T", "{{known}}")),
        "body": {"mode": "raw", "raw": '{"id": {{id}}, "k": "{{known}}", "price": "${{id}}"}\n'},
        **_auth("basic", username="{{known}}", password="{{pass_word}}"),
    },
}  # fmt: skip


def _variables(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(json.dumps({"info": {"name": "c"}, "item": [VARIABLES]}), encoding="utf-8")
    values = [{"key": "known", "value": "K N"}, {"key": "api_key", "value": "s3cr3t-key", "type": "secret"}]
    (tmp_path / "e.json").write_text(json.dumps({"name": "e", "values": values}), encoding="utf-8")


def test_what_has_no_value_and_what_is_secret_stays_a_placeholder(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """In URL, header, body and credentials; what has a value is filled in."""
    _variables(tmp_path)
    curl = run_cli("code", "c.json", "-e", "e.json", "--item", "v").out
    http = run_cli("code", "c.json", "-e", "e.json", "--item", "v", "--lang", "http").out
    fetch = run_cli("code", "c.json", "-e", "e.json", "--item", "v", "--lang", "javascript-fetch").out
    told = run_cli("code", "c.json", "-e", "e.json", "--item", "v", "--with-secrets").out

    assert curl.replace("'", "").startswith("curl {{base}}/a/{{id}}?q={{no_value}}")
    assert "-H 'X-Key: {{api_key}}'" in curl
    assert '{"id": {{id}}, "k": "K N", "price": "${{id}}"}' in curl
    assert "-u 'K N:{{pass_word}}'" in curl
    assert "Authorization: Basic <K N:{{pass_word}} in base64>" in http
    assert '"price": \\"${{id}}\\"' in fetch or '\\"${{id}}\\"' in fetch
    assert "s3cr3t" not in curl + http + fetch
    assert "X-Key: s3cr3t-key" in told


def test_what_the_code_leaves_undone_is_said(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """Scripts are not run, a signature is of this moment, a challenge is not answered."""
    script = [{"listen": "prerequest", "script": {"exec": ["pm.request.headers.add({key: 'A', value: 'b'})"]}}]
    keys = {"accessKey": "AK", "secretKey": "SK", "region": "r", "service": "s"}
    items = [
        {"name": "scripted", "request": "http://127.0.0.1/", "event": script},
        {"name": "signed", "request": {"method": "GET", "url": "http://127.0.0.1/", **_auth("awsv4", **keys)}},
        {"name": "met", "request": {"url": "http://127.0.0.1/", **_auth("digest", username="u", password="p")}},
    ]
    (tmp_path / "c.json").write_text(json.dumps({"info": {"name": "c"}, "item": items}), encoding="utf-8")
    told = {name: run_cli("code", "c.json", "--item", name).out for name in ("scripted", "signed", "met")}

    assert "# a prerequest script may change this request" in told["scripted"]
    assert "sign it anew each time" in told["signed"]
    assert "answers a challenge of the server" in told["met"]


def test_a_template_of_ones_own(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """A file, or a folder whose templates stand beside ours and win over them."""
    _variables(tmp_path)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "httpie.jinja").write_text("http {{ request.method }} {{ request.url|shell }}\n")
    (tmp_path / "own" / "curl.jinja").write_text("mine {{ request.name }}\n")
    (tmp_path / "bad.jinja").write_text("{{ request.nothing }}")
    (tmp_path / "worse.jinja").write_text("one\n{% if %}")

    def out(*arguments: str) -> Any:
        return run_cli("code", "c.json", "--item", "v", *arguments)

    assert "http POST {{base}}/a/{{id}}?q={{no_value}}\n" == out("--lang", "httpie", "--template", "own").out.replace(
        "'", ""
    )
    assert "mine v\n" == out("--template", "own").out
    assert "http POST" in out("--template", "own/httpie.jinja").out
    assert "httpie" in out("--list", "--template", "own").out.split()
    for file, words in (("bad.jinja", "nothing"), ("worse.jinja", "worse.jinja:2")):
        failed = out("--template", file)
        assert (4, True) == (failed.code, words in failed.err), failed.text
        assert "Traceback" not in failed.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--item", "w"], "is called `w`"),
        (["--item", "v", "--lang", "crul"], "did you mean `curl`"),
        (["--item", "v", "--lang", "cobol"], "there are curl, http"),
        (["--item", "twice"], "stands for several requests"),
        ([], "which request?"),
    ],
)
def test_a_wrong_call_says_what_there_is(
    tmp_path: Path, run_cli: Callable[..., Any], arguments: list[str], words: str
) -> None:
    """The call ends with 4 and a hint."""
    _variables(tmp_path)
    items = [VARIABLES, {**VARIABLES, "name": "twice"}, {"name": "f", "item": [{**VARIABLES, "name": "twice"}]}]
    (tmp_path / "c.json").write_text(json.dumps({"info": {"name": "c"}, "item": items}), encoding="utf-8")

    done = run_cli("code", "c.json", *arguments)

    assert (4, True) == (done.code, words in done.err), done.text


def test_no_text_of_a_collection_leaves_its_place(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """Neither a name in a comment nor a variable's name nor control characters become code or reach a terminal."""
    evil = "x\u2028\n; rm -rf ~ #'\"`\x1b[31m\x9b"
    item = {
        "name": evil,
        "request": {"method": "GET", "url": f"http://127.0.0.1/{{{{{evil}}}}}", **_header(("A", "{{';id;'}}"))},
    }
    (tmp_path / "c.json").write_text(json.dumps({"info": {"name": "c"}, "item": [item]}), encoding="utf-8")
    for language in ("curl", "http", "python-httpx", "python-requests", "javascript-fetch", "node-chilkat"):
        done = run_cli("code", "c.json", "--lang", language)

        assert done.code == 0, done.text
        assert "rm -rf" not in done.out
        assert "';id;'" not in done.out
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", done.out)
