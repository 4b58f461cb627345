"""What do the tests of the plugin get? A project with a collection, the server it asks, and pytest called in it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

import harness.pytest_plugin.session  # noqa: F401  # read once: pytester forgets what a call inside has imported

DATA = Path(__file__).parent / "data"
ANSWERS = {
    "GET /users": (200, [{"id": 7}]),
    "POST /users": (201, {"id": "2a"}),
    "GET /health": (200, {"ok": True}),
    "GET /stock": (200, {"count": 5}),
}


@dataclass(frozen=True, slots=True)
class Project:
    """A folder as a user has it: a collection in `api/`, whatever tests a test adds, and the server."""

    root: Path
    server: HTTPServer
    answers: dict[str, tuple[int, Any]]
    here: Callable[..., Any]
    apart: Callable[..., Any]

    @property
    def url(self) -> str:
        """Return the value of `base_url`."""
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def variables(self) -> tuple[str, ...]:
        """Return the options without which nothing of the collection can be sent."""
        values = {"base_url": self.url, "api_key": "k3y-9f81c27a", "name": "Ada"}
        return tuple(part for pair in values.items() for part in ("--harness-env-var", "=".join(pair)))

    def write(self, **files: str) -> None:
        """Write Python files, named without their ending; two underscores are a slash."""
        for name, text in files.items():
            path = self.root / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def ini(self, text: str) -> None:
        """Write pytest.ini."""
        (self.root / "pytest.ini").write_text(f"[pytest]\n{text}\n", encoding="utf-8")

    def pytest(self, *args: str | Path, **more: Any) -> Any:
        """Call `pytest ARGS…` in the folder with all variables given, in this process."""
        return self.here(*args, *self.variables, **{"cwd": self.root, **more})

    def bare(self, *args: str | Path, **more: Any) -> Any:
        """Call `pytest ARGS…` in the folder, in this process."""
        return self.here(*args, **{"cwd": self.root, **more})

    def process(self, *args: str | Path, **more: Any) -> Any:
        """Call `pytest ARGS…` in the folder with all variables given, in a process of its own."""
        return self.apart(*args, *self.variables, **{"cwd": self.root, **more})

    def break_stock(self) -> None:
        """Have the server answer one request otherwise than its example."""
        self.answers["GET /stock"] = (200, {"count": "many"})

    @property
    def sent(self) -> list[str]:
        """Return what reached the server."""
        return [f"{request.method} {request.path}" for request, _ in self.server.log]


@dataclass(frozen=True, slots=True)
class Told:
    """What one call of pytest in this process came to."""

    code: int
    text: str


@pytest.fixture
def here(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Told]:
    """Return a function that calls `pytest ARGS…` in this process, which is five times as fast as in another."""
    for name in ("CI", "BUILD_NUMBER", "COLUMNS", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)

    def call(*args: str | Path, cwd: Path, env: dict[str, str] | None = None) -> Told:
        with monkeypatch.context() as patch:
            patch.chdir(cwd)
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            done = pytester.runpytest_inprocess("--rootdir", str(pytester.path), *map(str, args))
        return Told(int(done.ret), "\n".join([*done.outlines, *done.errlines]))

    return call


@pytest.fixture(scope="module")
def shop_server() -> Iterator[HTTPServer]:
    """Return a server for the tests of one file; it takes half a second to stop one."""
    with HTTPServer(threaded=True) as server:
        yield server


@pytest.fixture
def project(
    pytester: pytest.Pytester,
    here: Callable[..., Told],
    run_pytest: Callable[..., Any],
    shop_server: HTTPServer,
) -> Project:
    """Return a project whose collection finds what it asks for."""
    root = pytester.path
    (root / "api").mkdir()
    shutil.copy(DATA / "shop.postman_collection.json", root / "api")
    answers = dict(ANSWERS)

    def respond(request: Request) -> Response:
        status, body = answers.get(f"{request.method} {request.path}", (404, {}))
        return Response(json.dumps(body), status, content_type="application/json")

    shop_server.clear()
    shop_server.expect_request(re.compile(".*")).respond_with_handler(respond)
    return Project(root, shop_server, answers, here, run_pytest)


@pytest.fixture
def outcomes() -> Callable[[str], dict[str, int]]:
    """Return a function that reads the counts of pytest's last line."""

    def read(text: str) -> dict[str, int]:
        last = re.findall(r"^=*\s*(.*?) in [\d.]+s", text, re.MULTILINE)[-1]
        return {name: int(count) for count, name in re.findall(r"(\d+) (\w+)", last)}

    return read
