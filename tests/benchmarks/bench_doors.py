"""How long does one request take through each door, the command line and pytest?

Run by hand: `python tests/benchmarks/bench_doors.py [ITEMS] [ROUNDS]`. Both doors send the same requests to the same
local server in a process of its own, in turns; the time of start and end is measured with one item and taken off.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
BODY = json.dumps({"id": 17, "name": "Ada", "tags": ["a", "b"]})
ANSWER = (f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}").encode()


def write(path: Path, items: int, port: int) -> None:
    """Write a collection of so many requests, each with an example."""
    requests = [
        {
            "name": f"Request {number}",
            "request": {"method": "GET", "url": f"http://127.0.0.1:{port}/items/{number}"},
            "response": [{"name": "An item", "code": 200, "body": BODY}],
        }
        for number in range(items)
    ]
    path.write_text(json.dumps({"info": {"name": "Bench", "schema": SCHEMA}, "item": requests}, indent=1), "utf-8")


def answer(connection: socket.socket) -> None:
    """Answer every request of one connection; none has a body."""
    with connection:
        rest = b""
        while data := connection.recv(65536):
            *whole, rest = (rest + data).split(b"\r\n\r\n")
            for _ in whole:
                connection.sendall(ANSWER)


def serve(listener: socket.socket) -> None:
    """Answer every connection."""
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


@contextmanager
def server() -> Iterator[int]:
    """Run the server and yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]


def seconds(command: Sequence[str], folder: Path) -> float:
    """Return how long a command takes that must go well."""
    started = time.perf_counter()
    subprocess.run([sys.executable, *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main(items: int = 1000, rounds: int = 5) -> None:
    """Print the best time per item of each door, and how they compare."""
    doors = {
        "harness run": ("-m", "harness", "run"),
        "pytest": ("-m", "pytest", "-p", "no:cacheprovider"),
        "pytest -v": ("-m", "pytest", "-p", "no:cacheprovider", "-v"),
    }
    with tempfile.TemporaryDirectory() as name, server() as port:
        folder = Path(name)
        for size in (1, items):
            write(folder / f"{size}.json", size, port)
        best: dict[tuple[str, int], float] = {}
        for _ in range(rounds):
            for door, command in doors.items():
                for size in (1, items):
                    took = seconds([*command, f"{size}.json"], folder)
                    best[door, size] = min(took, best.get((door, size), took))
    each = {door: (best[door, items] - best[door, 1]) / (items - 1) for door in doors}
    for door, took in each.items():
        print(  # noqa: T201  # a benchmark tells its figures
            f"{door:12} {took * 1000:.2f} ms an item, start {best[door, 1]:.2f} s: "
            f"{took / each['harness run']:.2f} times the command line"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
