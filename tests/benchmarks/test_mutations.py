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
_ROW = re.compile(r"^\| (?P<kind>[^|]+) \| (?P<tried>[\d,]+) \| (?P<rest>.*) \|$", re.MULTILINE)
FOUND, FIRST, ALARMS = 99.0, 98.0, 1.0
"""Per cent: at least of every kind of drift, of the first differences, and at most of every kind of harmless change."""


def test_drift_is_found_and_harmless_change_is_not() -> None:
    """Every kind of change keeps to its floor, on examples of the corpus where there is one and on made-up ones."""
    command = [sys.executable, str(BENCH), "--limit", "600", "--made-up", "40"]
    done = subprocess.run(
        command, env=dict(os.environ), capture_output=True, encoding="utf-8", check=False, timeout=600
    )
    rows = [match for match in _ROW.finditer(done.stdout) if match["tried"] != "0" and match["kind"] != "**all**"]
    drift, harmless = [], []
    for row in rows:
        figures = [float(part.removesuffix(" %")) for part in row["rest"].split(" | ")]
        (drift if len(figures) == 3 else harmless).append((row["kind"], *figures))

    assert done.returncode == 0, done.stderr
    assert len(drift) >= 20, done.stdout
    assert len(harmless) >= 18, done.stdout
    assert [row for row in drift if row[1] < FOUND or row[3] < FIRST] == []
    assert [row for row in harmless if row[1] > ALARMS] == []
