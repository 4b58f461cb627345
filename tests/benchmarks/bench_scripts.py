"""How much faster than Newman does a collection run whose every request has a test script?

Run by hand: `python tests/benchmarks/bench_scripts.py [ITEMS] [ROUNDS]`, after `npm ci` in tests/newman. Both send the
same requests to the same local server, in turns; the best time of each counts. The time of start and end is in it.
The first round is not counted: it compiles the modules of both, as an installation does once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench_doors import SCHEMA, server

NEWMAN = Path(__file__).parents[1] / "newman" / "node_modules" / "newman" / "bin" / "newman.js"
SCRIPT = [
    "pm.test('status', () => pm.response.to.have.status(200));",
    "const body = pm.response.json();",
    "pm.test('body', () => { pm.expect(body.id).to.eql(17); pm.expect(body.tags).to.include('a') });",
    "pm.environment.set('last', body.id);",
]


def write(path: Path, items: int, port: int) -> None:
    """Write a collection of so many requests, each with a script of its own."""
    requests = [
        {
            "name": f"Request {number}",
            "request": {"method": "GET", "url": f"http://127.0.0.1:{port}/items/{number}"},
            "event": [{"listen": "test", "script": {"exec": [f"// {number}", *SCRIPT]}}],
        }
        for number in range(items)
    ]
    path.write_text(json.dumps({"info": {"name": "Bench", "schema": SCHEMA}, "item": requests}), "utf-8")


def seconds(command: Sequence[str | Path]) -> float:
    """Return how long a command takes, which has to succeed."""
    started = time.perf_counter()
    # Python's compiled modules are kept, as where harness is installed, whatever the shell of the caller says.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env=env)
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - started


def main(items: int = 500, rounds: int = 5) -> None:
    """Print the best time of each and their ratio."""
    node = shutil.which("node")
    if node is None or not NEWMAN.is_file():
        sys.exit("this needs Node.js, and `npm ci` in tests/newman")
    with tempfile.TemporaryDirectory() as folder, server() as port:
        path = Path(folder) / "bench.postman_collection.json"
        write(path, items, port)
        sides: dict[str, list[str | Path]] = {
            "harness": [Path(sys.executable).with_name("harness"), "run", path],
            "newman": [node, NEWMAN, "run", path],
        }
        best = dict.fromkeys(sides, float("inf"))
        for round_ in range(rounds + 1):
            for name, command in sides.items():
                took = seconds(command)
                best[name] = min(best[name], took if round_ else best[name])
    told = ", ".join(f"{name} {value:.2f} s" for name, value in best.items())
    print(f"{told}: {best['newman'] / best['harness']:.1f} times as fast")  # noqa: T201  # a benchmark tells its figures


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
