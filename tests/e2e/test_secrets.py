"""Does a secret stay out of everything a run leaves behind, even when the server echoes it back?"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
SECRETS = {
    "from_environment_file": 'pä"ss/wo&rd+1=\\x',
    "from_process": "prc-9f8e7d6c5b4a-Äö",
    "from_flag": "flg+4711/abc==",
    "named_token": "tok_live_51H8xYzQq",
    "named_by_flag": "plain-but-meant-1",
    "literal_bearer": "bearer-literal-77aa88bb",
    "handwritten": "hand-written-99cc00dd",
}


def _forms(secret: str) -> Iterator[str]:
    """Yield the secret as it looks in the encodings that reports and servers use."""
    data = secret.encode()
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield json.dumps(secret)[1:-1].replace("/", "\\/")
    yield quote(secret, safe="")
    yield quote(secret, safe="").lower()
    yield quote_plus(secret)
    yield base64.b64encode(data).decode()
    yield base64.urlsafe_b64encode(data).decode()
    yield base64.b64encode(f"user:{secret}".encode()).decode()
    yield base64.b64encode(b"x" + data + b"yy").decode()[4:-4]


def _echo(request: Request) -> Response:
    """Answer with all that was sent, once in each encoding, and with an error so that the report quotes it."""
    seen = [request.url, *request.headers.values(), request.get_data(as_text=True), *SECRETS.values()]
    texts = [
        form
        for text in seen
        for form in (text, quote(text), json.dumps(text), base64.b64encode(text.encode()).decode())
    ]
    status = 500 if request.path == "/fails" else 200
    body = json.dumps({"echo": texts, "id": [texts]}, ensure_ascii=False)
    return Response(body, status, {"content-type": "application/json", "x-echo": base64.b64encode(seen[2].encode())})


def _item(name: str, path: str, **request: Any) -> dict[str, Any]:
    return {
        "name": name,
        "request": {"method": "POST", "url": "{{base_url}}" + path, **request},
        "response": [{"name": "saved", "code": 200, "header": [], "body": '{"echo": ["x"], "id": 1}'}],
    }


def _collection() -> dict[str, Any]:
    raw = json.dumps({"a": "{{from_process}}", "b": "{{named_token}}", "c": "{{named_by_flag}}"})
    basic = {"type": "basic", "basic": [
        {"key": "username", "value": "user"}, {"key": "password", "value": "{{from_environment_file}}"},
    ]}  # fmt: skip
    bearer = {"type": "bearer", "bearer": [{"key": "token", "value": SECRETS["literal_bearer"]}]}
    apikey = {"type": "apikey", "apikey": [
        {"key": "key", "value": "k"}, {"key": "value", "value": "{{from_flag}}"}, {"key": "in", "value": "query"},
    ]}  # fmt: skip
    return {
        "info": {"name": "Leaky", "schema": SCHEMA},
        "item": [
            _item("basic", "/differs", auth=basic, body={"mode": "raw", "raw": raw}),
            _item("bearer", "/fails", auth=bearer),
            _item("apikey", "/fails?q={{from_process}}", auth=apikey),
            _item(
                "by hand",
                "/differs",
                header=[{"key": "Authorization", "value": f"Token {SECRETS['handwritten']}"}],
                body={"mode": "urlencoded", "urlencoded": [{"key": "p", "value": "{{from_environment_file}}"}]},
            ),
            _item(
                "refused", "/x/{{from_process}}", url="{{closed_url}}/{{from_process}}?t={{named_token}}", auth=basic
            ),
            _item("broken", "/x", header=[{"key": "bad name", "value": "{{from_process}}"}]),
        ],
    }


def _write(folder: Path) -> None:
    (folder / "leaky.postman_collection.json").write_text(json.dumps(_collection(), indent=1), encoding="utf-8")
    values = [
        {"key": "from_environment_file", "value": SECRETS["from_environment_file"], "type": "secret"},
        {"key": "from_process", "value": "{{$env.LEAKY_SECRET}}"},
        {"key": "named_token", "value": SECRETS["named_token"]},
        {"key": "named_by_flag", "value": SECRETS["named_by_flag"]},
    ]
    (folder / "env.json").write_text(json.dumps({"name": "env", "values": values}), encoding="utf-8")


@pytest.mark.parametrize("debug", [False, True], ids=["", "debug"])
def test_no_artefact_holds_a_secret(
    tmp_path: Path, httpserver: HTTPServer, closed_port: int, run_cli: Callable[..., Any], debug: bool
) -> None:
    """Neither the terminal nor any report file holds a secret in any encoding."""
    httpserver.expect_request(re.compile(".*")).respond_with_handler(_echo)
    _write(tmp_path)

    done = run_cli(
        "run", "leaky.postman_collection.json", "-e", "env.json",
        "--env-var", "from_flag=env:LEAKY_FLAG", "--secret", "named_by_flag",
        "--env-var", f"base_url=http://127.0.0.1:{httpserver.port}",
        "--env-var", f"closed_url=http://127.0.0.1:{closed_port}",
        "-r", "cli,junit,json", "--reporter-junit-export", "out/junit.xml", "--reporter-json-export", "out/report.json",
        *(["--debug"] if debug else []),
        env={"LEAKY_SECRET": SECRETS["from_process"], "LEAKY_FLAG": SECRETS["from_flag"]},
    )  # fmt: skip

    assert done.code == 2, done.text
    assert len(httpserver.log) == 4
    report = json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))
    streams = [
        bytes(execution["response"]["stream"]["data"]).decode()
        for execution in report["run"]["executions"]
        if execution.get("response")
    ]
    artefacts = {
        "stdout": done.out,
        "stderr": done.err,
        "streams": "\n".join(streams),
        **{path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()},
    }
    leaks = [
        (where, name, form)
        for where, text in artefacts.items()
        for name, secret in SECRETS.items()
        for form in _forms(secret)
        if form in text
    ]

    assert leaks == []
    assert "‹from_process›" in done.out


def test_check_does_not_quote_a_secret(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """A quoted line of a file is masked like everything else."""
    _write(tmp_path)

    done = run_cli("check", "leaky.postman_collection.json", "-e", "env.json", env={"LEAKY_SECRET": "s3cret-value-1"})

    assert done.code == 4
    assert SECRETS["named_token"] not in done.text
    assert SECRETS["literal_bearer"] not in done.text
