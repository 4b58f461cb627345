"""Are examples recorded in every format, by a person's choice or without, and is a broken write no loss?"""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.cli.main import main
from tests.e2e.conftest import SCHEMA, Received, answer

TOKEN = "k3y-9f81c27a-0d"
OLD = '{\n  "id": 7,\n  "name": "Ada"\n}'
V1 = {
    "id": "c", "name": "Old", "order": ["r", "s"],
    "requests": [
        {
            "id": "r", "name": "Get", "method": "GET", "url": "{{url}}/get",
            "responses": [
                {"id": "e", "name": "Found", "responseCode": {"code": 200, "name": "OK"}, "language": "json",
                 "headers": [{"key": "Content-Type", "value": "application/json"}], "text": OLD},
            ],
        },
        {"id": "s", "name": "New", "method": "GET", "url": "{{url}}/new", "responses": [], "responses_order": []},
    ],
}  # fmt: skip
V3 = {
    "Get.request.yaml": "url: '{{url}}/get'\nmethod: GET\norder: 1\n",
    "New.request.yaml": "name: 'New: one'\nurl: '{{url}}/new'\nmethod: GET\norder: 2\n",
    ".resources/definition.yaml": "$kind: collection\n",
    ".resources/Get.resources/examples/Found.example.yaml": (
        "$kind: http-example\nresponse:\n  statusCode: 200 # as it was\n  statusText: OK\n  headers:\n"
        "    Content-Type: application/json\n  body:\n    type: json\n    content: |-\n"
        '      {\n        "id": 7\n      }\n'
    ),
}


def _v2(tmp_path: Path, *items: dict[str, Any], indent: int | None = 2) -> Path:
    file = tmp_path / "c.postman_collection.json"
    file.write_text(json.dumps({"info": {"name": "c", "schema": SCHEMA}, "item": items}, indent=indent), "utf-8")
    return file


def _item(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "request": {"method": "GET", "url": "{{url}}/" + name}, **more}


def _example(**more: Any) -> dict[str, Any]:
    return {"response": [{"name": "ok", "code": 200, "status": "OK", "body": OLD, **more}]}


def _changed(request: Received) -> bytes:
    return answer('{"id": "7", "name": "Ada"}', Content_Type="application/json")


def _run(run_cli: Callable[..., Any], path: Path | str, url: str, *more: str) -> Any:
    return run_cli("run", str(path), "--env-var", f"url={url}", *more)


def test_a_request_without_example_gets_one(run_cli: Callable[..., Any], site: Any, tmp_path: Path) -> None:
    """Only requests that have none get one, with their own request but for its credentials; then all is judged."""
    auth = {"type": "bearer", "bearer": [{"key": "token", "value": TOKEN}]}
    bare = {"name": "bare", "request": {"method": "GET", "url": "{{url}}/bare", "auth": auth}}
    secret = {"name": "secret", "request": {"url": "{{url}}/secret", "header": [{"key": "X-Key", "value": TOKEN}]}}
    gone = _item("gone", response=[])
    file = _v2(tmp_path, _item("has", **_example()), bare, secret, gone)
    before = file.read_text("utf-8")

    def respond(request: Received) -> bytes:
        echoed = json.dumps({"at": request.target, "key": TOKEN})
        kind = "application/json" + f"; key={TOKEN}" * ("secret" in request.target)
        return answer(echoed, "404 Gone" if "gone" in request.target else "200 OK", Content_Type=kind)

    done = _run(run_cli, file, site(respond).url, "--update-examples", "missing")
    text = file.read_text("utf-8")
    has, bare_now, secret_now, gone_now = json.loads(text)["item"]
    (example,) = bare_now["response"]

    assert "not written: gone: 404 is an error" in done.err
    assert "2 examples written" in done.err
    assert has == json.loads(before)["item"][0]
    assert gone_now["response"] == []
    assert example["originalRequest"] == {"method": "GET", "url": "{{url}}/bare"}
    assert (example["code"], example["status"], example["_postman_previewlanguage"]) == (200, "OK", "json")
    assert example["header"] == [{"key": "Content-Type", "value": "application/json"}]
    assert json.loads(example["body"])["at"] == "/bare"
    assert "originalRequest" not in secret_now["response"][0]  # it would write the key down again
    assert secret_now["response"][0]["header"] == []  # and so would this
    assert text.count(TOKEN) == before.count(TOKEN)
    again = _run(run_cli, file, site(respond).url, "--folder", "bare", "--folder", "secret")
    assert again.code == 0, again.text


def test_format_v1(run_cli: Callable[..., Any], site: Any, tmp_path: Path) -> None:
    """Its own names for everything: the text changes in its line, a new example is listed where its request lists."""
    file = tmp_path / "old.json"
    file.write_text(json.dumps(V1, indent=1), "utf-8")
    served = site(_changed)
    _run(run_cli, file, served.url, "--update-examples")
    wanted = json.loads(json.dumps(V1))
    wanted["requests"][0]["responses"][0]["text"] = OLD.replace("7", '"7"')
    assert file.read_text("utf-8") == json.dumps(wanted, indent=1)

    done = _run(run_cli, file, served.url, "--update-examples=missing")
    assert "written: New" in done.err
    request = json.loads(file.read_text("utf-8"))["requests"][1]
    (example,) = request["responses"]
    assert request["responses_order"] == [example["id"]]
    assert (example["responseCode"], example["request"]) == ({"code": 200, "name": "OK"}, "s")
    assert _run(run_cli, file, served.url).code == 0


