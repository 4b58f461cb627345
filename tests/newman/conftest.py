"""What do the comparisons with Newman get: a server that keeps what it receives, and Newman itself?"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pytest

HERE = Path(__file__).parent
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
_REFUSAL = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: %s\r\nContent-Length: 0\r\n\r\n"
# MS-NLMP 4.2.4.3
NTLM_CHALLENGE = "NTLM " + b64encode(
    bytes.fromhex(
        "4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef0000000000000000240024004400000006007017000000"
        "0f53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076006500720000000000"
    )
).decode("ascii")
_AUTHORIZATION = re.compile(rb"\r\nauthorization: *(\S+) *(\S*)", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked\r\n", re.IGNORECASE)
_OFFLINE = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED")


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came over a connection; `body` is without the chunks it may have come in."""

    label: Mapping[str, Any]
    """What the sender said about the connection, before its first request."""
    head: bytes
    body: bytes


@dataclass(slots=True)
class Recorder:
    """A server on this machine that answers every request alike and keeps its bytes."""

    received: list[Received] = field(default_factory=list)
    challenges: dict[str, str] = field(default_factory=dict)
    """What is said to a request without credentials, by the first segment of its path."""
    respond: Callable[[Received], bytes] | None = None
    """What makes the answers where they are not all alike."""
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=64))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        """Answer from now on, each connection in a thread of its own."""
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                if self._listener.fileno() < 0:
                    return  # closed
                continue  # the other side had gone before it was let in
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            label: Mapping[str, Any] = {}
            try:
                while head := _head(stream):
                    if head.startswith(b"{"):
                        line, _, head = head.partition(b"\n")
                        label = json.loads(line)
                    received = Received(label, head, _body(head, stream))
                    self.received.append(received)
                    connection.sendall(self._answer(head) if self.respond is None else self.respond(received))
            except OSError:
                return  # the other side has gone, perhaps in the middle of a request that it found wrong

    def _answer(self, head: bytes) -> bytes:
        challenge = self.challenges.get(head.split(b"/", 2)[1].decode("latin-1")) if self.challenges else None
        credentials = _AUTHORIZATION.search(head)
        if challenge is None:
            credentials = None
        elif credentials is None:
            return _REFUSAL % challenge.encode("ascii")
        if credentials is not None and credentials[1] == b"NTLM" and b64decode(credentials[2])[8] == 1:
            return _REFUSAL % NTLM_CHALLENGE.encode("ascii")
        return _ANSWER.removesuffix(b"{}") if head.startswith(b"HEAD ") else _ANSWER


def _head(stream: BinaryIO) -> bytes:
    lines = []
    while line := stream.readline():
        lines.append(line)
        if line == b"\r\n":
            return b"".join(lines)
    return b""


def _body(head: bytes, stream: BinaryIO) -> bytes:
    if _CHUNKED.search(head):
        chunks = []
        while size := int(stream.readline(), 16):
            chunks.append(stream.read(size))
            stream.readline()
        stream.readline()
        return b"".join(chunks)
    length = _LENGTH.search(head)
    return stream.read(int(length[1])) if length else b""


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    """Return a running recorder."""
    server = Recorder()
    server.start()
    yield server
    server.close()


@dataclass(frozen=True, slots=True)
class Newman:
    """Newman 6.2.2, led to a recorder whatever the hosts of its requests."""

    node: str

    def run(
        self, jobs: Sequence[Mapping[str, Any]], port: int, folder: Path, now: float | None = None
    ) -> list[dict[str, Any]]:
        """Send the jobs and return what became of each request, `error` None where it was answered.

        With `now`, in seconds since the epoch, its clock stands still and every random number is 0.
        """
        file = folder / "jobs.json"
        file.write_text(json.dumps(jobs), encoding="utf-8")
        fixed = [] if now is None else [str(int(now * 1000))]
        done = subprocess.run(
            [self.node, "--max-http-header-size=1000000", str(HERE / "send.js"), str(port), str(file), *fixed],
            capture_output=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )

        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="session")
def newman() -> Newman:
    """Return Newman, installed beside the tests; skip where there is no Node.js, no npm or no registry to ask."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("comparing with Newman needs Node.js and npm")
    lock, installed = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        _install(npm)
    return Newman(node)


def _install(npm: str) -> None:
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=HERE, env=dict(os.environ), capture_output=True, encoding="utf-8", timeout=600)
    if done.returncode and _OFFLINE.search(done.stderr):
        pytest.skip("comparing with Newman needs the npm registry, which does not answer")

    assert done.returncode == 0, done.stderr
