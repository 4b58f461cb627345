"""Do the options for scripts do what they say, through both doors?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.e2e.conftest import SCHEMA


def write(folder: Path, server: HTTPServer, *items: dict[str, Any]) -> Path:
    """Write a collection of these items; its server sets a cookie at `/login` and answers `{"n": 1}`."""

    def respond(request: Request) -> Response:
        response = Response('{"n": 1}', content_type="application/json")
        if request.path == "/login":
            response.set_cookie("sid", "from-the-server", path="/")
        return response

    server.expect_request("/login").respond_with_handler(respond)
    for item in items:
        server.expect_request(f"/{item['name']}").respond_with_handler(respond)
    path = folder / "c.postman_collection.json"
    document = {
        "info": {"name": "c", "schema": SCHEMA},
        "variable": [{"key": "base", "value": server.url_for("").rstrip("/")}, {"key": "count", "value": "0"}],
        "item": items,
    }
    path.write_text(json.dumps(document, indent=1), "utf-8")
    return path


def item(name: str, test: str = "", prerequest: str = "") -> dict[str, Any]:
    """Return a request to `/name` with its scripts."""
    scripts = {"prerequest": prerequest, "test": test}
    return {
        "name": name,
        "request": {"method": "GET", "url": f"{{{{base}}}}/{name}"},
        "event": [{"listen": key, "script": {"exec": text.split("\n")}} for key, text in scripts.items() if text],
    }


ENVIRONMENT = {
    "name": "Live",
    "values": [{"key": "api_key", "value": "k-3141-5926-5358", "type": "secret"}, {"key": "plain", "value": "p"}],
}
USES_ALL = """
const { double } = pm.require('@team/numbers');
pm.test('package', () => pm.expect(double(4)).to.equal(8));
const key = await pm.vault.get('api_key');
pm.test('vault', () => pm.expect(key).to.equal('k-3141-5926-5358'));
const plain = await pm.vault.get('plain');
pm.test('not a secret', () => pm.expect(plain).to.equal(null));
pm.test('row', () => pm.expect(pm.iterationData.get('who')).to.be.oneOf(['Ann', 'Bo']));
pm.test('environment', () => pm.expect(pm.environment.name).to.equal('Live'));
pm.environment.set('last', pm.iterationData.get('who'));
pm.globals.set('seen', [...(pm.globals.get('seen') || []), pm.iterationData.get('who')]);
pm.collectionVariables.set('count', Number(pm.collectionVariables.get('count')) + 1);
pm.visualizer.set('<b>{{who}}</b>', {who: pm.iterationData.get('who')});
"""
OPTIONS = {
    "-e": "live.json",
    "-d": "rows.csv",
    "--packages": "packages",
    "--export-environment": "out/environment.json",
    "--export-globals": "out/globals.json",
    "--export-collection": "out/collection.json",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with an environment, rows of data and a package."""
    (tmp_path / "live.json").write_text(json.dumps(ENVIRONMENT), "utf-8")
    (tmp_path / "rows.csv").write_text("who\nAnn\nBo\n", "utf-8")
    package = tmp_path / "packages" / "@team" / "numbers.js"
    package.parent.mkdir(parents=True)
    package.write_text("module.exports = { double: (n) => pm.require('twice').twice(n) };", "utf-8")
    (tmp_path / "packages" / "twice.js").write_text("module.exports = { twice: (n) => 2 * n };", "utf-8")
    return tmp_path


def test_scripts_get_what_options_give_them(
    project: Path, httpserver: HTTPServer, run_cli: Callable[..., Any], run_pytest: Callable[..., Any]
) -> None:
    """Packages, vault, rows and cookies are there; what scripts leave in the variables is exported."""
    file = write(
        project,
        httpserver,
        item("login", USES_ALL),
        item("cookie", "pm.test('cookie', () => pm.expect(pm.cookies.get('sid')).to.equal('from-the-server'))"),
    )

    done = run_cli(
        "run", file, "--vault", *(part for pair in OPTIONS.items() for part in pair),
        "-r", "cli,json", "--reporter-json-export", "report.json", cwd=project,
    )  # fmt: skip

    assert done.code == 0, done.text
    assert "k-3141" not in done.text
    sent = [request.headers.get("Cookie") for request, _ in httpserver.log if request.path == "/cookie"]
    assert sent == ["sid=from-the-server"] * 2
    values = {
        name: {each["key"]: each["value"] for each in json.loads((project / "out" / f"{name}.json").read_text())[key]}
        for name, key in (("environment", "values"), ("globals", "values"), ("collection", "variable"))
    }
    assert values["environment"] == {"api_key": "k-3141-5926-5358", "plain": "p", "last": "Bo"}
    assert values["globals"] == {"seen": ["Ann", "Bo"]}
    assert values["collection"]["count"] in (2, "2")

    told = run_pytest(
        file.name, "--harness-env=live.json", "--harness-data=rows.csv", "--harness-packages=packages",
        "--harness-vault", cwd=project,
    )  # fmt: skip
    assert told.code == 0, told.text


