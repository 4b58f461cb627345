"""What does a renderer keep from one text of an item to the next?"""

from __future__ import annotations

from harness.location import Location
from harness.source import Source
from harness.variables.dynamic import DynamicValues
from harness.variables.render import Renderer, RenderOptions
from harness.variables.scope import Value, VariableScope

_PLACE = Location(Source("case.json", '"text"'))


def _renderer(seed: int = 7, **values: object) -> Renderer:
    scope = VariableScope()
    scope.layers["environment"] = {name: Value(value) for name, value in values.items()}
    return Renderer(scope, DynamicValues(seed).at(0, "item"), RenderOptions())


def test_each_occurrence_of_a_dynamic_variable_is_fresh() -> None:
    """Neither two in one text nor those of a variable used twice are equal; the same seed gives them again."""
    first, again, other = (
        _renderer(seed, id="{{$guid}}").text("{{$guid}} {{$guid}} {{id}} {{id}}", _PLACE).split() for seed in (7, 7, 8)
    )

    assert 4 == len(set(first))
    assert first == again
    assert set() == set(first) & set(other)


def test_faults_and_notes_of_all_texts_are_gathered() -> None:
    """One renderer tells of everything that is wrong with an item."""
    renderer = _renderer()
    for text in ("{{a}}", "<<b>>", "{{c}}", "{{a}}"):
        renderer.text(text, _PLACE)

    assert ["a", "c"] == [fault.name for fault in renderer.faults]
    assert ["`<<b>>` has no value and is sent as it is"] == renderer.notes


def test_faults_of_an_item_are_bounded() -> None:
    """A text of a thousand unknown names is told by the first hundred."""
    renderer = _renderer()
    renderer.text("".join(f"{{{{n{number}}}}}" for number in range(1000)), _PLACE)

    assert 100 == len(renderer.faults)


def test_values_of_all_texts_count_against_one_limit() -> None:
    """Many texts that each stay below the limit cannot fill the memory together."""
    renderer = _renderer(big="x" * 10_000_000)
    lengths = [len(renderer.text("{{big}}", _PLACE)) for _ in range(10)]

    assert 10_000_000 == lengths[0]
    assert 0 == lengths[-1]
    assert ["the variables of this text make it endlessly long"] == [f.problem.summary for f in renderer.faults]


def test_empty_value_where_something_must_stand_is_a_fault() -> None:
    """The variable that is to blame is named; what was filled in is left alone."""
    renderer = _renderer(a="", b="1")

    assert "1" == renderer.must_hold("1", "{{b}}", _PLACE, "the host")
    assert "" == renderer.must_hold("", "{{a}}", _PLACE, "the host")
    assert "" == renderer.must_hold("", "", _PLACE, "the host")
    assert ["unresolved variable `a`: it is empty, and the host must not be"] == [
        fault.problem.summary for fault in renderer.faults
    ]
