"""What does every test get: a network that ends at this machine, the corpus, and the command line in a subprocess."""

from __future__ import annotations

import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

import pytest

from harness.collection.model import Collection, Example, Folder, Item

ROOT = Path(__file__).parents[1]
MEASURED = ("unit", "contract", "typed")
"""The tests whose coverage counts: most of the work of the others is done by processes that nothing traces."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option with which expected outputs are written anew, to be reviewed like code."""
    parser.addoption("--update-golden", action="store_true", help="write the expected outputs anew")


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs that tests start: a shell that starts us in the background has it ignored."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out of the coverage what `MEASURED` does not name."""
    if not config.pluginmanager.has_plugin("_cov"):
        return
    for item in items:
        if item.path.is_relative_to(ROOT / "tests") and item.path.relative_to(ROOT / "tests").parts[0] not in MEASURED:
            item.add_marker("no_cover")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Return whether expected outputs are to be written anew."""
    return bool(request.config.getoption("--update-golden"))


def _values(node: Any) -> Any:
    if isinstance(node, tuple):
        return tuple(map(_values, node))
    if isinstance(node, Collection | Folder | Item | Example):
        return {field.name: _values(getattr(node, field.name)) for field in fields(node)}
    return node


@pytest.fixture(scope="session")
def plain_values() -> Callable[[Collection], Any]:
    """Return what makes plain values of a collection, whose nodes are compared by identity."""
    return _values


class NetworkRefused(RuntimeError):
    """A test reached for an address beyond this machine; no `OSError`, so that no code takes it for a bad network."""


@dataclass(frozen=True, slots=True)
class CliResult:
    """One finished call of the command line."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Return all that was printed, the standard output first."""
        return self.out + self.err


def _numeric(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _refuse_outside(family: int, address: Any) -> None:
    """Raise `NetworkRefused` for an address to connect to, unless it is on this machine."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0]
    number = _numeric(host)
    if host != "localhost" and not (number is not None and number.is_loopback):
        raise NetworkRefused(f"the test connects to {host}:{address[1]}; only this machine is open to tests")


def _refuse_lookup(host: str | bytes | None) -> None:
    """Raise `NetworkRefused` for a name that only a name server could know; `.invalid` never exists (RFC 6761)."""
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name == "localhost" or _numeric(name) is not None:
        return
    if name.endswith(".invalid"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    raise NetworkRefused(f"the test looks up {name}; only this machine is open to tests")


@pytest.fixture(scope="session", autouse=True)
def socket_guard() -> Iterator[None]:
    """Keep all sockets of the test process on this machine."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_outside(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_outside(self.family, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: str | bytes | None, *args: Any, **kwargs: Any) -> Any:
        _refuse_lookup(host)
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Return a port of this machine on which nothing listens."""
    with socket.socket() as holder:
        # Bound but not listening: taken for the length of the test, and refusing connections.
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return the folder of real collections that HARNESS_CORPUS names; without it the test is skipped."""
    folder = os.environ.get("HARNESS_CORPUS")
    if not folder:
        pytest.skip("HARNESS_CORPUS is not set")
    return Path(folder)


def _clean_environment() -> dict[str, str]:
    """Return the environment of the tests without what would change the outcome of a run."""
    unwanted = ("PLIVO_", "HARNESS_", "PYTEST_", "COV_", "GITHUB_")
    # pytest prints its summary without cutting it where it takes itself to be on CI.
    names = {"NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "CI", "BUILD_NUMBER"}
    return {
        name: value
        for name, value in os.environ.items()
        if not (name.startswith(unwanted) or name in names or name.upper().endswith("_PROXY"))
    }


def _call(arguments: list[str], cwd: Path, env: dict[str, str] | None, timeout_s: float) -> CliResult:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=_clean_environment() | (env or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout_s,
        check=False,
    )
    return CliResult(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def run_cli(tmp_path: Path) -> Callable[..., CliResult]:
    """Return a function that calls `harness ARGS…` in a process of its own, by default in `tmp_path`."""

    def run(
        *args: str | Path, cwd: Path = tmp_path, env: dict[str, str] | None = None, timeout_s: float = 60
    ) -> CliResult:
        return _call(["-m", "harness", *map(str, args)], cwd, env, timeout_s)

    return run


@pytest.fixture
def run_pytest(tmp_path: Path) -> Callable[..., CliResult]:
    """Return a function that calls `pytest ARGS…` with the plugin as users have it, by default in `tmp_path`."""

    def run(
        *args: str | Path, cwd: Path = tmp_path, env: dict[str, str] | None = None, timeout_s: float = 60
    ) -> CliResult:
        return _call(["-m", "pytest", "--rootdir", str(cwd), *map(str, args)], cwd, env, timeout_s)

    return run


class Schemas:
    """Holds reports to their schemas, each of which is read once."""

    _FILES: ClassVar = {
        "json": "docs/report.schema.json",
        "ndjson": "docs/events.schema.json",
        "har": "tests/contract/reports/har.schema.json",
    }

    def __init__(self) -> None:
        self._read: dict[str, Any] = {}

    def hold(self, name: str, path: Path) -> None:
        """Raise an error of the schema unless the report at `path` is valid for the reporter of that name."""
        if name == "junit":
            self._validator(name).validate(path)
        elif name in self._FILES:
            text = path.read_text(encoding="utf-8")
            for part in text.splitlines() if name == "ndjson" else [text]:
                self._validator(name).validate(json.loads(part))

    def _validator(self, name: str) -> Any:
        if name not in self._read:
            if name == "junit":
                import xmlschema

                self._read[name] = xmlschema.XMLSchema(ROOT / "tests/contract/reports/junit.xsd")
            else:
                import jsonschema

                schema = json.loads((ROOT / self._FILES[name]).read_text(encoding="utf-8"))
                jsonschema.Draft202012Validator.check_schema(schema)
                self._read[name] = jsonschema.Draft202012Validator(schema)
        return self._read[name]


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    """Return what holds reports to their schemas."""
    return Schemas()
