"""Which layer gives a value, and what does a view of a folder see?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from harness.collection.model import Variable
from harness.location import Location
from harness.source import Source
from harness.variables.scope import Layer, Value, VariableScope, values_of


def _variable(key: str, value: object = "v", kind: str | None = None, *, disabled: bool = False) -> Variable:
    return Variable(key, value, Location(Source("case.json", "{}"), ("variable", 0)), kind, disabled)


def _scope(**layers: Mapping[str, object]) -> VariableScope:
    scope = VariableScope()
    for layer, values in layers.items():
        scope.layers[cast(Layer, layer)] = {str(name): Value(value) for name, value in values.items()}
    return scope


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (5, "5"), (1.0, "1.0"), (True, "true"), (None, ""), ({"a": [1, "ü"]}, '{"a":[1,"ü"]}')],
)
def test_value_as_text(value: object, text: str) -> None:
    """A placeholder gets a string as it is, null as nothing, all else as compact JSON."""
    assert text == Value(value).text


def test_value_at_fault_lets_the_next_layer_have_its_say() -> None:
    """A name whose environment variable is not set may still stand in a later layer; if not, the fault is told."""
    scope = _scope(globals={"a": "1"})
    fault = Value("", fault="the process environment has no `A`")
    scope.layers["environment"] = {"a": fault, "b": fault}

    assert Value("1") == scope.find("a")
    assert fault == scope.find("b")
    assert scope.find("c") is None


def test_assigned_value_stays_a_secret() -> None:
    """What a script puts under a secret's name is a secret, too; a new name is none."""
    scope = VariableScope()
    scope.layers["environment"] = {"token": Value("old", secret=True)}
    scope.assign("environment", "token", "new")
    scope.assign("environment", "other", "x")

    assert Value("new", secret=True) == scope.find("token")
    assert Value("x") == scope.find("other")


def test_view_of_a_folder_shares_the_layers() -> None:
    """A folder's variables are seen in its view alone; what is assigned there is seen everywhere."""
    scope = _scope(collection={"a": "collection", "b": "collection"})
    view = scope.near([_variable("a", "folder")])
    view.assign("local", "c", "1")

    assert ["folder", "collection"] == [value.value for name in "ab" if (value := view.find(name))]
    assert Value("collection") == scope.find("a")
    assert Value("1") == scope.find("c")
    assert {"a", "b", "c"} == view.names()
    assert [("c", "1"), ("a", "folder"), ("a", "collection"), ("b", "collection")] == [
        (name, value.value) for name, value in view.items()
    ]


def test_searched_layers_in_words() -> None:
    """The layers are named in the order they are searched, with the environment's name where there is one."""
    named = VariableScope(environment_name="staging").searched()

    assert 'local, data, environment "staging", collection, globals' == named
    assert "local, data, environment (none given), collection, globals" == VariableScope().searched()


def test_variables_of_a_file() -> None:
    """Disabled ones are left out, the last of one name counts, and each knows its value's place."""
    values = values_of([_variable("a", "1"), _variable("a", "2", "secret"), _variable("a", "3", disabled=True)])

    assert ["a"] == list(values)
    assert ("2", True) == (values["a"].value, values["a"].secret)
    assert values["a"].location is not None
    assert "$.variable[0].value" == values["a"].location.json_path
