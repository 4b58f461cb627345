"""Is every file under version control a source that a person can read, written by hand?"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BINARY = {
    "tests/contract/request/file/data.bin": 6,
    "tests/contract/request/file_content_type/p.png": 4,
}
"""Test data that is no text, and how many bytes each has."""
BUILT = "7z a class dll dylib egg exe gz jar lib map node o pyc pyd pyo so tar tgz wasm whl xz zip zst"
"""What the names of built files end in."""
LARGEST = 150_000
LONGEST_LINE = 1_000
"""In JavaScript and CSS: a longer one was written by a program that makes files small."""


def fault(name: str, data: bytes) -> str | None:
    """Return why a file is none that a person wrote, if so."""
    if name in BINARY:
        return None if len(data) == BINARY[name] else f"it has {len(data)} bytes, not {BINARY[name]}"
    if name.rpartition(".")[2].lower() in BUILT.split():
        return "its name is that of something built"
    if len(data) > LARGEST:
        return f"it has {len(data):,} bytes"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "it is not UTF-8"
    if "\0" in text:
        return "it has a NUL byte"
    if name.endswith((".js", ".css")) and max(map(len, text.split("\n"))) > LONGEST_LINE:
        return "its lines are those of a program that makes files small"
    return None


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments, "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    return [name for name in done.stdout.split("\0") if name]


def test_no_binaries_are_tracked() -> None:
    """No file is built, packed, larger than a source should be, or no text, but for the test data that is listed."""
    names = [name for name in _git("ls-files") if (ROOT / name).is_file()]
    faults = {name: fault(name, (ROOT / name).read_bytes()) for name in names}

    assert len(names) > 500
    assert {} == {name: why for name, why in faults.items() if why}
    assert [] == sorted(set(BINARY) - set(names))


def test_nothing_generated_is_tracked() -> None:
    """No tracked file is one that .gitignore says is made by a program."""
    assert [] == _git("ls-files", "--cached", "--ignored", "--exclude-standard")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("dist/x-1.0-py3-none-any.whl", b"PK", "built"),
        ("x/native.SO", b"\x7fELF", "built"),
        ("x.bin", b"a\0b", "NUL"),
        ("x.png", b"\x89PNG", "UTF-8"),
        ("x.json", b" " * (LARGEST + 1), "bytes"),
        ("x.min.js", b"a" * (LONGEST_LINE + 1), "small"),
        ("tests/contract/request/file/data.bin", b"longer than it was", "bytes"),
        ("x.py", "# für".encode(), None),
    ],
)
def test_what_is_found(name: str, data: bytes, why: str | None) -> None:
    """Each kind of file that does not belong there is found, and a source is not."""
    found = fault(name, data)

    assert (found is None) if why is None else (found is not None and why in found)
