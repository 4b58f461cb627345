"""Does each item of `request/` give exactly the bytes of its `wire.txt`, or the error of its `error.txt`?

A case is a folder with `item.json` (an item, or a folder that holds one), where needed `env.json` (its environment) and
the files that it sends, and what is expected. `pytest --update-golden` writes the expected file anew.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.auth.sign import sign
from harness.collection.load import load_collection
from harness.errors import HarnessError, InvalidRequest, Problem
from harness.request.files import FileAccess
from harness.request.prepare import PrepareOptions, prepare, raise_faults
from harness.request.prepared import PreparedRequest
from harness.transport.messages import sent_headers
from harness.variables.dynamic import DynamicValues
from harness.variables.render import Renderer, RenderOptions
from harness.variables.scope import Value, VariableScope

CASES = Path(__file__).parent / "request"
_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_ESCAPES = {ord("\\"): "\\\\", **{code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F) if code not in (9, 10)}}
_ESCAPES[ord("\r")] = "\\r"


def _collection_file(case: Path, folder: Path) -> Path:
    item = json.loads((case / "item.json").read_text("utf-8"))
    file = folder / "case.json"
    document = {"info": {"name": case.name, "schema": _SCHEMA}, "item": [item]}
    file.write_text(json.dumps(document, indent=2), "utf-8")
    return file


def _environment(case: Path) -> dict[str, Value]:
    file = case / "env.json"
    values = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return {name: Value(value) for name, value in values.items()}


def _prepared(case: Path, folder: Path) -> PreparedRequest:
    (item,) = load_collection(_collection_file(case, folder)).walk()
    scope = VariableScope(environment_name="case")
    scope.layers["environment"] = _environment(case)
    renderer = Renderer(scope, DynamicValues(7).at(0, item.node_id), RenderOptions())
    options = PrepareOptions(FileAccess(case), "harness")
    try:
        signed = sign(prepare(item.request, renderer, options, item.behavior), item.auth, renderer)
    except InvalidRequest:
        raise_faults(renderer.faults)
        raise
    raise_faults(renderer.faults)
    return signed


def _wire(request: PreparedRequest) -> str:
    notes = [f"# {note}" for note in request.notes]
    headers = [f"{name}: {value}".translate(_ESCAPES) for name, value in sent_headers(request, None)]
    head = [f"{request.method} {request.url.target}", *headers]
    body = request.body.content.decode("utf-8", "backslashreplace").translate(_ESCAPES)
    return "\n".join((*notes, *head, "", body)) + "\n"


def _error(error: HarnessError, case: Path) -> str:
    lines = [type(error).__name__]
    for problem in error.problems:
        lines += [problem.summary, *_place(problem)]
        if problem.hint:
            lines.append(f"  hint: {problem.hint}")
    return "\n".join(lines).replace(str(case), "‹case›") + "\n"


def _place(problem: Problem) -> list[str]:
    assert problem.location is not None
    position = problem.location.position
    assert position is not None
    quoted = problem.location.source.outer().text[position.offset :][: position.length]
    return [f"  at {problem.location.json_path}: {quoted}"]


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_request_is_prepared_as_written(case: Path, tmp_path: Path, update_golden: bool) -> None:
    """The item gives the request line, headers and body of `wire.txt`, or the error of `error.txt`."""
    try:
        file, actual = case / "wire.txt", _wire(_prepared(case, tmp_path))
    except HarnessError as error:
        file, actual = case / "error.txt", _error(error, case)
    if update_golden:
        for other in ("wire.txt", "error.txt"):
            (case / other).unlink(missing_ok=True)
        file.write_bytes(actual.encode("utf-8", "backslashreplace"))

    assert file.is_file(), f"expected another outcome than:\n{actual}"
    assert file.read_bytes().decode() == actual.encode("utf-8", "backslashreplace").decode()
