"""Does every room import only from the rooms below it, without circles, as ARCHITECTURE.md draws it?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Lowest first: a room imports from itself and from the layers before its own. Rooms that share a layer do not know
# each other.
LAYERS = (
    ("source", "moment"), ("location",), ("errors",), ("redaction",), ("collection",), ("variables",), ("request",),
    ("auth",), ("transport",), ("checks",), ("script",), ("record",), ("runner",), ("snippets",), ("mockserver",),
    ("reporters",), ("examples",), ("diff",), ("config",), ("options",), ("library",),
    ("cli", "pytest_plugin"),
)  # fmt: skip
ROOMS = [room for layer in LAYERS for room in layer]
RANK = {room: rank for rank, layer in enumerate(LAYERS) for room in layer}
DOORS = LAYERS[-1]

# The public face (harness/__init__.py) and the entry of `python -m harness` stand above all rooms.
FACE, ENTRY = "harness", "harness.__main__"


@dataclass(frozen=True, slots=True)
class Arrow:
    """One import: the module that imports, the module imported, and the line."""

    importer: str
    imported: str
    line: int

    def __str__(self) -> str:
        """Return the arrow as a failure shows it."""
        return f"{self.importer}:{self.line} imports {self.imported}"


def read_package(folder: Path) -> dict[str, str]:
    """Return the text of every module below a package's folder by its dotted name; a package has its own name."""
    sources = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        sources[".".join(parts).removesuffix(".__init__")] = path.read_text(encoding="utf-8")
    return sources


def is_package(name: str, modules: Iterable[str]) -> bool:
    """Return whether a module has others below it."""
    return any(module.startswith(f"{name}.") for module in modules)