def test_what_no_option_gives_is_a_clear_error(
    project: Path, httpserver: HTTPServer, run_cli: Callable[..., Any]
) -> None:
    """A closed vault, packages without a folder, one that is not there, one of a registry: each says what to do."""
    file = write(
        project,
        httpserver,
        item("vault", "await pm.vault.get('api_key')"),
        item("lost", "pm.require('lost')"),
        item("remote", "pm.require('npm:lodash@4.17.21')"),
    )

    closed = run_cli("run", file, "-e", "live.json", cwd=project)
    opened = run_cli("run", file, "-e", "live.json", "--vault", "--packages", "packages", cwd=project)

    assert closed.code == opened.code == 1
    assert "the vault is closed: --vault lets scripts read the secrets of the environment" in closed.out
    assert "no folder of packages was named (--packages)" in closed.out
    assert "the vault is closed" not in opened.out
    assert "there is no lost.js in packages" in opened.out
    for shown in (closed, opened):
        assert "packages of a registry are not fetched; copy it into the folder that --packages names" in shown.out
        assert "Traceback" not in shown.text


def test_a_prerequest_script_that_fails_and_one_that_does_not_end(
    project: Path, httpserver: HTTPServer, run_cli: Callable[..., Any], run_pytest: Callable[..., Any]
) -> None:
    """The first keeps its request back unless told otherwise; the second is ended by its limit, and the run goes on."""
    file = write(
        project,
        httpserver,
        item("fails", "pm.test('answered', () => pm.response.to.have.status(200))", "nowhere.to.be.found"),
        item("endless", "pm.test('before', () => {}); while (true) {}"),
        item("last", "pm.test('last', () => {})"),
    )
    limit = ("--timeout-script", "500")

    kept = run_cli("run", file, *limit, cwd=project)
    before = [request.path for request, _ in httpserver.log]
    sent = run_cli("run", file, *limit, "--send-after-script-error", cwd=project)
    after = [request.path for request, _ in httpserver.log][len(before) :]
    told = run_pytest(file.name, "--harness-timeout-script=500", "--harness-send-after-script-error", cwd=project)

    assert (kept.code, before) == (2, ["/endless", "/last"])
    assert "--send-after-script-error" in kept.out
    assert (sent.code, after) == (1, ["/fails", "/endless", "/last"])
    assert "ReferenceError: nowhere is not defined" in sent.out
    assert "the script did not end within 0.5 s" in sent.out
    assert "3 (1 passed, 2 failed)" in sent.out or "3 (2 failed, 1 passed)" in sent.out
    assert told.code == 1, told.text
    assert "2 failed, 1 passed" in told.text


def test_the_json_report_tells_the_errors_of_scripts(
    project: Path, httpserver: HTTPServer, run_cli: Callable[..., Any], schemas: Any
) -> None:
    """As Newman does: with each request the errors of its scripts, and for each failure where it came up."""
    file = write(
        project,
        httpserver,
        item("fine", "pm.test('fine', () => {})", "1"),
        item("held", "pm.test('never', () => {})", "nowhere.to.be.found"),
        item("both", "pm.test('wrong', () => pm.expect(1).to.equal(2)); throw new TypeError('after')"),
    )

    run_cli("run", file, "-r", "json", "--reporter-json-export", "report.json", cwd=project)

    schemas.hold("json", project / "report.json")
    report = json.loads((project / "report.json").read_text())
    told = [
        {
            listen: [error["error"]["message"] for error in execution.get(listen, ())]
            for listen in ("prerequestScript", "testScript")
        }
        for execution in report["run"]["executions"]
    ]
    fine, held, both = told
    assert {"prerequestScript": [], "testScript": []} == fine
    assert ["nowhere is not defined" in message for message in held["prerequestScript"]] == [True]
    assert {"prerequestScript": [], "testScript": ["after"]} == both
    assert ["prerequest-script", "assertion:0 in test-script", "test-script"] == [
        each["at"] for each in report["run"]["failures"]
    ]


@pytest.mark.parametrize("phase", ["prerequest", "test"])
@pytest.mark.parametrize(
    "script",
    [
        pytest.param("setInterval(() => {}, 50)", id="timer"),
        pytest.param("while (true) {}", id="loop"),
        pytest.param("await new Promise((done) => setTimeout(done, 3600000))", id="promise"),
        pytest.param("while (true) { await pm.sendRequest(pm.request.url.toString()).catch(() => {}) }", id="requests"),
    ],
)
def test_the_time_of_the_run_ends_its_scripts(
    project: Path, httpserver: HTTPServer, run_cli: Callable[..., Any], phase: str, script: str
) -> None:
    """`--timeout` ends a script that would go on; its item is an error, and what follows is not reached."""
    endless = item("endless", *([script] if phase == "test" else ["", script]))
    file = write(project, httpserver, endless, item("last", "pm.test('last', () => {})"))

    done = run_cli("run", file, "--timeout", "2500", cwd=project, timeout_s=60)

    assert done.code == 2, done.text
    assert "--timeout" in done.out
    assert "/last" not in [request.path for request, _ in httpserver.log]


