"""Does everything that the README shows work as shown?

A block after a line that names a file is that file; in a `console` block each `$ …` is run in turn and must print what
stands below it, and a `python` block must run. `~~~` stands for what varies.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer

from harness.cli.main import _COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?:^`(?P<file>[^`\n]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
VARYING = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:~~~"),
    (re.compile(r"\d+(\.\d+)? (ms|s)\b"), r"~~~ \2"),
    (re.compile(r"=+ (.*) in [\d.]+s =+"), r"= \1 in ~~~ s ="),
    (re.compile(r"(seed:? +)\d+"), r"\1~~~"),
    (re.compile(r" +$", re.MULTILINE), ""),
)


def _without_varying(text: str) -> str:
    for pattern, replacement in VARYING:
        text = pattern.sub(replacement, text)
    return text.strip()


def _calls(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block with the output that stands below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        while command.endswith("\\"):
            more, _, output = output.partition("\n")
            command = command[:-1] + more.strip()
        yield command, output


def test_readme_works_as_shown(
    tmp_path: Path,
    httpserver: HTTPServer,
    run_cli: Callable[..., Any],
    run_pytest: Callable[..., Any],
    update_golden: bool,
) -> None:
    """Read from top to bottom, each file of the README serves, each command prints what is shown, each program runs."""
    httpserver.expect_request("/hello").respond_with_json({"id": 17, "text": "Hello Ada"})
    shutil.copytree(ROOT / "collections", tmp_path / "collections")
    told, found, text, programs = [], [], README, 0
    for match in BLOCK.finditer(README):
        if match["file"]:
            (tmp_path / match["file"]).write_text(
                match["text"].replace(":8000", f":{httpserver.port}"), encoding="utf-8"
            )
        elif match["kind"] == "python":
            subprocess.run([sys.executable, "-c", match["text"]], cwd=tmp_path, check=True, timeout=60)
            programs += 1
        elif match["kind"] == "console":
            for command, output in _calls(match["text"]):
                words = shlex.split(command.replace("127.0.0.1:8000", f"127.0.0.1:{httpserver.port}"))
                call = {"harness": run_cli, "pytest": run_pytest}[words[0]]
                printed = call(*words[1:], cwd=tmp_path).text.replace(str(httpserver.port), "8000").strip()
                told.append((command, _without_varying(output)))
                found.append((command, _without_varying(printed)))
                text = text.replace(f"$ {command}\n{output}", f"$ {command}\n{printed}\n")
    if update_golden:
        (ROOT / "README.md").write_text(text, encoding="utf-8")

    assert told == found
    assert len(told) >= 3
    assert programs >= 1


def test_make_targets_exist() -> None:
    """Every `make …` that README and CONTRIBUTING name is a target of the Makefile."""
    named = set(re.findall(r"^(?:\$ )?make (\w+)", README + (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE))

    for target in named:
        subprocess.run(["make", "-n", target], cwd=ROOT, check=True, capture_output=True)
    assert {"demo", "test"} <= named


def test_every_option_is_documented(run_cli: Callable[..., Any]) -> None:
    """Each option of each command stands in the README or on a page of the documentation."""
    pages = README + "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    for name in _COMMANDS:
        text = run_cli(name, "--help").out
        options = set(re.findall(r"(?<![\w-])--[a-z][\w-]+", text)) - {"--help"}
        missing = sorted(option for option in options if option not in pages)

        assert missing == []