def names_imported(node: ast.AST, importer: str, package: bool) -> Iterator[tuple[str, str]]:
    """Yield (module, name taken from it) of one node; the name is empty for a plain import."""
    if isinstance(node, ast.Import):
        yield from ((alias.name, "") for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parts = importer.split(".")
            kept = parts[: len(parts) - node.level + package]
            base = ".".join([*kept, base] if base else kept)
        yield from ((base, alias.name) for alias in node.names)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
        yield from ((str(arg.value), "") for arg in node.args if isinstance(arg, ast.Constant) and arg.value)


def arrows(sources: Mapping[str, str]) -> list[Arrow]:
    """Return every import of one of the modules by another: those in functions and for type checking count too."""
    found = set()
    for importer, text in sources.items():
        package = is_package(importer, sources)
        for node in ast.walk(ast.parse(text)):
            for module, name in names_imported(node, importer, package):
                imported = f"{module}.{name}" if f"{module}.{name}" in sources else module
                if imported in sources and imported != importer:
                    found.add(Arrow(importer, imported, getattr(node, "lineno", 0)))
    return sorted(found, key=lambda arrow: (arrow.importer, arrow.line, arrow.imported))


def room_of(module: str) -> str:
    """Return the room a module belongs to: the part after the package's name."""
    return module.split(".")[1]


def points_down(arrow: Arrow) -> bool:
    """Return whether an import keeps the direction of the layers."""
    if arrow.importer in {FACE, ENTRY}:
        return True
    importer = room_of(arrow.importer)
    if arrow.imported in {FACE, ENTRY}:
        return arrow.imported == FACE and importer in DOORS
    imported = room_of(arrow.imported)
    return importer == imported or RANK[imported] < RANK[importer]


def back_arrows(sources: Mapping[str, str]) -> list[str]:
    """Return the imports against the direction of the layers."""
    return [str(arrow) for arrow in arrows(sources) if not points_down(arrow)]


def circle(sources: Mapping[str, str]) -> list[str]:
    """Return the modules of one import circle; empty when there is none."""
    graph: dict[str, set[str]] = {module: set() for module in sources}
    for arrow in arrows(sources):
        graph[arrow.importer].add(arrow.imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def rooms_named(markdown: str) -> list[str]:
    """Return the rooms in the order in which the fenced block that names most of them does."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", markdown, flags=re.MULTILINE | re.DOTALL)
    return max((rooms_of_block(block) for block in blocks), key=len, default=[])


def rooms_of_block(block: str) -> list[str]:
    """Return the rooms that a block names: at the beginning of a line, or anywhere with a slash at the end."""
    named: list[str] = []
    for line in block.splitlines():
        leading = True
        for word in line.split():
            name = word.removesuffix("/").removesuffix(".py")
            leading = leading and name in RANK
            if name in RANK and (leading or word.endswith("/")) and name not in named:
                named.append(name)
    return named


SOURCES = read_package(ROOT / "harness")


def test_every_module_has_a_room() -> None:
    """Every module lies in a room that the list of layers knows."""
    homeless = [module for module in SOURCES if module not in {FACE, ENTRY} and room_of(module) not in RANK]

    assert [] == homeless


def test_imports_point_down() -> None:
    """No room imports from a room above it, not even for its types."""
    assert [] == back_arrows(SOURCES)


def test_no_circles() -> None:
    """No module imports itself by way of others."""
    assert [] == circle(SOURCES)


def test_architecture_names_the_layers() -> None:
    """ARCHITECTURE.md lists the same rooms in the same order, lowest first."""
    named = rooms_named((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    doors = len(DOORS)

    assert ROOMS == [*named[:-doors], *sorted(named[-doors:])]


@pytest.mark.parametrize(
    ("importer", "text"),
    [
        ("harness.collection.model", "import harness.runner.item"),
        ("harness.collection.model", "from harness.runner import item"),
        ("harness.collection.model", "from harness.runner.item import run_item"),
        ("harness.collection.model", "from ..runner.item import run_item"),
        ("harness.collection.model", "from .. import runner"),
        ("harness.collection", "from ..runner import item"),
        ("harness.collection.model", "def f():\n    from harness.runner import item"),
        ("harness.collection.model", "if TYPE_CHECKING:\n    from harness.runner import item"),
        ("harness.collection.model", "importlib.import_module('harness.runner.item')"),
        ("harness.collection.model", "import harness"),
        ("harness.collection.model", "from harness import load"),
        ("harness.location", "import harness.errors"),
        ("harness.cli.main", "import harness.pytest_plugin"),
        ("harness.pytest_plugin", "import harness.cli.main"),
        ("harness.runner.item", "import harness.config.settings"),
        ("harness.cli.main", "import harness.__main__"),
    ],
)
def test_a_back_arrow_is_found(importer: str, text: str) -> None:
    """An import of a higher room is found, however it is written."""
    others = ["harness", "harness.__main__", "harness.errors", "harness.collection", "harness.collection.model"]
    others += ["harness.runner", "harness.runner.item", "harness.config.settings", "harness.cli", "harness.cli.main"]
    sources = dict.fromkeys([*others, "harness.pytest_plugin", "harness.location"], "") | {importer: text}

    assert 1 == len(back_arrows(sources))


@pytest.mark.parametrize(
    ("importer", "text"),
    [
        ("harness.runner.item", "from harness.collection.model import Item"),
        ("harness.runner.item", "from . import events"),
        ("harness.runner", "from .events import RunEvent"),
        ("harness.errors", "import harness.location"),
        ("harness.config.settings", "import harness.runner.item"),
        ("harness.cli", "from harness import __version__"),
        ("harness", "from harness.cli import main"),
        ("harness.runner.item", "import json, httpx"),
    ],
)
def test_an_arrow_down_is_allowed(importer: str, text: str) -> None:
    """Imports of lower rooms, of the own room, and of anything by the public face are no back arrows."""
    others = ["harness", "harness.location", "harness.errors", "harness.collection", "harness.collection.model"]
    others += [
        "harness.runner",
        "harness.runner.item",
        "harness.record.events",
        "harness.config.settings",
        "harness.cli",
    ]
    sources = dict.fromkeys(others, "") | {importer: text}

    assert [] == back_arrows(sources)


def test_a_circle_is_found() -> None:
    """Three modules of one room that import each other in turn are found, with the way round."""
    sources = {
        "harness.checks.a": "from harness.checks import b",
        "harness.checks.b": "def f():\n    from harness.checks.c import x",
        "harness.checks.c": "if TYPE_CHECKING:\n    import harness.checks.a",
    }

    assert set(sources) == set(circle(sources))


def test_the_list_of_rooms_is_read_from_a_block() -> None:
    """The rooms are read from the block that names most of them, one or several to a line."""
    markdown = (
        "the runner/\n```\nrunner/ only\n```\n"
        "```text\n  source.py location.py  where\n  request/  the url     auth/ schemes\n  checks  of the runner\n```\n"
    )

    assert ["source", "location", "request", "auth", "checks"] == rooms_named(markdown)
