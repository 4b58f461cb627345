"""Does every option do what it says, on the command line and in the ini file, and is a wrong value told?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.options.table import options_of

FILE = "api/shop.postman_collection.json"
ENVIRONMENT = """{"name": "Local", "values": [{"key": "base_url", "value": "%s"},
{"key": "api_key", "value": "k3y-9f81c27a"}, {"key": "name", "value": "{{$env.SHOP_NAME}}"}]}"""


def _rows(project: Any) -> None:
    (project.root / "rows.csv").write_text("name\nAda\nBob\n", encoding="utf-8")


def _environment(project: Any) -> None:
    (project.root / "local.json").write_text(ENVIRONMENT % project.url, encoding="utf-8")
    (project.root / ".shop").write_text("SHOP_NAME=Eve\n", encoding="utf-8")


@pytest.mark.parametrize("where", ["flag", "ini"])
def test_files(project: Any, where: str) -> None:
    """Environment, its process values and rows are read: from the working directory by flag, from the ini's by ini."""
    _environment(project)
    _rows(project)
    if where == "flag":
        project.bare(FILE, "--harness-env", "local.json", "--harness-env-file", ".shop", "--harness-data", "rows.csv",
                     "--harness-folder", "Users")  # fmt: skip
    else:
        project.ini("harness_env = local.json\nharness_env_file = .shop\nharness_data = rows.csv\n"
                    "harness_folder = Users")  # fmt: skip
        project.bare(project.root / FILE, cwd=project.root / "api", env={})

    bodies = [json.loads(request.data)["name"] for request, _ in project.server.log if request.method == "POST"]
    assert bodies == ["Ada", "Bob"]
    assert len(project.sent) == 4


def test_globals(project: Any) -> None:
    """Globals come from a file or a flag, and an environment's value wins over them."""
    (project.root / "globals.json").write_text('{"values": [{"key": "api_key", "value": "from-globals"}]}', "utf-8")
    values = ("--harness-env-var", f"base_url={project.url}", "--harness-global-var", "name=Gil",
              "--harness-global-var", "base_url=http://127.0.0.1:1")  # fmt: skip
    project.bare(FILE, "--harness-globals", "globals.json", *values, "--harness-folder", "Create a user")
    request, _ = project.server.log[0]

    assert json.loads(request.data) == {"name": "Gil"}
    assert request.headers["X-Api-Key"] == "from-globals"


def test_process_environment_by_flag(project: Any) -> None:
    """`NAME=env:OTHER` takes a value from the process environment."""
    values = ("--harness-env-var", f"base_url={project.url}", "--harness-env-var", "name=x")
    project.bare(FILE, *values, "--harness-env-var", "api_key=env:SHOP_KEY", env={"SHOP_KEY": "fr0m-outside"})

    assert project.server.log[1][0].headers["X-Api-Key"] == "fr0m-outside"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--harness-folder", "Users"), ["GET /users", "POST /users"]),
        (("--harness-folder", "Users::List users", "--harness-folder", "Stock"), ["GET /users", "GET /stock"]),
        (("--harness-exclude", "Users"), ["GET /health", "GET /stock"]),
        (("--harness-folder", "Users", "--harness-exclude", "List users"), ["POST /users"]),
        (("--harness-iterations", "2", "--harness-folder", "Health"), ["GET /health", "GET /health"]),
        (("--harness-mock",), []),
    ],
    ids=["folder", "two names", "exclude", "both", "iterations", "mock"],
)
def test_what_is_sent(project: Any, options: tuple[str, ...], expected: list[str]) -> None:
    """Exactly the selected requests reach the server, and none with the mock."""
    project.pytest(FILE, *options)

    assert project.sent == expected


def test_matching(project: Any, outcomes: Callable[[str], dict[str, int]]) -> None:
    """The way of comparing is that of the option; `exact` finds what `shape` allows."""
    shape = project.pytest(FILE, "--harness-match", "shape")
    project.ini("harness_match = exact")
    exact = project.pytest(FILE)

    assert outcomes(shape.text) == {"passed": 3, "unchecked": 1}
    assert outcomes(exact.text) == {"failed": 3, "unchecked": 1}


