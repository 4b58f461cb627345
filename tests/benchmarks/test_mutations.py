"""Does the comparison still find drift and leave harmless change alone as it does by its own benchmark?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

BENCH = Path(__file__).with_name("bench_mutations.py")
_TABLE = re.compile(r"^\| (?P<title>[^|]+) \| changed \|.*\n\|---.*\n(?P<rows>(?:\|.*\n)+)", re.MULTILINE)
FOUND, FIRST, ALARMS = 99.0, 98.0, 1.0
"""Per cent: at least of every kind of drift, of the first differences, and at most of every kind of harmless change."""


def test_drift_is_found_and_harmless_change_is_not() -> None:
    """Every kind of change keeps to its floor, on examples of the corpus where there is one and on made-up ones."""
    command = [sys.executable, str(BENCH), "--limit", "600", "--made-up", "40"]
    done = subprocess.run(
        command, env=dict(os.environ), capture_output=True, encoding="utf-8", check=False, timeout=600
    )
    tables: dict[str, list[tuple[str, list[float]]]] = {}
    for table in _TABLE.finditer(done.stdout):
        for row in table["rows"].splitlines():
            kind, tried, *figures = (cell.strip() for cell in row.strip("|").split("|"))
            if tried != "0":
                shares = [float(each.removesuffix(" %")) for each in figures]
                tables.setdefault(table["title"], []).append((kind, shares))

    assert done.returncode == 0, done.stderr
    assert ["drift", "the answer as a whole", "told, and fails nothing", "harmless change"] == list(tables)
    assert [len(rows) for rows in tables.values()] >= [30, 14, 8, 20], done.stdout
    breaking = tables["drift"] + tables["the answer as a whole"]
    assert [row for row in breaking if min(row[1][:2]) < FOUND or row[1][2] < FIRST] == []
    noted = tables["told, and fails nothing"]
    assert [row for row in noted if row[1][0] < FOUND or row[1][1] > ALARMS or row[1][2] < FIRST] == []
    assert [row for row in tables["harmless change"] if row[1][0] > ALARMS] == []
