"""Does the tool start light, and do its modules have names of their own?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "harness"

HEAVY = {"pytest", "rich", "jinja2", "jsonschema", "faker", "httpx", "pytest_httpserver", "werkzeug"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "core", "misc"}

VERSION = """
import json, runpy, sys
sys.argv = ["harness", "--version"]
try:
    runpy.run_module("harness", run_name="__main__", alter_sys=True)
except SystemExit as end:
    assert not end.code, f"exit code {end.code}"
print()
print(json.dumps(sorted(sys.modules)))
"""
IMPORT = "import json, sys, harness; print(json.dumps(sorted(sys.modules)))"


def loaded_by(program: str, folder: Path) -> set[str]:
    """Return the names of the modules that a program, run in a fresh process, has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("program", [VERSION, IMPORT], ids=["harness --version", "import harness"])
def test_start_is_light(program: str, tmp_path: Path) -> None:
    """Neither `harness --version` nor `import harness` loads a heavy library."""
    loaded = loaded_by(program, tmp_path)

    assert "harness" in loaded
    assert set() == HEAVY & loaded


PYTEST = """
import json, sys, pytest
try:
    code = pytest.main(sys.argv[1:] + ["-q", "-p", "no:faker", "-p", "no:pytest_httpserver", "-p", "no:anyio"])
except SystemExit as end:
    code = end.code
assert not code, f"exit code {code}"
print()
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("arguments", [["--version", "--version"], ["."]], ids=["pytest --version", "ordinary tests"])
def test_the_plugin_is_light(arguments: list[str], tmp_path: Path) -> None:
    """Where no collection was asked for, the plugin loads nothing but its options; other plugins are not counted."""
    (tmp_path / "test_plain.py").write_text("def test_plain(): pass", encoding="utf-8")
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "x.postman_collection.json").write_text("{}", encoding="utf-8")
    loaded = loaded_by(PYTEST.replace("sys.argv[1:]", repr(arguments)), tmp_path)

    assert "harness.pytest_plugin" in loaded
    assert set() == (HEAVY - {"pytest"}) & loaded
    assert [] == sorted(name for name in loaded if name.startswith("harness.runner"))


def test_a_heavy_import_is_seen(tmp_path: Path) -> None:
    """A program that loads a heavy library is found out."""
    program = "import json, sys, httpx; print(json.dumps(sorted(sys.modules)))"

    assert "httpx" in HEAVY & loaded_by(program, tmp_path)


def test_modules_have_names_of_their_own() -> None:
    """No module or folder is named for nothing in particular, or hides a module of the standard library."""
    paths = [path for path in PACKAGE.rglob("*") if path.suffix == ".py" or path.is_dir()]
    names = {path.stem: str(path.relative_to(PACKAGE)) for path in paths}
    taken = (VAGUE | sys.stdlib_module_names) & set(names)

    assert [] == sorted(names[name] for name in taken)