def test_replay(project: Any) -> None:
    """Each saved example is an item of its own, with the flag and with the ini value."""
    asked = project.pytest(FILE, "--harness-replay", "requests", "--collect-only", "-q").text
    flag = project.pytest(FILE, "--harness-replay", "examples", "--collect-only", "-q").text
    project.ini("harness_replay = examples")
    ini = project.pytest(FILE, "--collect-only", "-q").text

    assert "[ex=" not in asked
    assert len(re.findall(r"::.*\[ex=.*\]", flag)) == 3
    assert re.findall(r"::(.*\[ex=.*\])", ini) == re.findall(r"::(.*\[ex=.*\])", flag)


def test_protection(project: Any, outcomes: Callable[[str], dict[str, int]]) -> None:
    """A protected environment keeps the POST back as withheld, `w`; --harness-allow lets it through."""
    (project.root / "local.json").write_text('{"name": "Live", "values": []}', encoding="utf-8")
    (project.root / "api" / "shop.harness.toml").write_text("[environments.Live]\nprotected = true\n", encoding="utf-8")
    kept = project.pytest(FILE, "--harness-env", "local.json")
    sent = list(project.sent)
    allowed = project.pytest(FILE, "--harness-env", "local.json", "--harness-allow", "Create a user")

    assert outcomes(kept.text) == {"passed": 2, "unchecked": 1, "withheld": 1}
    assert f"{FILE} .wu." in kept.text
    assert "POST /users" not in sent
    assert outcomes(allowed.text) == {"passed": 3, "unchecked": 1}


def test_limits(project: Any) -> None:
    """Too large an answer and too slow a server are errors, with the option's name in pytest's words."""
    large = project.pytest(FILE, "--harness-max-body-bytes", "3", "--harness-folder", "Stock")
    slow = project.pytest(FILE, "--harness-timeout-request", "1", "--harness-delay-request", "1",
                          "--harness-env-var", "base_url=http://127.0.0.1:9", "--harness-folder", "Stock")  # fmt: skip

    assert large.code == slow.code == 1
    assert "error: Shop › Stock" in large.text
    assert "error: Shop › Stock" in slow.text


def test_placeholders(project: Any) -> None:
    """A placeholder without a value stops the run with a hint for pytest; `--harness-unresolved send` sends it."""
    missing = project.bare(FILE, "--harness-env-var", f"base_url={project.url}")
    nothing = list(project.sent)
    project.bare(FILE, "--harness-env-var", f"base_url={project.url}", "--harness-unresolved", "send")

    assert "pass `--harness-env-var api_key=…`" in missing.text
    assert nothing == []
    assert len(project.sent) == 4


def test_samples_and_seed(project: Any) -> None:
    """`--harness-fill-samples` makes values up, and the same ones for the same seed."""
    file = project.root / FILE
    text = file.read_text(encoding="utf-8").replace("{{name}}", "<string>").replace("{{api_key}}", "{{$guid}}")
    file.write_text(text, encoding="utf-8")
    refused = project.pytest(FILE, "--harness-folder", "Create a user")
    for _ in range(2):
        project.pytest(FILE, "--harness-folder", "Create a user", "--harness-fill-samples", "--harness-seed", "7")
    project.pytest(FILE, "--harness-folder", "Create a user", "--harness-fill-samples", "--harness-seed", "8")
    keys = [request.headers["X-Api-Key"] for request, _ in project.server.log]

    assert "let `--harness-fill-samples` make one up" in refused.text
    assert keys[0] == keys[1] != keys[2]


def test_secrets(project: Any) -> None:
    """A variable's value is masked when --harness-secret names it, a credential's anyway."""
    project.answers["POST /users"] = (400, {"name": "Ada", "key": "k3y-9f81c27a"})
    told = project.pytest(FILE, "--harness-secret", "name", "--junitxml=j.xml", "-v", "-rA")
    everything = told.text + (project.root / "j.xml").read_text(encoding="utf-8")

    assert "Ada" not in everything
    assert "k3y-9f81c27a" not in everything
    assert "‹name›" in everything


def test_unsafe_show_secrets(project: Any) -> None:
    """By flag or ini file, credentials stand in clear, and the last lines say so."""
    flag = project.pytest(FILE, "--harness-unsafe-show-secrets", "-rA")
    project.ini("harness_unsafe_show_secrets = true")
    ini = project.pytest(FILE, "-rA")

    for told in (flag, ini):
        assert "X-Api-Key: k3y-9f81c27a" in told.text
        assert "note: secrets are shown in clear (unsafe-show-secrets)" in told.text


