"""What do the comparisons with Newman get: a server that keeps what it receives, and Newman itself?"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pytest

HERE = Path(__file__).parent
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
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
                    self.received.append(Received(label, head, _body(head, stream)))
                    connection.sendall(_ANSWER.removesuffix(b"{}") if head.startswith(b"HEAD ") else _ANSWER)
            except OSError:
                return  # the other side has gone, perhaps in the middle of a request that it found wrong


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

    def run(self, jobs: Sequence[Mapping[str, Any]], port: int, folder: Path) -> list[dict[str, Any]]:
        """Send the jobs and return what became of each request, `error` None where it was answered."""
        file = folder / "jobs.json"
        file.write_text(json.dumps(jobs), encoding="utf-8")
        done = subprocess.run(
            [self.node, "--max-http-header-size=1000000", str(HERE / "send.js"), str(port), str(file)],
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
