"""Is each text of `variables/cases.json` filled in as the case says, or at fault as it says?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from harness.collection.model import Variable
from harness.location import Location
from harness.source import Source
from harness.variables.dynamic import DynamicValues
from harness.variables.faults import Fault
from harness.variables.process_env import fill_env
from harness.variables.render import Renderer, RenderOptions
from harness.variables.scope import Layer, Value, VariableScope, values_of

CASES = json.loads((Path(__file__).parent / "variables" / "cases.json").read_text("utf-8"))


def _place(text: str) -> Location:
    return Location(Source("case.json", json.dumps({"text": text}, ensure_ascii="😀" in text)), ("text",))


def _values(given: Any, layer: Layer, env: dict[str, str]) -> dict[str, Value]:
    if isinstance(given, list):
        return values_of(_variables(given))
    if layer in ("environment", "globals"):  # what a file or flag may hold
        return {name: fill_env(value, env, None) for name, value in given.items()}
    return {name: Value(value) for name, value in given.items()}


def _variables(given: list[dict[str, Any]]) -> list[Variable]:
    return [Variable(location=_place(""), **variable) for variable in given]


def _scope(case: dict[str, Any]) -> VariableScope:
    scope = VariableScope(environment_name="staging")
    for layer in get_args(Layer):
        scope.layers[layer] = _values(case.get("layers", {}).get(layer, {}), layer, case.get("env", {}))
    return scope.near(_variables(case["folder"])) if "folder" in case else scope


def _rendered(case: dict[str, Any], renderer: Renderer) -> str:
    text, place = case["template"], _place(case["template"])
    match case.get("how", "text"):
        case "json":
            return renderer.samples(renderer.json_text(text, place), text, place)
        case "markup":
            return renderer.braces(text, place)
        case "text":
            return renderer.text(text, place)
        case how:
            return renderer.value(text, place, strict=how == "strict")


def _told(fault: Fault, asked: dict[str, str]) -> dict[str, str | None]:
    """Return of a fault what the case asks for."""
    problem = fault.problem
    assert problem.location is not None
    position = problem.location.position
    assert position is not None
    at = problem.location.source.outer().text[position.offset :][: position.length]
    told = {"summary": problem.summary, "hint": problem.hint, "at": at, "searched": problem.searched}
    return {key: told[key] for key in asked}


def _marks(case: dict[str, Any]) -> list[pytest.MarkDecorator]:
    return [pytest.mark.no_cover] if case.get("large") else []


@pytest.mark.parametrize("case", [pytest.param(case, id=case["title"], marks=_marks(case)) for case in CASES])
def test_text_is_filled_in(case: dict[str, Any]) -> None:
    """The template gives the text, the notes and the faults of the case, and no others."""
    options = case.get("options", {})
    renderer = Renderer(
        _scope(case),
        DynamicValues(7).at(0, "item"),
        RenderOptions(**{**options, "literal": frozenset(options.get("literal", ()))}),
    )
    rendered = _rendered(case, renderer)

    assert case.get("notes", []) == renderer.notes
    if "rendered" in case:
        assert () == renderer.faults
        assert case["rendered"] == rendered
    else:
        assert [fault["summary"] for fault in case["faults"]] == [fault.problem.summary for fault in renderer.faults]
        assert case["faults"] == [_told(*pair) for pair in zip(renderer.faults, case["faults"], strict=True)]


def test_titles_tell_cases_apart() -> None:
    """No two cases have one title."""
    titles = [case["title"] for case in CASES]

    assert sorted(set(titles)) == sorted(titles)
