"""Is the public face of the package what it says, and nothing more?"""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest

import harness

ROOT = Path(harness.__file__).parent
MODULES = sorted(
    ".".join(("harness", *path.relative_to(ROOT).with_suffix("").parts))
    for path in ROOT.rglob("*.py")
    if path.name not in ("__init__.py", "__main__.py")
)


def test_every_public_name_can_be_had_and_is_described() -> None:
    """Each name of `harness.__all__` is importable, sorted, and has a docstring."""
    assert sorted(harness.__all__) == harness.__all__
    for name in harness.__all__:
        assert inspect.getdoc(getattr(harness, name)), name
    assert set(harness.__all__) <= set(dir(harness))


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as in any module."""
    with pytest.raises(AttributeError, match="laod"):
        harness.laod  # noqa: B018  # the access is what is tested


@pytest.mark.parametrize("module", MODULES)
def test_all_lists_what_is_there(module: str) -> None:
    """Each module says what it offers, and offers it."""
    loaded = import_module(module)
    tree = ast.parse(Path(str(loaded.__file__)).read_text(encoding="utf-8"))
    declared = loaded.__all__
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }

    assert [] == [name for name in declared if not hasattr(loaded, name)]
    assert len(set(declared)) == len(declared)
    assert [] == sorted(defined - set(declared))
