"""What does `harness run` do with the choices of a call that no single case shows?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


def _write(folder: Path, name: str, **request: Any) -> Path:
    """Write a collection of one request with one example and return its file."""
    item = {
        "name": f"Get {name}",
        "request": {"method": "GET", "url": f"https://api.example.com/{name}", **request},
        "response": [{"name": "ok", "code": 200, "header": [], "body": json.dumps({"name": name})}],
    }
    file = folder / f"{name}.postman_collection.json"
    file.write_text(json.dumps({"info": {"name": name, "schema": SCHEMA}, "item": [item]}), encoding="utf-8")
    return file


def test_several_collections_make_one_report(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """Files, folders and globs are run together, each file once, with one report and one exit code."""
    (tmp_path / "more").mkdir()
    first = _write(tmp_path, "one")
    _write(tmp_path / "more", "two")
    _write(tmp_path / "more", "three")

    done = run_cli("run", first, "more", "more/t*.json", "--mock", "-r", "cli,json", "--reporter-json-export", "r.json")

    assert done.code == 0, done.text
    names = [
        execution["item"]["name"] for execution in json.loads((tmp_path / "r.json").read_text())["run"]["executions"]
    ]
    assert names == ["Get one", "Get three", "Get two"]
    assert "passed: 3 of 3 items" in done.out


def test_faults_of_all_files_are_told_before_anything_runs(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """Two broken files of three are both told, and the good one is not run."""
    _write(tmp_path, "good")
    (tmp_path / "bad1.postman_collection.json").write_text("{")
    (tmp_path / "bad2.postman_collection.json").write_text('{"info": {}, "item": 5}')

    done = run_cli("run", ".", "--mock")

    assert done.code == 4
    assert "bad1.postman_collection.json:1:2" in done.err
    assert "bad2.postman_collection.json:1:22" in done.err
    assert "passed" not in done.out


def test_an_unwritable_report_is_told_before_anything_is_sent(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """A report path below a file ends the call with 4 and no request."""
    file = _write(tmp_path, "one")

    done = run_cli("run", file, "--mock", "-r", "cli,junit", "--reporter-junit-export", file / "x.xml")

    assert done.code == 4
    assert "✓" not in done.out


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        pytest.param(["nope.json"], 4, "no such file: nope.json", id="missing file"),
        pytest.param(["one.postman_colection.json"], 4, "did you mean `one.postman_collection.json`?", id="near file"),
        pytest.param(
            ["one.postman_collection.json", "-e", "nope.json"], 4, "no such file: nope.json", id="environment"
        ),
        pytest.param(["one.postman_collection.json", "--env-var", "x"], 4, "NAME=VALUE", id="env-var without ="),
        pytest.param(["one.postman_collection.json", "--env-var", "a=env:NOT_SET_1"], 4, "NOT_SET_1", id="env not set"),
        pytest.param(["one.postman_collection.json", "-r", "clii"], 4, "did you mean `cli`?", id="reporter"),
        pytest.param(["one.postman_collection.json", "--match", "shap"], 4, "shape", id="match"),
        pytest.param(["one.postman_collection.json", "-n", "0"], 4, "-n", id="iterations"),
        pytest.param(["one.postman_collection.json", "--profile", "x"], 4, "no profile is called `x`", id="profile"),
        pytest.param(["one.postman_collection.json", "--working-dir", "x"], 4, "no folder: x", id="working dir"),
        pytest.param(["*.nothing"], 4, "no collection fits", id="glob"),
        pytest.param(["empty"], 4, "no *.postman_collection.json and no collection in YAML in the folder", id="folder"),
        pytest.param([], 4, "Missing argument", id="no file"),
        pytest.param(["one.postman_collection.json", "--allow", "nope", "--mock"], 4, "called `nope`", id="allow"),
    ],
)
def test_a_wrong_call_is_told(
    tmp_path: Path, run_cli: Callable[..., Any], arguments: list[str], code: int, text: str
) -> None:
    """A wrong argument ends the call with 4 and a sentence that names it, never with a traceback."""
    _write(tmp_path, "one")
    (tmp_path / "empty").mkdir()

    done = run_cli("run", *arguments)

    assert (code, True) == (done.code, text in done.err), done.text
    assert "Traceback" not in done.text


def test_seed_repeats_the_dynamic_values(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """Two runs with one seed send the same values; another seed sends others."""
    file = _write(tmp_path, "one", url="https://api.example.com/one?id={{$guid}}&n={{$randomInt}}&id2={{$guid}}")

    def sent(seed: str) -> str:
        run_cli("run", file, "--mock", "--seed", seed, "-r", "json", "--reporter-json-export", "r.json")
        execution = json.loads((tmp_path / "r.json").read_text())["run"]["executions"][0]
        return json.dumps(execution["request"]["url"])

    first = sent("7")
    assert first == sent("7")
    assert first != sent("8")


def test_suppressed_exit_code(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """`-x` turns 1 and 2 into 0, but not the 4 of a wrong call."""
    file = _write(tmp_path, "one", url="http://127.0.0.1:1/one")

    assert run_cli("run", file).code == 2
    assert run_cli("run", file, "-x").code == 0
    assert run_cli("run", "nope.json", "-x").code == 4


def test_without_a_terminal_no_control_codes_are_printed(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """Into a pipe or a CI log go plain lines only, whatever a hostile file is called."""
    file = _write(tmp_path, "one")
    document = json.loads(file.read_text())
    document["item"][0]["name"] = "\x1b[2Jgone\r\u202e"
    file.write_text(json.dumps(document))

    done = run_cli("run", file, "--mock")

    assert done.code == 0
    assert not set("\x1b\r\u202e") & set(done.text)


def test_module_and_command_are_the_same(run_cli: Callable[..., Any]) -> None:
    """`--version` and `--help` work, and name the commands."""
    assert run_cli("--version").out.startswith("harness ")
    for command in ("run", "check", "mock"):
        assert command in run_cli("--help").out
