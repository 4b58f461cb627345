"""Do variables come out as Postman's files have them, with the process environment kept outside?"""

from __future__ import annotations

import json
from pathlib import Path

from harness.variables.environment import flag_values, load_environment
from harness.variables.export import environment_document, with_variables
from harness.variables.scope import Value

MOMENT = "2026-01-01T00:00:00.000Z"


def test_a_copy_of_an_outside_value_stays_outside(tmp_path: Path) -> None:
    """What a script has copied or composed of a `$env` value is written as its placeholder, the longest first."""
    path = tmp_path / "e.json"
    path.write_text(json.dumps({"name": "E", "values": [{"key": "a", "value": "{{$env.SHORT}}"}]}))
    outside = {"SHORT": "abc-1", "LONG": "abc-1-and-more"}
    file = load_environment(path, outside)
    flags = flag_values(["b=env:LONG", "c=Bearer {{$env.LONG}}"], "--env-var", outside)
    values = {**file.values, **flags, "copy": Value("Bearer abc-1-and-more"), "other": Value("abc-1"), "n": Value(5)}

    document = environment_document(values, file, "environment", values.values(), MOMENT)

    assert {
        "a": "{{$env.SHORT}}", "b": "{{$env.LONG}}", "c": "Bearer {{$env.LONG}}", "copy": "Bearer {{$env.LONG}}",
        "other": "{{$env.SHORT}}", "n": 5,
    } == {entry["key"]: entry["value"] for entry in document["values"]}  # fmt: skip
    assert (MOMENT, "environment") == (document["_postman_exported_at"], document["_postman_variable_scope"])


def test_a_missing_outside_value_keeps_its_placeholder(tmp_path: Path) -> None:
    """A variable that the process environment could not fill is written as it was."""
    path = tmp_path / "e.json"
    path.write_text(json.dumps([{"key": "a", "value": "x {{$env.NOT_THERE}}"}]))
    file = load_environment(path, {})

    assert [{"key": "a", "value": "x {{$env.NOT_THERE}}"}] == with_variables(
        [{"key": "a", "value": "x {{$env.NOT_THERE}}"}], file.values
    )


def test_the_list_keeps_its_order_and_what_is_disabled() -> None:
    """Old entries keep their place and members, what is gone goes, and what is new stands at the end."""
    old = [
        {"key": "b", "value": 1, "enabled": True, "description": "d"},
        {"key": "off", "value": 2, "enabled": False},
        {"key": "b", "value": 9, "disabled": True},
        {"key": "gone", "value": 3},
        {"key": "a", "value": 4, "type": "secret"},
    ]
    new = with_variables(old, {"a": Value("x"), "b": Value([1]), "c": Value(None, secret=True)})

    assert new == [
        {"key": "b", "value": [1], "enabled": True, "description": "d"},
        old[1],
        old[2],
        {"key": "a", "value": "x", "type": "secret"},
        {"key": "c", "value": None, "type": "secret"},
    ]
