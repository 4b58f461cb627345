"""Does the reporter that the documentation shows work as shown, installed like any other package?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "reporter"
SHOWN = re.compile(r"^`(?P<file>[^`\n]+)`:\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_shows_the_files() -> None:
    """Each file of the example stands on the page, to the letter."""
    page = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    files = {path.name: path.read_text(encoding="utf-8") for path in EXAMPLE.iterdir() if path.is_file()}

    assert files == {match["file"]: match["text"] for match in SHOWN.finditer(page)}
    assert len(files) == 2


def test_it_reports(tmp_path: Path, httpserver: HTTPServer, run_cli: Callable[..., Any]) -> None:
    """Installed without a network, it is found by its name, takes its option, and writes where it is told."""
    httpserver.expect_request(re.compile("/[ab]")).respond_with_json({})
    items = [
        {"name": name, "request": f"http://127.0.0.1:{httpserver.port}/{name}", "response": [{"code": 200}]}
        for name in "ab"
    ]
    (tmp_path / "c.json").write_text(json.dumps({"info": {"name": "c"}, "item": items}), encoding="utf-8")
    installed = {"PYTHONPATH": str(_installed(tmp_path))}
    told = run_cli("run", "c.json", "-r", "slowest", "--reporter-slowest-most", "1", env=installed)
    elsewhere = run_cli("run", "c.json", "-r", "cli,slowest", "--reporter-slowest-export", "x.md", env=installed)

    assert (0, "") == (told.code, told.text)
    table = (tmp_path / "reports" / "c.slowest.md").read_text(encoding="utf-8")
    assert re.fullmatch(r"\| ms \| request \|\n\|---:\|---\|\n\| \d+ \| [ab] \|\n", table)
    assert elsewhere.code == 0
    assert {"a", "b"} == set(re.findall(r"\| (\w) \|\n", (tmp_path / "x.md").read_text(encoding="utf-8")))
    assert "slowest" in run_cli("run", "c.json", "-r", "slowes", env=installed).err


def _installed(folder: Path) -> Path:
    """Install a copy of the example, for a build leaves files beside what it builds; return where."""
    source, target = folder / "source", folder / "site"
    source.mkdir()
    for path in EXAMPLE.iterdir():
        (source / path.name).write_bytes(path.read_bytes())
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    done = subprocess.run(
        [*command, "--target", str(target), str(source)],
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return target