def test_strict(project: Any, outcomes: Callable[[str], dict[str, int]]) -> None:
    """An answer that nothing judges is `u`, and fails with --harness-strict."""
    lax = project.pytest(FILE)
    strict = project.pytest(FILE, "--harness-strict")

    assert lax.code == 0
    assert f"{FILE} ..u." in lax.text
    assert outcomes(lax.text) == {"passed": 3, "unchecked": 1}
    assert strict.code == 1
    assert outcomes(strict.text) == {"passed": 3, "failed": 1}
    assert "unchecked: Shop › Health" in strict.text


def test_nothing_judged_is_not_green(project: Any) -> None:
    """A run in which nothing was judged ends as if nothing had run."""
    assert project.pytest(FILE, "--harness-folder", "Health").code == 5


def test_a_proxy_of_no_kind_we_know(project: Any) -> None:
    """It ends the call, whether in the flag or in a variable; tests/e2e has the ones that work."""
    for given in ("socks5://p:1080", "env:NOWHERE"):
        told = project.pytest(FILE, "--harness-proxy", given, "--harness-no-proxy", "*")

        assert told.code == 4
        assert "Traceback" not in told.text
    assert project.sent == []


def test_what_fails(project: Any, outcomes: Callable[[str], dict[str, int]]) -> None:
    """--harness-fail-on any fails for an added key; a rule that found nothing is told at the end."""
    project.answers["GET /stock"] = (200, {"count": 5, "new": 1})
    rules = '[[rules]]\nselect = "Stock"\npath = "$.nothing"\nignore = true\n'
    (project.root / "api" / "shop.harness.toml").write_text(rules, "utf-8")
    usual, strict = project.process(FILE), project.process(FILE, "--harness-fail-on", "any")

    assert "failed" not in outcomes(usual.text)
    assert outcomes(strict.text)["failed"] == 1
    assert "$.new: added key" in strict.text
    assert "note: api/shop.harness.toml:2:1: the rule found nothing: $.nothing" in usual.text


def test_remote_references(project: Any, outcomes: Callable[[str], dict[str, int]]) -> None:
    """--harness-allow-remote-refs fetches a schema from the host it names; without it the call ends, and says so."""
    import json
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Schemas(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"required": ["price"]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Schemas)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    rules = '[[rules]]\nselect = "Stock"\nschema = "s.json"\n'
    (project.root / "api" / "shop.harness.toml").write_text(rules, "utf-8")
    (project.root / "api" / "s.json").write_text(json.dumps({"$ref": f"http://{host}/s.json"}), "utf-8")
    refused, held = project.pytest(FILE), project.pytest(FILE, "--harness-allow-remote-refs", host)
    server.shutdown()
    server.server_close()

    assert f"--harness-allow-remote-refs {host}" in refused.text
    assert outcomes(held.text)["failed"] == 1
    assert "$.price" in held.text


def test_profile(project: Any, outcomes: Callable[[str], dict[str, int]]) -> None:
    """A profile of pyproject.toml holds when it is named."""
    (project.root / "pyproject.toml").write_text('[tool.harness.profiles.strictly]\nmatch = "exact"\n', "utf-8")

    assert outcomes(project.pytest(FILE, "--harness-profile", "strictly").text)["failed"] == 3


def test_scripts(project: Any, outcomes: Callable[[str], dict[str, int]]) -> None:
    """Scripts judge as in the command line, unless they are left out by --harness-no-scripts."""
    file = project.root / FILE
    collection = json.loads(file.read_text(encoding="utf-8"))
    collection["item"][2]["event"] = [
        {"listen": "test", "script": {"exec": ["pm.test('none left', () => pm.expect(1).to.equal(0))"]}}
    ]
    file.write_text(json.dumps(collection), encoding="utf-8")
    told = project.pytest(FILE)

    assert outcomes(told.text) == {"passed": 2, "failed": 1, "unchecked": 1}
    assert "none left" in told.text
    assert "expected 1 to equal +0" in told.text
    assert project.pytest(FILE, "--harness-no-scripts").code == 0


