"""Does what a hostile server or collection says stay text in every report that people and programs read?"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from harness.reporters import FILE_REPORTERS

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
PIECES = (
    "\x1b[2J\x1b[31m",  # clears the screen
    "\x1b]8;;https://evil.example\x07here\x1b]8;;\x07",  # a link that says something else
    "\x1b]0;title\x07\x9b31m",
    "\u202egnp.exe\u202c\u2066\u200b",  # from right to left
    "\0\x08\x0b\x0c\x7f\ufffe\uffff",
    "]]></failure></testcase><![CDATA[",
    "\n::error file=README.md,line=1::pwned\n::stop-commands::x\n",
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "| a | b |\n|---|---|\n[x](https://evil.example) @everyone",
    "\rover",
)
HOSTILE = "".join(PIECES)
SCRIPT = """
const all = pm.response.text();
console.log(all, [all]);
pm.test(all, () => { pm.expect(all).to.eql("x") });
pm.test.skip(all);
throw new Error(all);
"""


def _answer(request: Any) -> bytes:
    """Answer with it in the reason, where HTTP allows it, and in a body that is JSON, text or neither."""
    body = HOSTILE.encode()
    kind = b"text/plain; charset=utf-8"
    if request.target == "/json":
        body, kind = json.dumps({HOSTILE: HOSTILE, "id": [HOSTILE]}).encode(), b"application/json"
    if request.target == "/xml":
        body, kind = f"<a b='{HOSTILE}'>{HOSTILE}</a>".encode(), b"text/xml"
    if request.target == "/raw":
        body = HOSTILE.encode("utf-16") + bytes(range(256))
    header = b"X-Echo: \xe2\x80\xae|::error::x|<b>\r\n"
    head = b"HTTP/1.1 500 ]]><b>::error::x\r\nContent-Type: " + kind + b"\r\n" + header
    if request.target == "/broken":
        head += b"X-Broken: \x1b[2J\x00\r\n"
    return head + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


def _collection(url: str) -> dict[str, Any]:
    example = {"name": HOSTILE, "code": 200, "body": json.dumps({HOSTILE: 1, "id": [1]})}
    items = [
        {
            "name": f"{path} {HOSTILE}",
            "request": {"method": "GET", "url": f"{url}/{path}", "description": HOSTILE},
            "response": [example],
            "event": [{"listen": "test", "script": {"exec": SCRIPT.splitlines()}}],
        }
        for path in ("json", "text", "xml", "raw", "broken")
    ]
    items.append({"name": HOSTILE, "request": f"{url}/{{{{{HOSTILE}}}}}"})
    # As the first line that is printed, the name of the collection would be a command by itself.
    name = f"::error::{HOSTILE}"
    return {"info": {"name": name, "schema": SCHEMA}, "item": [{"name": HOSTILE, "item": items}]}


def _write(folder: Path, url: str) -> None:
    (folder / "hostile.postman_collection.json").write_text(json.dumps(_collection(url)), encoding="utf-8")
    environment = {"name": HOSTILE, "values": [{"key": HOSTILE, "value": "x"}]}
    (folder / "env.json").write_text(json.dumps(environment), encoding="utf-8")


def _obeyed(text: str) -> set[str]:
    """Return the characters of a text that a terminal or an editor would obey instead of show."""
    unseen = {character for character in set(text) if unicodedata.category(character) in {"Cc", "Cf", "Cn", "Cs"}}
    return unseen - {"\n"}


def _hold(folder: Path, schemas: Any) -> None:
    """Raise `AssertionError` for a report in the folder in which something is more than text."""
    files = {path.name.rpartition("x.")[2]: path for path in folder.iterdir()}
    assert set(FILE_REPORTERS) <= set(files)
    schemas.hold("junit", files["junit"])
    said = "".join(ElementTree.parse(files["junit"]).getroot().itertext())
    assert "]]></failure></testcase>" in said
    assert not _obeyed(said)
    json.loads(files["json"].read_text(encoding="utf-8"))
    lines = files["ndjson"].read_text(encoding="utf-8").split("\n")
    assert ["run_started", "run_finished"] == [json.loads(lines[index])["event"] for index in (0, -2)]
    for name, path in files.items():
        assert (name, set()) == (name, _obeyed(path.read_bytes().decode("utf-8")))
    assert not re.search(r"<img src=x|<script>alert", files["html"].read_text(encoding="utf-8"))
    assert not re.search(r"^::", files["github"].read_text(encoding="utf-8"), re.MULTILINE)


def _hold_commands(printed: str) -> None:
    """Raise `AssertionError` where GitHub would obey a line that is not ours.

    It obeys nothing between a stop and its word, which nobody can know.
    """
    stop = re.search(r"^::stop-commands::(\w{20,})$", printed, re.MULTILINE)
    assert stop is not None
    before, (inner, _, after) = printed[: stop.start()], printed[stop.end() :].partition(f"\n::{stop[1]}::\n")
    assert re.search(r"^ *::error", inner, re.MULTILINE)
    assert not re.search(r"^ *::", before, re.MULTILINE)
    commands = [line for line in after.splitlines() if line.lstrip().startswith("::")]
    assert commands
    for line in commands:
        assert re.match(r"::(error|warning) [^\n]*title=", line)


def test_on_the_command_line(tmp_path: Path, site: Any, run_cli: Callable[..., Any], schemas: Any) -> None:
    """The terminal is sent nothing to obey, GitHub no command, and each report is whole."""
    _write(tmp_path, site(_answer).url)
    out = tmp_path / "out"
    exports = [f"--reporter-{name}-export=out/x.{name}" for name in FILE_REPORTERS]

    done = run_cli("run", "hostile.postman_collection.json", "-e", "env.json", "--verbose",
                   "-r", ",".join(["cli", *FILE_REPORTERS]), *exports)  # fmt: skip
    printed = done.out

    assert done.code == 2, done.text
    assert not _obeyed(done.text)
    assert "\\x1b[2J" in printed
    _hold_commands(printed)
    _hold(out, schemas)


def test_in_pytest(tmp_path: Path, site: Any, run_pytest: Callable[..., Any], schemas: Any) -> None:
    """Neither pytest's output nor its JUnit file nor ours has anything but text in it."""
    _write(tmp_path, site(_answer).url)
    reports = [part for name in FILE_REPORTERS for part in ("--harness-report", f"{name}=out/x.{name}")]

    done = run_pytest("hostile.postman_collection.json", "--harness-env", "env.json", "-p", "no:cacheprovider", "-rA",
                      "-v", "--junitxml=pytest.xml", "-o", "junit_logging=all", *reports)  # fmt: skip

    assert done.code == 1, done.text
    assert not _obeyed(done.text)
    _hold_commands(done.text)
    assert ElementTree.parse(tmp_path / "pytest.xml").getroot().find(".//failure") is not None
    _hold(tmp_path / "out", schemas)
