"""Does every file, however broken, end in words and an exit code that means something, within bounds?

No traceback, no exit 3, no signal, at most 10 s of the processor and 1 GB; a file that is refused is named.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FOUND = sorted(path for path in (HERE / "found").iterdir() if path.is_dir())


def fuzz(*arguments: str | Path, timeout_s: float) -> None:
    """Fail with what the fuzzer found; how to repeat it stands in its first line."""
    command = [sys.executable, str(HERE / "fuzzer.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=timeout_s, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert " 0 faults" in done.stdout


def test_files_that_were_once_too_much() -> None:
    """What was found once stays mended, in every command that reads such a file."""
    assert FOUND
    fuzz("--again", *FOUND, timeout_s=300)


def test_the_same_files_as_always(tmp_path: Path) -> None:
    """The first files of a seed that never changes are told of in words."""
    fuzz("--seed", "always", "--files", "25", "--calls", "1", "--keep", tmp_path, timeout_s=300)


@pytest.mark.slow
def test_other_files_each_time(tmp_path: Path) -> None:
    """Files that nobody has tried before are told of in words: a minute of them, by a seed that is printed."""
    seed = str(time.time_ns())
    fuzz("--seed", seed, "--files", "5000", "--seconds", "60", "--keep", tmp_path, timeout_s=600)
