"""Do modules, functions, parameter lists and folders keep to the hard limits of size?"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "harness"
MODULES = sorted(PACKAGE.rglob("*.py"))

MODULE_LINES = 400
FUNCTION_LINES = 60
PARAMETERS = 6
MODULES_IN_A_FOLDER = 16
FOLDER_DEPTH = 2

GROWS_BY_SCHEME = {"auth"}  # one file a scheme

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function of a module, the nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def line_count(function: Function) -> int:
    """Return how many lines a function takes, its decorators aside."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameter_count(function: Function) -> int:
    """Return how many parameters a function has, `self` and `cls` aside."""
    arguments = function.args
    positional = arguments.posonlyargs + arguments.args
    bound = bool(positional) and positional[0].arg in {"self", "cls"}
    gathered = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return len(positional) + len(arguments.kwonlyargs) + len(gathered) - bound


def is_command(function: Function) -> bool:
    """Return whether click calls the function; each option of a command is one of its parameters."""
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"command", "group"}
        for decorator in function.decorator_list
        for node in ast.walk(decorator)
    )


def oversized(source: str, *, commands: bool = False) -> list[str]:
    """Return what in the text of a module is too large; `commands` frees click's commands from the parameter limit."""
    found = []
    if (lines := len(source.splitlines())) > MODULE_LINES:
        found.append(f"module: {lines} lines")
    for function in functions(ast.parse(source)):
        if (lines := line_count(function)) > FUNCTION_LINES:
            found.append(f"{function.name}: {lines} lines")
        exempt = commands and is_command(function)
        if not exempt and (parameters := parameter_count(function)) > PARAMETERS:
            found.append(f"{function.name}: {parameters} parameters")
    return found


def test_modules_and_functions_are_small() -> None:
    """A module has at most 400 lines, a function at most 60 lines and 6 parameters."""
    too_large = {
        str(path.relative_to(ROOT)): faults
        for path in MODULES
        if (faults := oversized(path.read_text(encoding="utf-8"), commands=path.is_relative_to(PACKAGE / "cli")))
    }

    assert {} == too_large


def test_folders_are_small() -> None:
    """A folder holds at most 16 modules beside its `__init__.py`; only `auth/` grows by scheme."""
    modules = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    crowded = {
        str(folder.relative_to(ROOT)): count
        for folder, count in modules.items()
        if count > MODULES_IN_A_FOLDER and folder.name not in GROWS_BY_SCHEME
    }

    assert {} == crowded


def test_folders_are_flat() -> None:
    """Folders nest at most two deep below the package."""
    folders = [path for path in PACKAGE.rglob("*") if path.is_dir() and path.name != "__pycache__"]
    deep = [folder for folder in folders if len(folder.relative_to(PACKAGE).parts) > FOLDER_DEPTH]

    assert [] == deep


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\n" * 400, []),
        ("x = 1\n" * 401, ["module: 401 lines"]),
        ("def f():\n" + "    x = 1\n" * 59, []),
        ("def f():\n" + "    x = 1\n" * 60, ["f: 61 lines"]),
        ("class C:\n    async def f(self, a, b, c, /, d, *, e, f): ...", []),
        ("class C:\n    async def f(self, a, b, c, /, d, *, e, f, g): ...", ["f: 7 parameters"]),
        ("def f(a, b, c, d, e, *args, **kwargs): ...", ["f: 7 parameters"]),
        ("@click.option('--a')\ndef f(a, b, c, d, e, f, g): ...", ["f: 7 parameters"]),
        ("@click.command('f')\ndef f(a, b, c, d, e, f, g): ...", []),
    ],
)
def test_the_limits_are_sharp(source: str, expected: list[str]) -> None:
    """The limit itself passes, and one more is found."""
    assert expected == oversized(source, commands=True)
