"""Do live answers take the place of their examples, and nothing else in the file changes?"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import SCHEMA, Received, Site, answer

SECRET = "s3cr3t-7f9a2c41"
UNNAMED = "0a9b8c7d6e5f4a3b"


def _item(name: str, body: str, code: int = 200, **example: Any) -> dict[str, Any]:
    saved = {
        "name": "saved",
        "status": "OK",
        "code": code,
        "_postman_previewlanguage": "json",
        "header": [{"key": "Content-Type", "value": "application/json"}],
        "body": body,
        **example,
    }
    return {"name": name, "request": {"method": "GET", "url": "{{url}}/" + name}, "response": [saved]}


def _write(file: Path, *items: dict[str, Any], indent: str | int = "\t") -> list[str]:
    document = {"info": {"name": "c", "schema": SCHEMA}, "item": items}
    text = json.dumps(document, indent=indent, ensure_ascii=False)
    file.write_text(text, encoding="utf-8")
    return text.split("\n")


def _serving(bodies: dict[str, bytes]) -> Callable[[Received], bytes]:
    return lambda request: bodies[request.target.strip("/")]


def _json(value: Any, status: str = "200 OK") -> bytes:
    return answer(json.dumps(value), status, Content_Type="application/json")


def _changed(before: list[str], file: Path) -> list[str]:
    lines = difflib.unified_diff(before, file.read_text(encoding="utf-8").split("\n"), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the collection lies."""
    return tmp_path / "c.postman_collection.json"


def _run(run_cli: Callable[..., Any], file: Path, site: Site, *more: str) -> Any:
    return run_cli("run", file.name, "--env-var", f"url={site.url}", "--update-examples", *more)


def test_only_the_lines_of_the_example_change(run_cli: Callable[..., Any], site: Any, file: Path) -> None:
    """One of two hundred big examples drifts: one line of the file is another, in the layout it had."""
    filler = json.dumps({f"key{n}": "välue / \\ " * 20 for n in range(60)}, indent=2, ensure_ascii=False)
    drifting = json.dumps({"id": 1, "né": "{{name}}", "list": [{"a": 1}], "old": True}, indent=4, ensure_ascii=False)
    items = [_item(f"f{n}", filler) for n in range(200)]
    before = _write(file, *items, _item("users", drifting))
    file.chmod(0o640)
    served = site(_serving({"users": _json({"list": [{"a": "x"}, {"a": "y"}], "new": 2.5, "né": "Ada", "id": 2})}))
    done = _run(run_cli, file, served, "--folder", "users")

    assert done.code == 1, done.text
    assert "1 example written" in done.err
    assert "`--update-examples` writes it" not in done.text  # nobody needs to be told of what is being done
    assert "`ignore = true` leaves the place out" in done.text
    assert file.stat().st_size > 2_900_000
    (old, new) = _changed(before, file)
    assert old.startswith('-\t\t\t\t\t"body": ')
    body = json.loads(new[1:].strip().removeprefix('"body": '))
    expected = {"id": 2, "né": "{{name}}", "list": [{"a": "x"}, {"a": "y"}], "new": 2.5}
    assert body == json.dumps(expected, indent=4, ensure_ascii=False)
    assert oct(file.stat().st_mode & 0o777) == "0o640"
    assert _run(run_cli, file, served, "--folder", "users").code == 0


def test_what_passes_stays(run_cli: Callable[..., Any], site: Any, file: Path) -> None:
    """Another id of the same kind is no difference, and the file stays byte for byte."""
    before = _write(file, _item("users", '{"id": 1}'))
    done = _run(run_cli, file, site(_serving({"users": _json({"id": 77})})))

    assert done.code == 0
    assert "0 examples written" in done.err
    assert _changed(before, file) == []


def test_status_is_kept_in_step(run_cli: Callable[..., Any], site: Any, file: Path) -> None:
    """Another success brings its code and its words, and the media type of its body."""
    before = _write(file, _item("users", "{}"))
    served = site(_serving({"users": answer("<a/>", "202 Accepted", Content_Type="application/xml")}))
    _run(run_cli, file, served)

    added = [line[1:].strip().rstrip(",") for line in _changed(before, file) if line[0] == "+"]
    assert added == [
        '"status": "Accepted"',
        '"code": 202',
        '"_postman_previewlanguage": "xml"',
        '"value": "application/xml"',
        '"body": "<a/>"',
    ]


def test_an_error_takes_no_successs_place(run_cli: Callable[..., Any], site: Any, file: Path) -> None:
    """A server that is down for a moment does not become what is expected."""
    before = _write(file, _item("users", "{}"))
    done = _run(run_cli, file, site(_serving({"users": _json({}, "500 Oops")})))

    assert "not written: users: 500 is an error" in done.err
    assert _changed(before, file) == []


def test_no_secret_is_written(run_cli: Callable[..., Any], site: Any, file: Path) -> None:
    """A variable's secret becomes its placeholder, another one a sample; neither value nor mask gets into the file."""
    item = _item("users", '{"id": 1}')
    key = {"type": "bearer", "bearer": [{"key": "token", "value": UNNAMED}]}
    _write(file, {**item, "request": {**item["request"], "auth": key}})
    echoed = {"id": "x", "token": SECRET, "url": f"https://a/{SECRET}/b", "echo": UNNAMED, "plain": "Ada"}
    kind = f"application/problem+json; of={SECRET}"
    served = site(_serving({"users": answer(json.dumps(echoed), Content_Type=kind)}))
    done = _run(run_cli, file, served, "--env-var", f"api_key={SECRET}")
    text = file.read_text(encoding="utf-8")
    (written,) = json.loads(text)["item"][0]["response"]
    body = json.loads(written["body"])

    assert SECRET not in text
    assert text.count(UNNAMED) == 1  # where the file itself has it
    assert "‹" not in text
    assert body["token"] == "{{api_key}}"
    assert body["url"] == "https://a/{{api_key}}/b"
    assert len(body["echo"]) == len(UNNAMED)
    assert body["plain"] == "Ada"
    assert SECRET not in done.text


@pytest.mark.parametrize("changes", ["error", "file"])
def test_nothing_is_written(run_cli: Callable[..., Any], site: Any, file: Path, changes: str) -> None:
    """A run with an error writes nothing, nor does one whose file has changed in the meantime."""
    broken = [{"name": "b", "request": {"method": "GET", "url": "http://127.0.0.1:1/"}}] if changes == "error" else []
    before = _write(file, _item("users", '{"id": 1}'), *broken)

    def respond(request: Received) -> bytes:
        if changes == "file":
            before.append("")
            file.write_text("\n".join(before), encoding="utf-8")
        return _json({"id": "x"})

    done = _run(run_cli, file, site(respond))

    assert _changed(before, file) == []
    assert done.code == (2 if changes == "error" else 4)
    assert ("the run had errors" if changes == "error" else "has changed since it was read") in done.err
    assert os.listdir(file.parent) == [file.name]


def test_a_mock_is_no_source(run_cli: Callable[..., Any], file: Path) -> None:
    """What the mock answers came out of the examples."""
    _write(file, _item("users", "{}"))
    done = run_cli("run", file.name, "--mock", "--update-examples")

    assert done.code == 4
    assert "--update-examples with --mock" in done.err
