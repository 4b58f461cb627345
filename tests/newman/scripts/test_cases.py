"""Do collections with scripts come to the same here as in Newman 6.2.2, save for the reasons of `differences.toml`?

`cases/*.toml` are the collections, their scripts written as texts; a new case needs no Python.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.newman.scripts.conftest import HERE, Found, Job, differences, explained, run_here, run_there

pytestmark = pytest.mark.slow

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
FILES = sorted((HERE / "cases").glob("*.toml"))
_RULES = tomllib.loads((HERE / "differences.toml").read_text("utf-8"))
FILE = "f.txt"
_ECHOED = ("content-type", "cookie", "authorization")


def job_of(path: Path) -> Job:
    """Return the job that a file of cases describes."""
    case = tomllib.loads(path.read_text("utf-8"))
    document = {
        "info": {"name": path.stem, "schema": _SCHEMA},
        "item": [_node(each) for each in case["item"]],
        "variable": case.get("variable", []),
        **_node(case.get("collection", {})),
    }
    return Job(
        path.stem, document, case.get("environment", {}), case.get("globals", {}), case.get("data", ()),
        case.get("iterations"),
    )  # fmt: skip


def _node(written: Mapping[str, Any]) -> dict[str, Any]:
    node = dict(written)
    events = [
        {"listen": listen, "script": {"type": "text/javascript", "exec": node.pop(listen).split("\n")}}
        for listen in ("prerequest", "test")
        if listen in node
    ]
    if "item" in node:
        node["item"] = [_node(each) for each in node["item"]]
    return {**node, "event": events} if events else node


PAGES = {
    "/text": ("text/plain", "hello"),
    "/xml": ("application/xml", "<a><b x='1'>2</b><b>3</b></a>"),
    "/html": ("text/html", "<html><head><title>T</title></head><body><p class='x'>one</p><p>two</p></body></html>"),
    "/csv": ("text/csv", "a,b\n1,2\n3,4\n"),
    "/users": ("application/json", '{"users": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bo"}], "total": 2}'),
}


def respond(received: Any) -> bytes:
    """Answer a request: a page of its path, else what it was made of; `/status/404` with that status.

    Each `set-cookie` of the query is a line of the answer, an octet in each character; `to` is where it redirects.
    """
    line, *rows = received.head.decode("latin-1").split("\r\n")[:-2]
    method, target, _ = line.split(" ")
    url = urlsplit(target)
    headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
    echo = {
        "method": method,
        "path": url.path,
        "args": dict(parse_qsl(url.query, keep_blank_values=True)),
        "headers": {name: headers[name] for name in headers if name in _ECHOED or name.startswith("x-")},
        "body": received.body.decode("utf-8", "replace"),
    }
    kind, body = PAGES.get(url.path, ("application/json", json.dumps(echo)))
    status = re.match(r"/status/(\d+)", url.path)
    given = parse_qsl(url.query, encoding="latin-1")
    lines = ["a=1; Path=/", "b=2"] if url.path == "/cookies" else [text for name, text in given if name == "set-cookie"]
    cookies = [f"Set-Cookie: {line}\r\n" for line in lines]
    cookies += [f"Location: {value}\r\n" for name, value in given if name == "to"]
    data = b"" if method == "HEAD" else body.encode()
    code = status[1] if status else "302" if dict(given).get("to") else "200"
    reason = {"200": "OK", "404": "Not Found", "500": "Internal Server Error", "201": "Created"}.get(code, "Other")
    head = f"HTTP/1.1 {code} {reason}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\nX-Served: yes\r\n"
    return (head + "".join(cookies) + "\r\n").encode("latin-1") + data


@pytest.fixture(scope="module")
def there(newman: Any, recorder: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """Return what came of each case in Newman."""
    recorder.respond = respond
    folder = tmp_path_factory.mktemp("newman")
    (folder / FILE).write_text("of a file", "utf-8")
    return dict(run_there([job_of(path) for path in FILES], newman, recorder, folder))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_collection_comes_to_the_same(path: Path, there: dict[str, Found], recorder: Any, tmp_path: Path) -> None:
    """Order, assertions, errors, console, variables, requests, verdict are Newman's, or differ for a listed reason."""
    job = job_of(path)
    (tmp_path / FILE).write_text("of a file", "utf-8")

    here = run_here(job, recorder, tmp_path)

    rules = [
        {**rule, "where": [where for where in rule["where"] if where.partition("::")[0] == job.name]}
        for rule in _RULES["case"]
    ]
    unexplained, gone = explained(differences(job.name, here, there[job.name]), rules)
    assert not unexplained, "\n".join(unexplained)
    assert not gone, "\n".join(gone)
    assert here.executions, "nothing ran"
