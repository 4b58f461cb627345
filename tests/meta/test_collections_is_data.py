"""Does `collections/` hold data only, so that it never takes the place of the standard library's module?"""

from __future__ import annotations

from pathlib import Path

COLLECTIONS = Path(__file__).parents[2] / "collections"


def test_no_python_below_collections() -> None:
    """No Python file lies below `collections/`; an `__init__.py` there would hide the module of that name."""
    files = [path for path in COLLECTIONS.rglob("*") if path.is_file()]
    python = [str(path.relative_to(COLLECTIONS)) for path in files if path.suffix in {".py", ".pyi", ".pyc"}]

    assert files, "the folder is empty or not there"
    assert [] == python
