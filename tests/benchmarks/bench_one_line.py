"""How long do files of one line take, and how much memory: `check`, and a run in which every item fails?

    python tests/benchmarks/bench_one_line.py [--items N] [--megabytes N]

Each call is a process of its own; the memory is the most it held at once (resident set, as the system counts it). A
script makes every item fail at a place in the one line, which each report quotes; `--mock` stands in for the servers.
Targets: under 60 s and 300 MB for 2,000 items in 4 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
REPORTS = "json,junit,html"


def write(path: Path, items: int, megabytes: float) -> None:
    """Write a collection of about that size in one line; one character beyond Latin-1 makes it wide in memory."""
    room = max(0, int(megabytes * 1_000_000 / items) - 330)
    test = {"listen": "test", "script": {"exec": ["pm.test('never', () => pm.expect(1).to.eql(2));"]}}
    requests = [
        {
            "name": f"r{number}",
            "request": {
                "method": "GET",
                "url": f"https://api.example.com/p/{number}",
                "description": "x" * room,
            },
            "event": [test],
            "response": [{"name": "fine", "code": 200, "body": '{"a": 1}'}],
        }
        for number in range(items)
    ]
    document = {"info": {"name": "one line \u2026", "schema": SCHEMA}, "item": requests}
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")


def measured(*arguments: str, cwd: Path) -> tuple[int, float, float, float]:
    """Call `harness` and return its exit code, its time and that of the processor in seconds, and its most MB."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "harness", *arguments], cwd=cwd, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    busy = usage.ru_utime + usage.ru_stime
    return process.returncode, time.perf_counter() - began, busy, usage.ru_maxrss * unit / 1_000_000


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=2_000)
    parser.add_argument("--megabytes", type=float, default=4)
    options = parser.parse_args()
    calls = {
        "check": ("check", "c.json"),
        f"run --mock -r {REPORTS}": ("run", "c.json", "--mock", "-r", REPORTS, "--reporter-export", "reports/"),
        "run --mock -r ndjson,har": ("run", "c.json", "--mock", "-r", "ndjson,har", "--reporter-export", "reports/"),
    }
    out = [f"| {options.items:,} items in {options.megabytes:g} MB | exit code | time | processor | memory |"]
    out.append("|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "c.json", options.items, options.megabytes)
        for title, arguments in calls.items():
            code, seconds, busy, megabytes = measured(*arguments, cwd=Path(folder))
            out.append(f"| {title} | {code} | {seconds:.1f} s | {busy:.1f} s | {megabytes:.0f} MB |")
    sys.stdout.write("\n".join(out) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
