"""What does `harness check` tell without sending anything?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer

ROOT = Path(__file__).parents[2]
PLIVO = ROOT / "collections" / "plivo"


def test_a_clean_collection_is_clean(run_cli: Callable[..., Any]) -> None:
    """Plivo's collection with its example environment has no problems: exit 0."""
    done = run_cli("check", PLIVO, "-e", PLIVO / "example.postman_environment.json")

    assert (0, "") == (done.code, done.err)
    assert "no problems" in done.out


def test_missing_process_variables_are_named(run_cli: Callable[..., Any]) -> None:
    """The live environment without its process variables tells each that is missing: exit 4."""
    done = run_cli("check", PLIVO, "-e", PLIVO / "live.postman_environment.json")

    assert done.code == 4
    assert "the process environment has no `PLIVO_AUTH_ID`" in done.out


def test_live_environment_with_its_process_variables(run_cli: Callable[..., Any]) -> None:
    """With every `$env` value set, the live environment is clean too."""
    text = (PLIVO / "live.postman_environment.json").read_text(encoding="utf-8")
    names = [value["value"].removeprefix("{{$env.").removesuffix("}}") for value in json.loads(text)["values"]]

    done = run_cli("check", PLIVO, "-e", PLIVO / "live.postman_environment.json", env=dict.fromkeys(names, "x1"))

    assert done.code == 0, done.text


def test_nothing_is_sent(tmp_path: Path, httpserver: HTTPServer, run_cli: Callable[..., Any]) -> None:
    """Every problem of a file is told with its place, and the server hears nothing."""
    items = [
        {"name": "a", "request": {"url": "{{base_url}}/{{missing}}/x"}},
        {"name": "b", "request": {"url": "{{base_url}}/y", "auth": {"type": "hmac"}}},
        {"name": "c", "request": {"url": "{{base_url}}/z", "method": "POST", "body": {"mode": "binary"}}},
        {"name": "d", "request": {"url": "{{base_url}}/ok"}, "event": [{"listen": "test", "script": {"exec": ["1"]}}]},
    ]
    file = tmp_path / "x.postman_collection.json"
    file.write_text(json.dumps({"info": {"name": "x"}, "item": items}, indent=1), encoding="utf-8")

    done = run_cli("check", file, "--env-var", f"base_url=http://127.0.0.1:{httpserver.port}")

    assert done.code == 4
    assert "3 problems, 1 warning" in done.out
    for words in ("`missing`", "unknown auth scheme `hmac`", "unknown body mode `binary`"):
        assert words in done.out
    assert httpserver.log == []


def _scripts(folder: Path, *scripts: list[str] | str) -> Path:
    items = [
        {"name": f"r{n}", "request": "http://127.0.0.1:1/", "event": [{"listen": "test", "script": {"exec": script}}]}
        for n, script in enumerate(scripts)
    ]
    file = folder / "x.postman_collection.json"
    file.write_text(json.dumps({"info": {"name": "x"}, "item": items}, indent=1), encoding="utf-8")
    return file


def test_a_script_that_cannot_be_read_is_told_with_its_place(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """The line of the file and a caret below the fault, whether the script is an array of lines or one string."""
    file = _scripts(tmp_path, ["let a = 1;", "let b = ;"], "let c = 1;\nlet d d;", ["pm.test('x', () => {"])
    lines = file.read_text(encoding="utf-8").splitlines()

    done = run_cli("check", file, "--packages", tmp_path)

    assert (4, "") == (done.code, done.err)
    for words, code, fault in (
        ("r0 › test cannot be read: SyntaxError: Unexpected token ';'", "let b = ;", ";"),
        ("r1 › test cannot be read: SyntaxError: Unexpected identifier 'd'", "let d d;", "d;"),
        ("r2 › test cannot be read: SyntaxError: Unexpected end of input", "pm.test('x'", "pm.test"),
    ):
        line = next(number for number, text in enumerate(lines, 1) if code in text)
        column = lines[line - 1].index(fault, lines[line - 1].index(code)) + 1
        told = done.out[done.out.index(f"error: {words}\n") :].splitlines()
        assert told[1].strip() == f"--> {file}:{line}:{column}"


def test_scripts_are_compiled_and_not_run(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """What may stand in a script is clean, even an endless loop; one that leaves its function cannot be read."""
    clean = ["await pm.sendRequest('http://127.0.0.1:1/');", "if (pm.info) return;", "while (true) {}"]

    assert run_cli("check", _scripts(tmp_path, clean)).code == 0
    assert run_cli("check", _scripts(tmp_path, ["}); while (true) {} (async () => {"])).code == 4


def test_packages_that_are_not_there_are_told(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """Those of a registry, too; `--no-scripts` looks at no script."""
    file = _scripts(tmp_path, ["pm.require('@team/sign'); pm.require('npm:ms@2');"])

    done = run_cli("check", file)

    assert done.code == 4
    for name in ("`@team/sign`", "`npm:ms@2`"):
        assert f"r0 › test requires the package {name}" in done.out
    (tmp_path / "@team").mkdir()
    (tmp_path / "@team" / "sign.js").write_text("module.exports = 1;")
    assert "package `@team/sign`" not in run_cli("check", file, "--packages", tmp_path).out
    assert run_cli("check", file, "--no-scripts").code == 0


def test_what_scripts_name_and_nobody_has_is_told(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """A member of pm, a module and a package each stand with their line, a caret and what may have been meant."""
    lines = [
        "const _ = require('lodash');",
        "pm.tset('a', () => {});",
        "const m = require('momen');",
        "pm.info.iteratoin;",
    ]
    file = _scripts(tmp_path, lines)
    text = file.read_text(encoding="utf-8").splitlines()
    done = run_cli("check", file)

    assert done.code == 4
    for severity, words, name in (
        ("error", "uses `pm.tset`, which a test script does not have", "tset"),
        ("error", "requires the module `momen`, which the sandbox does not have", "'momen'"),
        ("warning", "uses `pm.info.iteratoin`, which a test script does not have", "iteratoin"),
    ):
        line, column = next((number, each.index(name) + 1) for number, each in enumerate(text, 1) if name in each)
        told = done.out[done.out.index(f"{severity}: r0 › test {words}\n") :].splitlines()
        assert told[1].strip() == f"--> {file}:{line}:{column}"
        assert told[4].split("|")[1] == " " * column + "^" * len(name)
    assert "hint: did you mean `test`" in done.out
    assert "lodash`" not in done.out


def test_list_prints_node_paths(run_cli: Callable[..., Any]) -> None:
    """`--list` prints what `--folder` takes."""
    done = run_cli("check", PLIVO, "--list", "--folder", "Message")

    assert done.out.splitlines() == ["Message::Send a message", "Message::Retrieve a message", "Message::List messages"]


def test_the_whole_corpus_is_checked_without_a_traceback(corpus: Path, run_cli: Callable[..., Any]) -> None:
    """Each file of the corpus gets its verdict, clean or with located problems, and nothing else is printed."""
    files = sorted(corpus.glob("*.json"))

    done = run_cli("check", *files, "--no-scripts", timeout_s=300)

    verdicts = re.findall(r"^(\S.*\.json): (?:no problems|\d+ (?:problem|warning)s?.*)$", done.out, re.MULTILINE)
    assert [str(file) for file in files] == verdicts
    assert (4, "") == (done.code, done.err)