def test_body_files(project: Any, outcomes: Callable[[str], dict[str, int]]) -> None:
    """Files of bodies are read below --harness-working-dir only."""
    file = project.root / FILE
    collection = json.loads(file.read_text(encoding="utf-8"))
    collection["item"][0]["item"][1]["request"]["body"] = {"mode": "file", "file": {"src": "user.json"}}
    file.write_text(json.dumps(collection), encoding="utf-8")
    (project.root / "bodies").mkdir()
    (project.root / "bodies" / "user.json").write_text('{"name": "File"}', encoding="utf-8")

    assert outcomes(project.pytest(FILE).text)["failed"] == 1
    assert project.pytest(FILE, "--harness-working-dir", "bodies").code == 0
    assert json.loads(project.server.log[-3][0].data) == {"name": "File"}


def test_insecure(project: Any) -> None:
    """The curl command of a run that verifies no certificates does not either."""
    project.break_stock()
    file = project.root / FILE
    file.write_text(file.read_text(encoding="utf-8").replace("{{base_url}}/health", "https://127.0.0.1:9"), "utf-8")
    told = project.pytest(FILE, "--harness-insecure")

    assert re.search(r"^ +-k$", told.text, re.MULTILINE)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--harness-match", "bogus"),
        ("--harness-with", "everything"),
        ("--harness-iterations", "x"),
        ("--harness-timeout-request", "-5"),
        ("--harness-env", "nowhere.json"),
        ("--harness-env-var", "no equals sign"),
        ("--harness-data", "nowhere.csv"),
        ("--harness-folder", "Stok"),
        ("--harness-exclude", "Stok"),
        ("--harness-allow", "Stok"),
        ("--harness-report", "json"),
        ("--harness-report", "pdf=x.pdf"),
        ("--harness-openapi", "nowhere.yaml"),
        ("--harness-allow-remote-refs", "*"),
        ("--harness-report", "teamcity=x"),
        ("--harness-report", "junit=x", "--harness-report", "json=./x"),
        ("--harness-report-option", "html-titel=Smoke"),
        ("--harness-report-option", "html-title"),
        ("--harness-working-dir", "nowhere"),
        ("--harness-bogus",),
    ],
    ids=" ".join,
)
def test_wrong_values_are_usage_errors(project: Any, arguments: tuple[str, ...]) -> None:
    """A wrong option ends the call with exit code 4 and no traceback, before anything is sent."""
    told = project.pytest(FILE, *arguments)

    assert told.code == 4
    assert "error: " in told.text.lower()
    assert "Traceback" not in told.text
    assert "harness/pytest_plugin" not in told.text
    assert project.sent == []


@pytest.mark.parametrize(
    "line", ["match = bogus", "unresolved = maybe", "with = all", "iterations = x", "mock = maybe"]
)
def test_wrong_ini_values_are_usage_errors(project: Any, line: str) -> None:
    """A wrong value in the ini file is told like a wrong option."""
    project.ini(f"harness_{line}")
    told = project.pytest(FILE)

    assert told.code == 4, told.text
    assert "harness/pytest_plugin" not in told.text
    assert project.sent == []


def test_a_bug_of_harness(project: Any) -> None:
    """It is an error of its request; the traceback is shown with --harness-debug alone."""
    project.write(conftest="import harness.runner.item\nharness.runner.item.judge = lambda *_, **__: 1 / 0\n")
    usual, traced = project.process(FILE), project.process(FILE, "--harness-debug")

    assert "this is a bug in harness: ZeroDivisionError" in usual.text
    assert "`--harness-debug`" in usual.text
    assert ["Traceback" in told.text for told in (usual, traced)] == [False, True]


def test_near_names_are_told(project: Any) -> None:
    """A folder that is not there is answered with the name that was meant."""
    assert "did you mean `Stock`" in project.pytest(FILE, "--harness-folder", "Stok").text


def test_every_option_is_an_ini_value_and_tested(project: Any) -> None:
    """Each option stands in --help, its ini name too, and in a test that calls pytest with it."""
    shown, options = project.bare("--help").text, options_of("pytest")
    files = [*Path(__file__).parent.glob("*.py"), Path(__file__).parents[1] / "e2e" / "test_both_doors.py"]
    tests = "".join(path.read_text(encoding="utf-8") for path in files)

    assert len(options) > 50
    assert [each.field for each in options if each.plugin_flag not in shown or each.ini not in shown] == []
    assert [each.field for each in options if f'"{each.plugin_flag}"' not in tests] == []
