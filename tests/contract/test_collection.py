"""Does a collection file become the model, or the list of its faults, that lies beside it?

`x.json`, or the folder `x` of YAML files, is read; `x.model.json` holds the model in short, `x.err` the faults:
`line:column path: summary | hint`, with the file's name before it where there are several.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.collection.load import load_collection
from harness.collection.model import Collection, Folder, Item
from harness.errors import InvalidCollection, Problem
from harness.location import Location

FOLDER = Path(__file__).parent / "collection"
CASES = sorted(
    path for path in FOLDER.iterdir() if path.is_dir() or (path.suffix == ".json" and ".model" not in path.suffixes)
)


def in_short(value: Any) -> Any:
    """Return a value of the model as JSON, without places and the objects as read."""
    if isinstance(value, Collection | Folder):
        shown = {name: member for name, member in members(value).items() if name not in ("items", "problems")}
        warnings = problem_lines(value.problems) if isinstance(value, Collection) else []
        items = [in_short(node) for node in value.items]
        return shown | ({"warnings": warnings} if warnings else {}) | {"items": items}
    if isinstance(value, Problem):
        return problem_lines([value])[0]
    if is_dataclass(value):
        return members(value)
    return [in_short(element) for element in value] if isinstance(value, tuple) else value


def members(value: Any) -> dict[str, Any]:
    """Return the members of a value of the model, but for those that are missing, empty, or what they mostly are."""
    return {
        field.name: in_short(member)
        for field in fields(value)
        if field.name not in ("location", "sources", "text", "pieces")
        and not (field.name == "raw" and isinstance(value, Collection | Folder | Item))
        if (member := getattr(value, field.name)) is not None and member != () and member != default(field)
    }


def default(field: Field[Any]) -> Any:
    """Return what a member is unless it is given."""
    return field.default if field.default_factory is MISSING else field.default_factory()


def problem_lines(problems: Iterable[Problem]) -> list[str]:
    """Return problems as one line each: line and column, JSON path, what is wrong, and the hint."""
    return [
        f"{place(problem.location)}: {problem.summary}" + (f" | {problem.hint}" if problem.hint else "")
        for problem in problems
    ]


def place(location: Location | None) -> str:
    """Return line, column and JSON path of a place, which every problem of a file has."""
    assert location is not None
    assert location.position is not None
    path = Path(location.file).relative_to(FOLDER)
    file = f"{path.relative_to(path.parts[0])}:" if len(path.parts) > 1 else ""
    return f"{file}{location.position.line}:{location.position.column} {location.json_path}".rstrip()


def outcome(path: Path) -> tuple[Path, str]:
    """Return the file in which the outcome of a case is expected, and what it should hold."""
    try:
        collection = load_collection(path)
    except InvalidCollection as error:
        return path.with_suffix(".err"), "\n".join(problem_lines(error.problems)) + "\n"
    return path.with_suffix(".model.json"), json.dumps(in_short(collection), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_collection(path: Path, update_golden: bool) -> None:
    """A file is read as the model beside it says, or refused with all of the faults listed there."""
    golden, found = outcome(path)
    if update_golden:
        for ending in (".model.json", ".err"):
            path.with_suffix(ending).unlink(missing_ok=True)
        golden.write_text(found, encoding="utf-8", newline="\n")
    expected = {
        other: other.read_text(encoding="utf-8")
        for other in FOLDER.glob(f"{path.stem}.*")
        if other != path and other.is_file()
    }

    assert expected == {golden: found}
