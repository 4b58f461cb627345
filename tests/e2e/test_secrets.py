"""Does a secret stay out of everything a run leaves behind, even when the server echoes it back in every encoding?

The search is proved first: with `--unsafe-show-secrets` it finds each secret, and each encoding of each.
"""

from __future__ import annotations

import base64
import fcntl
import html
import json
import os
import pty
import quopri
import re
import struct
import subprocess
import sys
import termios
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from html.entities import codepoint2name
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from harness.reporters import FILE_REPORTERS

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
PEM = """-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASC
BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
-----END PRIVATE KEY-----"""
SECRETS = {
    "from_environment_file": 'pä"ss/wo&rd+1=\\x',
    "from_process": "prc-9f8e7d6c5b4a-Äö",
    "from_flag": "flg+4711/abc==",
    "named_token": "tok_live_51H8xYzQq",
    "longer_token": "tok_live_51H8xYzQq-and-more",
    "named_by_flag": "plain-but-meant-1",
    "number": "4815162342",
    "short": "x7Q!z",
    "percent": "50%2Foff%zz",
    "words": "correct horse: battery 'staple'",
    "pem": PEM,
    "long": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "literal_bearer": "bearer-literal-77aa88bb",
    "handwritten": "hand-written-99cc00dd",
    "set_by_script": "made-in-a-script-0042",
    "obtained": "obtained-access-token-31337",
    "handed_out": "handed-out-in-a-login-0815",
    "session": "sEssion0f2e4d6c8b",
    "typed_into_body": "typed/into-body-1a",
    "typed_into_query": "typed-into-query-2b",
    "typed_as_basic": "typed-as-basic-3c",
}
"""Every way to come by a secret, and every kind of it that is hard to find."""
LATER = frozenset({"set_by_script", "obtained", "handed_out", "session"})
"""Those that nobody knows when the run begins."""
SENT_IN_HEADERS = ("named_token", "longer_token", "named_by_flag", "number", "short", "percent")


NAMES = {chr(number): name for number, name in codepoint2name.items()}
AROUND = {"base64 of json": '{"a": "', "base64 after one": "x", "base64 after two": "xx", "basic": "user:"}
"""What stands before the secret in base64 of a longer text."""


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _mime(text: str) -> str:
    return base64.encodebytes(f"{'x' * 48}{text}{'y' * 30}".encode()).decode()


ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "json": lambda text: json.dumps(text)[1:-1],
    "json with slashes escaped": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "json of every character": lambda text: "".join(
        f"\\u{unit:04X}" for unit in memoryview(text.encode("utf-16-le")).cast("H")
    ),
    "json twice": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "percent": lambda text: quote(text, safe=""),
    "percent in lower case": lambda text: re.sub("%..", lambda match: match[0].lower(), quote(text, safe="")),
    "percent with some left": lambda text: quote(text, safe="/+=:@!"),
    "percent of every byte": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "percent of json": lambda text: quote(json.dumps(text)[1:-1], safe=""),
    "form": quote_plus,
    "html": html.escape,
    "html by name": lambda text: "".join(f"&{NAMES[c]};" if c in NAMES else c for c in text),
    "xml by decimal": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "xml by hex": lambda text: "".join(f"&#x{ord(c):X};" for c in text),
    "base64": _base64,
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 in lines": _mime,
    "base64 of json": lambda text: _base64(json.dumps({"a": text})),
    "base64 after one": lambda text: _base64(f"x{text}y"),
    "base64 after two": lambda text: _base64(f"xx{text}yy"),
    "basic": lambda text: _base64(f"user:{text}"),
    "hex": lambda text: text.encode().hex(),
    "hex in upper case": lambda text: text.encode().hex().upper(),
    "python": lambda text: repr(text.encode())[2:-1],
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).decode(),
}  # fmt: skip
"""What programs that echo a text may do to it."""
CUT = "cut short"
"""The beginning of a secret is looked for, too: what is too long for a line may have been cut before it was masked."""


