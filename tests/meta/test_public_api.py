"""Is the public face of the package what it says, and nothing more?"""

from __future__ import annotations

import ast
import inspect
from collections import Counter
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


def test_names_are_loaded_from_where_type_checkers_see_them() -> None:
    """What `harness` imports for type checkers is what it loads when a name is asked for."""
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    seen = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("harness.")
        for alias in node.names
    }

    assert harness._HOMES == seen
    assert sorted(seen) == harness.__all__


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as in any module."""
    with pytest.raises(AttributeError, match="laod"):
        getattr(harness, "laod")  # noqa: B009  # a type checker finds it otherwise


def faults_of(module: str) -> list[str]:
    """Return how `__all__` of a module differs from what the module defines."""
    loaded = import_module(module)
    declared = getattr(loaded, "__all__", None)
    if declared is None:
        return ["has no __all__"]
    tree = ast.parse(Path(str(loaded.__file__)).read_text(encoding="utf-8"))
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }
    return [
        *(f"{name} is not there" for name in declared if not hasattr(loaded, name)),
        *(f"{name} is listed {count} times" for name, count in Counter(declared).items() if count > 1),
        *(f"{name} is not listed" for name in sorted(defined - set(declared))),
    ]


def test_all_lists_what_is_there() -> None:
    """Each module says what it offers, and offers it."""
    faults = {module: found for module in MODULES if (found := faults_of(module))}

    assert {} == faults


def test_a_wrong_list_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is listed twice or not there, one that is not listed, and a module without a list are found."""
    (tmp_path / "wrong_list.py").write_text("__all__ = ['a', 'a', 'b']\na = 1\ndef c(): ...\n", encoding="utf-8")
    (tmp_path / "no_list.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    assert ["b is not there", "a is listed 2 times", "c is not listed"] == faults_of("wrong_list")
    assert ["has no __all__"] == faults_of("no_list")