def test_format_v3(run_cli: Callable[..., Any], site: Any, tmp_path: Path) -> None:
    """The example's own file changes, comments and layout stay; a new example is a new file."""
    for name, text in V3.items():
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).write_text(text, "utf-8")
    served = site(_changed)
    found = tmp_path / "tree/.resources/Get.resources/examples/Found.example.yaml"
    _run(run_cli, "tree", served.url, "--update-examples")
    old = V3[".resources/Get.resources/examples/Found.example.yaml"]
    assert found.read_text("utf-8") == old.replace('"id": 7', '"id": "7",\n        "name": "Ada"')

    done = _run(run_cli, "tree", served.url, "--update-examples=missing")
    (made,) = (tmp_path / "tree/.resources/New.resources/examples").iterdir()
    assert made.name == "New- one.example.yaml"
    assert "1 example written" in done.err
    assert _run(run_cli, "tree", served.url).code == 0
    (_, item) = harness.load(tmp_path / "tree").walk()
    assert (item.examples[0].name, item.examples[0].body) == ("New: one", '{\n  "id": "7",\n  "name": "Ada"\n}')
    same = {name: (tmp_path / "tree" / name).read_text("utf-8") for name in V3 if name.endswith("request.yaml")}
    assert same == {name: text for name, text in V3.items() if name in same}


def test_a_crash_leaves_the_old_file(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cut off before the new file takes its place: the old one is whole, and nothing else lies beside it."""
    file = _v2(tmp_path, _item("a", **_example()))
    before = file.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SystemExit) as ended:
        main(["run", str(file), "--env-var", f"url={site(_changed).url}", "--update-examples"])

    assert ended.value.code == 4
    assert "No space left on device" in capsys.readouterr().err
    assert file.read_bytes() == before
    assert os.listdir(tmp_path) == [file.name]


def test_iterations_and_several_collections(run_cli: Callable[..., Any], site: Any, tmp_path: Path) -> None:
    """The first row whose answer differs counts, and each collection gets its own; a link stays one."""
    first = _v2(tmp_path, _item("a", **_example()))
    real = tmp_path / "kept" / "second.json"
    real.parent.mkdir()
    real.write_text(first.read_text("utf-8").replace("Ada", "Bob"), "utf-8")
    second = tmp_path / "d.postman_collection.json"
    second.symlink_to(real)
    (tmp_path / "rows.json").write_text(json.dumps([{"row": 7}, {"row": "x"}, {"row": "y"}]), "utf-8")
    served = site(lambda request: answer(f'{{"id": {request.headers["row"]}}}', Content_Type="application/json"))
    for file in (first, second):
        text = file.read_text("utf-8").replace(
            '"method"', '"header": [{"key": "row", "value": "\\"{{row}}\\""}], "method"'
        )
        file.write_text(text, "utf-8")
    before = [len(path.read_text("utf-8").split("\n")) for path in (first, real)]
    done = _run(run_cli, first, served.url, str(second), "-d", "rows.json", "--update-examples")

    assert "2 examples written" in done.err
    assert second.is_symlink()
    bodies = [json.loads(path.read_text("utf-8"))["item"][0]["response"][0]["body"] for path in (first, real)]
    assert bodies == ['{\n  "id": "7"\n}'] * 2
    assert before == [len(path.read_text("utf-8").split("\n")) for path in (first, real)]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--update-examples=review"], "asks at a terminal, and there is none"),
        (["--update-examples=missing", "--replay", "examples"], "for requests without an example"),
        (["--update-examples=some"], "'some' is not one of 'all', 'review', 'missing'"),
    ],
)
def test_what_cannot_be_done(
    run_cli: Callable[..., Any], site: Any, tmp_path: Path, flags: list[str], words: str
) -> None:
    """The call is refused before anything is sent."""
    served = site(_changed)
    done = _run(run_cli, _v2(tmp_path, _item("a")), served.url, *flags)

    assert (done.code, served.received) == (4, [])
    assert words in done.err


def test_review_at_a_terminal(site: Any, tmp_path: Path) -> None:
    """One is accepted, one skipped, the rest left: each is shown as a difference first, with no secret in it."""
    echo = _example(body='{"key": 1}')
    file = _v2(tmp_path, *(_item(name, **_example()) for name in ("a", "b")), _item("c", **echo), _item("d", **echo))
    before = file.read_text("utf-8").split("\n")
    served = site(
        lambda request: answer(json.dumps({"id": "7", "name": "Ada", "key": TOKEN}), Content_Type="application/json")
    )
    call = ["run", file.name, "--env-var", f"url={served.url}", "--env-var", f"api_key={TOKEN}"]
    code, shown = _at_terminal([*call, "--update-examples=review"], tmp_path, ["x", "a", "s", "q"])
    after = file.read_text("utf-8").split("\n")

    assert code == 1
    assert "1 of 4: a" in shown
    assert '-  "id": 7,' in shown
    assert '+  "id": "7",' in shown
    assert "written: a" in shown
    assert "1 example written" in shown
    assert "4 of 4: d" not in shown
    assert TOKEN not in shown
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def _at_terminal(call: list[str], folder: Path, answers: list[str]) -> tuple[int, str]:
    """Return the exit code of a call, and what stood on its terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "NO_COLOR": "1", "TERM": "dumb"}
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", *call],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    text, ends_at = "", time.monotonic() + 30
    while time.monotonic() < ends_at:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            text += piece.decode("utf-8", "replace")
        if answers and text.endswith("quit (q)? "):
            os.write(ours, (answers.pop(0) + "\n").encode())
            text += " "
    os.close(ours)
    return process.wait(10), text