def test_run_request_by_name_with_variables(project: Path, httpserver: HTTPServer, run_cli: Callable[..., Any]) -> None:
    """pm.execution.runRequest runs another request with its scripts; a name that none has says which was meant."""
    outer = """
const answer = await pm.execution.runRequest('inner', {variables: {given: 'v'}});
pm.test('outer', () => pm.expect([answer.code, pm.environment.get('set')]).to.eql([200, 'v']));
let words = '';
try { await pm.execution.runRequest('iner') } catch (error) { words = error.message }
pm.test('lost', () => pm.expect(words).to.include('did you mean `inner`'));
"""
    inner = "pm.environment.set('set', pm.variables.get('given')); pm.test('inner', () => {})"
    file = write(project, httpserver, item("outer", outer), item("inner", inner))

    done = run_cli("run", file, "-i", "outer", "--verbose", cwd=project)

    assert done.code == 0, done.text
    assert [request.path for request, _ in httpserver.log] == ["/outer", "/inner"]
    assert "3" in done.out.partition("assertions:")[2].partition("\n")[0]


def test_placeholders_of_the_vault_are_the_secrets_of_the_environment(
    project: Path, httpserver: HTTPServer, run_cli: Callable[..., Any]
) -> None:
    """`{{vault:name}}` is sent filled in and shown masked; what is no secret is not in the vault."""
    sent, refused = item("sent"), item("refused")
    sent["request"]["header"] = [{"key": "X-Key", "value": "{{vault:api_key}}"}]
    refused["request"]["header"] = [{"key": "X-Key", "value": "{{vault:plain}}"}]
    file = write(project, httpserver, sent, refused)

    done = run_cli("run", file, "-e", "live.json", "-i", "sent", "--verbose", cwd=project)
    lost = run_cli("run", file, "-e", "live.json", "-i", "refused", cwd=project)

    assert [("/sent", "k-3141-5926-5358")] == [
        (request.path, request.headers["X-Key"]) for request, _ in httpserver.log
    ]
    assert "X-Key: ‹api_key›" in done.out
    assert "3141" not in done.text
    assert (2, True) == (lost.code, "unresolved variable `vault:plain`" in lost.out)


def test_a_request_run_by_a_script_is_as_in_postman(
    project: Path, httpserver: HTTPServer, run_cli: Callable[..., Any]
) -> None:
    """As postman-runtime's own tests have it: what is shared, what comes back, and what ends nothing."""
    outer = """
shared = 1;
pm.environment.set('path', 'inner');
const run = (name) => pm.execution.runRequest(name).then((answer) => answer, (error) => error.message);
const answer = await run('inner');
pm.test('its body', () => pm.expect(answer.json()).to.eql({n: 1}));
pm.test('its variables', () => pm.expect([pm.globals.get('g'), pm.collectionVariables.get('c')]).to.eql(['G', 'C']));
const skipped = await run('skips');
pm.test('none of one that skips itself', () => pm.expect(skipped).to.equal(null));
const broken = await run('broken');
pm.test('an error of one that fails', () => pm.expect(broken).to.include('nowhere is not defined'));
"""
    inner = """
pm.test('a global', () => pm.expect(shared).to.equal(1));
pm.test('the row', () => pm.expect(pm.iterationData.get('who')).to.be.oneOf(['Ann', 'Bo']));
pm.globals.set('g', 'G'); pm.collectionVariables.set('c', 'C');
pm.test('fails', () => pm.expect(true).to.equal(false));
"""
    fields = item("inner", "pm.test('sent', () => pm.response.to.have.status(200))", inner)
    fields["request"]["url"] = "{{base}}/{{path}}"
    others = (item("skips", prerequest="pm.execution.skipRequest()"), item("broken", prerequest="nowhere.to.be.found"))
    file = write(project, httpserver, item("outer", outer), fields, *others)

    done = run_cli(
        "run", file, "-d", "rows.csv", "-e", "live.json", "-i", "outer",
        "-r", "json", "--reporter-json-export", "report.json", cwd=project,
    )  # fmt: skip

    report = json.loads((project / "report.json").read_text())
    told = [[(each["assertion"], "error" in each) for each in run["assertions"]] for run in report["run"]["executions"]]
    assert 1 == done.code, done.text
    assert ["/outer", "/inner"] * 2 == [request.path for request, _ in httpserver.log]
    names = ["a global", "the row", "fails", "sent", "its body", "its variables"]
    names += ["none of one that skips itself", "an error of one that fails"]
    assert [[(name, name == "fails") for name in names]] * 2 == told