def _form(secret: str, encoding: str) -> str:
    """Return what must not be found: of a longer text in base64 only the characters that are the secret's alone."""
    if encoding == CUT:
        return secret.removeprefix("-----BEGIN PRIVATE KEY-----\n")[:12]
    written = ENCODINGS[encoding](secret)
    if encoding == "base64 in lines":
        return written.splitlines()[0][64:]  # the line breaks within the secret
    if encoding not in AROUND:
        return written
    before = len(AROUND[encoding])
    after = before + len(json.dumps(secret)[1:-1] if encoding == "base64 of json" else secret.encode())
    return written[-(before * 8 // -6) : after * 8 // 6]


def _echo(known: set[str], request: Request) -> Response:
    """Answer with all secrets that are known, in each encoding; in a body that no report can leave unquoted."""
    if request.path == "/token":
        known.add("obtained")
        return Response(json.dumps({"access_token": SECRETS["obtained"]}), 200, content_type="application/json")
    if request.path == "/login":
        known |= {"handed_out", "session"}
        body = json.dumps({"user": {"access_token": SECRETS["handed_out"]}}, indent=1)
        cookie = f"s={SECRETS['session']}; Path=/; HttpOnly"
        return Response(body, 200, {"set-cookie": cookie}, content_type="application/json")
    if SECRETS["set_by_script"] in request.url:
        known.add("set_by_script")
    sent = json.dumps([request.url, dict(request.headers), request.get_data(as_text=True)])
    texts = [encode(secret) for name, secret in SECRETS.items() if name in known for encode in ENCODINGS.values()]
    if request.path == "/fails":  # many items ask for it
        texts = texts[:: len(ENCODINGS) // 3]
    if request.path == "/text":
        return Response("\n".join(texts), 500, content_type="text/plain; charset=utf-8")
    if request.path == "/latin":
        return Response("|".join(SECRETS.values()).encode("latin-1", "ignore"), 500, content_type="text/plain")
    if request.path == "/moved":
        return Response("", 302, {"location": f"/text?back={quote(SECRETS['named_token'])}", "x-echo": quote(sent)})
    # Items of a list that are of a wrong type, and each a difference that is quoted.
    answer = {"sent": sent, "id": {"deep": texts}, "list": texts, **dict.fromkeys(texts[:40], 1)}
    status = 500 if request.path == "/fails" else 200
    headers = {"x-echo": base64.b64encode(sent.encode()).decode(), "set-cookie": f"sid={SECRETS['named_by_flag']}"}
    return Response(json.dumps(answer, ensure_ascii=False), status, headers, content_type="application/json")


TEST_SCRIPT = """
const token = pm.environment.get("named_token"), words = pm.environment.get("words");
pm.environment.set("api_key", "made-in-a-script-0042");
console.log("logged", token, [words], {deep: {pem: pm.environment.get("pem")}});
console.warn(btoa("u:" + token), encodeURIComponent(words), pm.response.text());
pm.test("named " + token + " " + pm.environment.get("percent"), () => { pm.expect(words).to.eql("x") });
pm.test("cut short", () => { pm.expect([pm.environment.get("long")]).to.eql(pm.environment.get("long")) });
pm.test("response", () => { pm.expect(pm.response.json().list).to.include(pm.environment.get("number") + "!") });
pm.test.skip("skipped " + token);
pm.visualizer.set("<b>{{a}}</b>", {a: words});
pm.sendRequest(pm.environment.get("base_url") + "/differs?api_key=" + token, (error, answer) => {
  pm.test("sent", () => { throw new Error(answer.text()) });
});
"""


def _auth(kind: str, **values: str) -> dict[str, Any]:
    return {"type": kind, kind: [{"key": key, "value": value} for key, value in values.items()]}


def _item(name: str, path: str, script: str = "", listen: str = "test", **request: Any) -> dict[str, Any]:
    return {
        "name": name,
        "request": {"method": "POST", "url": "{{base_url}}" + path, **request},
        "response": [{"name": "saved", "code": 200, "header": [], "body": '{"sent": 1, "id": 1, "list": [1]}'}],
        "event": [{"listen": listen, "script": {"exec": script.splitlines()}}] if script else [],
    }


def _items() -> Iterator[dict[str, Any]]:
    all_values = {name: f"{{{{{name}}}}}" for name in SECRETS if name in _environment()}
    headers = [{"key": f"X-{name}", "value": f"{{{{{name}}}}}"} for name in SENT_IN_HEADERS]
    simple = {
        name: value for name, value in all_values.items() if name not in ("from_environment_file", "words", "pem")
    }
    raw = {"mode": "raw", "raw": json.dumps(simple)}  # the others would break the JSON they are filled into
    basic = _auth("basic", username="user", password="{{from_environment_file}}")
    yield _item("basic", "/differs", auth=basic, body=raw, header=headers)
    yield _item("bearer", "/fails", auth=_auth("bearer", token=SECRETS["literal_bearer"]))
    yield _item(
        "apikey", "/fails?q={{from_process}}", auth=_auth("apikey", key="k", value="{{from_flag}}", **{"in": "query"})
    )
    form = {"mode": "urlencoded", "urlencoded": [{"key": key, "value": value} for key, value in all_values.items()]}
    yield _item(
        "by hand", "/text", header=[{"key": "Authorization", "value": f"Token {SECRETS['handwritten']}"}], body=form
    )
    parts = {
        "mode": "formdata",
        "formdata": [{"key": key, "value": value, "type": "text"} for key, value in all_values.items()],
    }
    yield _item("parts", "/differs", body=parts, script=TEST_SCRIPT)
    oauth = _auth(
        "oauth2",
        grant_type="client_credentials",
        accessTokenUrl="{{base_url}}/token",
        clientId="{{number}}",
        clientSecret="{{words}}",
    )
    yield _item("oauth", "/fails", auth=oauth)
    login = json.dumps({"user": "me", "auth": {"password": SECRETS["typed_into_body"]}})
    yield _item("login", f"/login?api_key={SECRETS['typed_into_query']}", body={"mode": "raw", "raw": login})
    typed = base64.b64encode(f"me:{SECRETS['typed_as_basic']}".encode()).decode()
    yield _item("basic by hand", "/fails", header=[{"key": "Authorization", "value": f"Basic {typed}"}])
    yield _item("latin", "/latin")
    yield _item("moved", "/moved", header=headers)
    yield _item("with what a script made", "/fails?x={{api_key}}")
    yield _item("throws", "/fails", script='throw new Error(pm.environment.get("named_token") + pm.response.text())')
    yield _item("broken script", "/fails", script='x.y(pm.environment.get("named_token"))', listen="prerequest")
    yield _item("refused", "", url="{{closed_url}}/{{from_process}}?t={{named_token}}", auth=basic)
    yield _item("broken", "/x", header=[{"key": "bad name", "value": "{{from_process}}"}])
    yield _item("all at last", "/differs")
    yield _item(f"written into the name {SECRETS['named_token']}", "/fails")


def _environment() -> dict[str, dict[str, Any]]:
    plain = {
        "named_token": SECRETS["named_token"],
        "longer_token": SECRETS["longer_token"],
        "named_by_flag": SECRETS["named_by_flag"],
    }
    kinds = ("from_environment_file", "number", "short", "percent", "words", "pem", "long")
    marked = {name: SECRETS[name] for name in kinds}
    values = {name: {"key": name, "value": value} for name, value in plain.items()}
    values |= {name: {"key": name, "value": value, "type": "secret"} for name, value in marked.items()}
    return {
        **values,
        "from_process": {"key": "from_process", "value": "{{$env.LEAKY_SECRET}}"},
        "from_flag": {"key": "from_flag", "value": ""},
    }


def _write(folder: Path) -> None:
    document = {"info": {"name": f"Leaky {SECRETS['named_token']}", "schema": SCHEMA}, "item": list(_items())}
    (folder / "leaky.postman_collection.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    environment = {"name": "env", "values": list(_environment().values())}
    (folder / "env.json").write_text(json.dumps(environment), encoding="utf-8")


KNOWN = frozenset(SECRETS) - LATER - {name for name in SECRETS if name.startswith(("literal_", "hand", "typed_"))}
"""Those that the environment and the call give."""
OUTSIDE = {"LEAKY_SECRET": SECRETS["from_process"], "LEAKY_FLAG": SECRETS["from_flag"]}


def _variables(server: HTTPServer, closed_port: int, prefix: str) -> list[str]:
    """Return the options that give all variables, of the command line or, with its prefix, of the plugin."""
    return [
        f"--{prefix}env-var", "from_flag=env:LEAKY_FLAG", f"--{prefix}secret", "named_by_flag",
        f"--{prefix}env-var", f"base_url=http://127.0.0.1:{server.port}",
        f"--{prefix}env-var", f"closed_url=http://127.0.0.1:{closed_port}",
        "--harness-env" if prefix else "-e", "env.json",
    ]  # fmt: skip


def _views(path: Path) -> Iterator[str]:
    """Yield a file as it is, and all that is wrapped up in it."""
    text = path.read_text(encoding="utf-8")
    packed = re.compile(r'(<script type="text/plain"[^>]*>)([^<]+)')
    yield packed.sub(lambda match: match[1] + zlib.decompress(base64.b64decode(match[2])).decode(), text)
    for numbers in re.findall(r'"data": ?\[([\d,\s]+)\]', text):  # a Buffer, as Newman's reports have bodies
        yield bytes(int(number) for number in numbers.split(",")).decode("utf-8", "replace")
    for data in re.findall(r'"base64": ?"([^"]+)"', text):
        yield base64.b64decode(data).decode("latin-1")


def _artefacts(folder: Path, printed: str) -> dict[str, str]:
    """Return all that a run has left behind, by name: what it printed, its files, and the names of these."""
    files = {path.name: "\n".join(_views(path)) for path in folder.rglob("*") if path.is_file()}
    return {"printed": printed, "names of files": "\n".join(files), **files}


def _found(artefacts: Mapping[str, str]) -> set[tuple[str, str, str]]:
    """Return (artefact, secret, encoding) of all that can be read somewhere, in JSON or not."""
    found = set()
    for where, text in artefacts.items():
        for name, secret in SECRETS.items():
            for encoding in (*ENCODINGS, CUT):
                form = _form(secret, encoding)
                if any(each in text for each in (form, json.dumps(form)[1:-1], html.escape(form))):
                    found.add((where, name, encoding))
    return found


@pytest.fixture
def echoing(httpserver: HTTPServer, tmp_path: Path) -> HTTPServer:
    """Return the server that echoes everything; the collection that asks it lies in `tmp_path`."""
    httpserver.expect_request(re.compile(".*")).respond_with_handler(partial(_echo, set(SECRETS) - LATER))
    _write(tmp_path)
    return httpserver


def _run(run_cli: Callable[..., Any], server: HTTPServer, port: int, folder: Path, *more: str) -> dict[str, str]:
    page = folder / "out" / "job-summary.md"
    done = run_cli(
        "run", "leaky.postman_collection.json", *_variables(server, port, ""), "--verbose", "--debug",
        "-r", ",".join(["cli", *FILE_REPORTERS]), "--reporter-export", "out/", *more,
        env={**OUTSIDE, "GITHUB_STEP_SUMMARY": str(page)},
    )  # fmt: skip

    assert done.code == 2, done.text[-3000:]
    return _artefacts(folder / "out", done.text)


def test_the_search_finds_what_is_not_masked(
    tmp_path: Path, echoing: HTTPServer, closed_port: int, run_cli: Callable[..., Any]
) -> None:
    """With `--unsafe-show-secrets` each secret stands in the reports in each encoding, and each report says so."""
    artefacts = _run(run_cli, echoing, closed_port, tmp_path, "--unsafe-show-secrets")
    found = _found(artefacts)
    reports = {"printed", "job-summary.md", *(name for name in artefacts if name.startswith("Leaky"))}

    assert len(reports) == 2 + len(FILE_REPORTERS)
    forms = {(name, encoding) for _, name, encoding in found}
    assert forms == {(name, encoding) for name in SECRETS for encoding in (*ENCODINGS, CUT)}
    assert {where for where, _, _ in found} == {*reports, "names of files"}
    assert [] == [report for report in reports if "secrets are shown in clear" not in artefacts[report]]


def test_no_artefact_holds_a_secret(
    tmp_path: Path, echoing: HTTPServer, closed_port: int, run_cli: Callable[..., Any]
) -> None:
    """Neither the terminal nor any report nor the name of its file holds a secret in any encoding."""
    artefacts = _run(run_cli, echoing, closed_port, tmp_path)
    again = run_cli("report", next((tmp_path / "out").glob("*.ndjson")), "-r", "cli,html,json,junit,github",
                    "--reporter-export", "again/")  # fmt: skip
    artefacts |= {f"again/{name}": text for name, text in _artefacts(tmp_path / "again", again.text).items()}

    assert [] == sorted(_found(artefacts))
    assert "‹from_process›" in artefacts["printed"]
    assert not any("shown in clear" in text for text in artefacts.values())


def _at_a_terminal(command: list[str], folder: Path) -> str:
    """Return what a command writes to a terminal of 60 columns, its folded lines joined again."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    environment = {**{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}, **OUTSIDE}
    with subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env={**environment, "TERM": "xterm"}
    ):
        os.close(theirs)
        pieces = []
        with suppress(OSError):  # how Linux says that the other side has gone
            while piece := os.read(ours, 65536):
                pieces.append(piece)
    os.close(ours)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", b"".join(pieces).decode("utf-8", "replace"))
    return shown + re.sub(r"\s*[\r\n]+\s*", "", shown)


@pytest.mark.slow
def test_a_terminal_is_shown_no_secret(tmp_path: Path, echoing: HTTPServer, closed_port: int) -> None:
    """Neither in the line that tells of progress nor where a narrow window breaks it."""
    command = [sys.executable, "-m", "harness", "run", "leaky.postman_collection.json", "--verbose"]
    command += _variables(echoing, closed_port, "")

    shown = _at_a_terminal([*command, "--unsafe-show-secrets"], tmp_path)
    masked = _at_a_terminal(command, tmp_path)

    assert set(SECRETS) == {name for _, name, _ in _found({"terminal": shown})}
    assert "written into the name ‹named_token›" in masked
    assert [] == sorted(
        each for each in _found({"terminal": masked}) if each[1] not in LATER
    )  # the server has them now


TESTS = """
import logging
import pytest

@pytest.mark.harness("bearer")
def test_of_python(exchange):
    print(exchange.request.headers)
    logging.getLogger("own").warning("answer %s", exchange.response.text)
    whole = exchange.response.text
    assert exchange.response.json()["sent"] == exchange.request.headers

@pytest.mark.harness("apikey")
def test_in_parts(exchange, subtests):
    for part in ("url", "text"):
        with subtests.test(part):
            print(part, exchange.request.url, exchange.response.text)
            assert exchange.request.url == ""
"""


@pytest.mark.parametrize("masked", [False, True], ids=["shown", "masked"])
def test_pytest_shows_no_secret(
    tmp_path: Path, echoing: HTTPServer, closed_port: int, run_pytest: Callable[..., Any], masked: bool
) -> None:
    """Neither pytest's own output, logs and JUnit file, nor a test in Python beside the collection shows a secret."""
    (tmp_path / "test_beside.py").write_text(TESTS, encoding="utf-8")
    wanted = [part for name in FILE_REPORTERS for part in ("--harness-report", f"{name}=out/x.{name}")]

    done = run_pytest(
        "leaky.postman_collection.json", "test_beside.py", *_variables(echoing, closed_port, "harness-"),
        "-p", "no:cacheprovider", "-vv", "-rA", "--showlocals", "--tb=long", *wanted,
        "--junitxml=out/pytest.xml", "-o", "junit_logging=all", "--log-level=DEBUG", "--log-file=out/log.txt",
        "--harness-exclude", f"written into the name {SECRETS['named_token']}",
        *([] if masked else ["--harness-unsafe-show-secrets"]), env=OUTSIDE,
    )  # fmt: skip
    artefacts = _artefacts(tmp_path / "out", done.text)
    found = _found(artefacts)
    reports = {"printed", "pytest.xml", "log.txt", *(f"x.{name}" for name in FILE_REPORTERS)}

    assert done.code == 1, done.text[-3000:]
    assert "test_of_python" in done.text
    if masked:
        assert [] == sorted(found)
    else:
        assert {name for _, name, _ in found} == set(SECRETS)
        assert {where for where, _, _ in found} == reports
        assert [] == [
            each for each in reports - {"pytest.xml", "log.txt"} if "secrets are shown in clear" not in artefacts[each]
        ]


def test_check_does_not_quote_a_secret(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """A quoted line of a file is masked like everything else."""
    _write(tmp_path)

    done = run_cli("check", "leaky.postman_collection.json", "-e", "env.json", env={"LEAKY_SECRET": "s3cret-value-1"})

    assert done.code == 4
    assert [] == sorted(_found({"printed": done.text}))


@pytest.mark.parametrize("debug", [[], ["--debug"]], ids=["", "debug"])
def test_what_ends_the_call_names_no_secret(tmp_path: Path, run_cli: Callable[..., Any], debug: list[str]) -> None:
    """An error of the call is masked, its traceback too."""
    _write(tmp_path)
    given = ["-e", "env.json", "--env-var", "from_flag=env:LEAKY_FLAG", *debug]

    done = run_cli("run", "leaky.postman_collection.json", *given, "--folder", SECRETS["from_process"], env=OUTSIDE)

    assert done.code == 4
    assert "‹from_process›" in done.err
    assert ("Traceback" in done.err) == bool(debug)
    assert [] == sorted(_found({"printed": done.text}))


def test_two_environments_compared_show_no_secret(
    tmp_path: Path, echoing: HTTPServer, closed_port: int, run_cli: Callable[..., Any]
) -> None:
    """What `harness diff` says of two sides shows none either."""
    document = {"info": {"name": "c", "schema": SCHEMA}, "item": [_item("a", "/text?{{from_process}}", method="GET")]}
    (tmp_path / "c.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "other.json").write_text((tmp_path / "env.json").read_text(encoding="utf-8"), encoding="utf-8")
    variables = _variables(echoing, closed_port, "")
    arguments = [
        "diff",
        "c.json",
        *variables,
        "-e",
        "other.json",
        "--match",
        "exact",
        "-r",
        "cli,json,html",
        "--verbose",
    ]

    shown = run_cli(*arguments, "--reporter-export", "shown/", "--unsafe-show-secrets", env=OUTSIDE)
    masked = run_cli(*arguments, "--reporter-export", "masked/", env=OUTSIDE)

    assert shown.code == masked.code, shown.text + masked.text
    assert len({name for _, name, _ in _found(_artefacts(tmp_path / "shown", shown.text))}) > 10
    found = _found(_artefacts(tmp_path / "masked", masked.text))
    assert [] == sorted(each for each in found if each[1] in KNOWN)


@pytest.mark.parametrize("shown", [[], ["--unsafe-show-secrets"]], ids=["masked", "shown"])
def test_an_example_that_is_written_holds_no_secret(
    tmp_path: Path, echoing: HTTPServer, closed_port: int, run_cli: Callable[..., Any], shown: list[str]
) -> None:
    """Neither in clear nor as a mask, whether reports are masked or not; and it is still an answer of its kind."""
    document = {"info": {"name": "c", "schema": SCHEMA}, "item": [_item("a", "/differs?{{from_process}}")]}
    file = tmp_path / "c.json"
    file.write_text(json.dumps(document, indent=2), encoding="utf-8")

    done = run_cli("run", file, *_variables(echoing, closed_port, ""), "--update-examples", *shown, env=OUTSIDE)
    text = file.read_text(encoding="utf-8")
    body = json.loads(json.loads(text)["item"][0]["response"][0]["body"])

    assert "\nwritten: a\n" in done.text, done.text[-2000:]
    assert len(body["list"]) > 100
    assert "‹" not in text
    assert [] == sorted(found for found in _found({"file": text, "body": json.dumps(body)}) if found[1] in KNOWN)


def test_a_short_secret_is_masked_beside_its_name(
    tmp_path: Path, httpserver: HTTPServer, run_cli: Callable[..., Any]
) -> None:
    """What is a secret by its name only is masked wherever a report puts the two together, and nowhere else."""
    httpserver.expect_request(re.compile(".*")).respond_with_handler(
        lambda request: Response(
            json.dumps(
                {"pin_token": "hun7er2", "list": [{"key": "pin_token", "value": "hun7er2"}], "other": "hun7er2!"}
            ),
            headers={"X-Pin-Token": "hun7er2"},
            content_type="application/json",
        )
    )
    pairs = [{"key": "pin_token", "value": "{{pin_token}}"}, {"key": "a", "value": "b"}]
    url = f"http://127.0.0.1:{httpserver.port}"
    form = [{**pair, "type": "text"} for pair in pairs]
    items: list[tuple[str, dict[str, Any]]] = [
        ("query", {"url": f"{url}/?pin_token={{{{pin_token}}}}"}),
        ("header", {"url": url, "header": [{"key": "X-Pin-Token", "value": "{{pin_token}}"}]}),
        ("urlencoded", {"url": url, "body": {"mode": "urlencoded", "urlencoded": pairs}}),
        ("formdata", {"url": url, "body": {"mode": "formdata", "formdata": form}}),
        ("json", {"url": url, "body": {"mode": "raw", "raw": '{"pin_token": "{{pin_token}}"}'}}),
    ]
    document = {
        "info": {"name": "short", "schema": SCHEMA},
        "variable": [{"key": "pin_token", "value": "hun7er2"}],
        "item": [
            {
                "name": name,
                "request": request | {"method": "POST"},
                "response": [
                    {"name": "x", "code": 200, "body": '{"pin_token": 1, "list": [{"key": "x", "value": "y"}]}'}
                ],
            }
            for name, request in items
        ],
    }
    (tmp_path / "c.json").write_text(json.dumps(document), encoding="utf-8")

    done = run_cli("run", "c.json", "-r", ",".join(["cli", *FILE_REPORTERS]), "--reporter-export", "out/", "--verbose")
    artefacts = _artefacts(tmp_path / "out", done.text)

    assert done.code == 1, done.text
    assert "hun7er2!" in artefacts["short.ndjson"]
    assert [] == [name for name, text in artefacts.items() if re.search("hun7er2(?!!)", text)]
