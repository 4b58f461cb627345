"""Which variables come from environment and globals files and from flags, and which faults are told?"""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InvalidEnvironment, UsageError
from harness.variables.environment import flag_values, load_environment


def _write(folder: Path, document: Any, name: str = "staging.postman_environment.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_environment_file_gives_its_enabled_variables(tmp_path: Path) -> None:
    """Values keep their JSON type; disabled ones are not there; of equal names the last counts."""
    path = _write(
        tmp_path,
        {
            "name": "Staging",
            "values": [
                {"key": "text", "value": "v", "enabled": True},
                {"key": "number", "value": 5},
                {"key": "null", "value": None, "enabled": None},
                {"key": "missing"},
                {"key": "off", "value": "v", "enabled": False},
                {"key": "disabled", "value": "v", "disabled": True},
                {"key": "twice", "value": "1"},
                {"key": "twice", "value": "2"},
                {"id": "old", "value": "v"},
            ],
        },
    )
    environment = load_environment(path, {})

    expected = {"text": "v", "number": 5, "null": None, "missing": None, "twice": "2", "old": "v"}
    assert expected == {name: value.value for name, value in environment.values.items()}
    assert "Staging" == environment.name
    assert str(path) == environment.file


def test_variable_knows_its_place_and_whether_it_is_secret(tmp_path: Path) -> None:
    """A value points at its line, and one of type `secret` says so."""
    values = [{"key": "a", "value": "1"}, {"key": "b", "value": "2", "type": "secret"}]
    environment = load_environment(_write(tmp_path, {"name": "E", "values": values}), {})

    assert [False, True] == [value.secret for value in environment.values.values()]
    location = environment.values["b"].location
    assert location is not None
    assert "$.values[1].value" == location.json_path
    assert location.position is not None


@pytest.mark.parametrize("key", ["environment", "globals"])
def test_file_of_the_postman_api_is_read(tmp_path: Path, key: str) -> None:
    """An export of Postman's API holds the environment one level deeper."""
    inner = {"name": "Inner", "values": [{"key": "a", "value": "1"}]}
    environment = load_environment(_write(tmp_path, {key: inner}), {})

    assert "Inner" == environment.name
    location = environment.values["a"].location
    assert location is not None
    assert f"$.{key}.values[0].value" == location.json_path


def test_bare_list_is_read(tmp_path: Path) -> None:
    """Newman's globals may be a list alone; its values point at the right place."""
    environment = load_environment(_write(tmp_path, [{"key": "a", "value": "1"}], "my.globals.json"), {})

    assert "my" == environment.name
    location = environment.values["a"].location
    assert location is not None
    assert "$[0].value" == location.json_path


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_byte_order_mark_does_not_matter(tmp_path: Path, mark: bytes) -> None:
    """Editors of Windows put a mark before the text."""
    encoding = "utf-8" if mark == codecs.BOM_UTF8 else "utf-16-le"
    path = tmp_path / "e.json"
    path.write_bytes(mark + '{"values": [{"key": "ü", "value": "ö"}]}'.encode(encoding))

    assert "ö" == load_environment(path, {}).values["ü"].value


def test_names_are_that_of_the_file_and_its_own(tmp_path: Path) -> None:
    """A configuration may call the environment by either name."""
    path = _write(tmp_path, {"name": "Plivo live", "values": []}, "live.postman_environment.json")

    assert {"Plivo live", "live"} == load_environment(path, {}).names


def test_process_environment_is_filled_in_as_a_secret(tmp_path: Path) -> None:
    """`{{$env.NAME}}` is resolved when the file is read."""
    path = _write(tmp_path, {"values": [{"key": "token", "value": "{{$env.TOKEN}}"}]})
    value = load_environment(path, {"TOKEN": "s3cret"}).values["token"]

    assert ("s3cret", True, True) == (value.value, value.secret, value.final)


@pytest.mark.parametrize(
    ("document", "summary", "hint"),
    [
        ({"info": {}, "item": []}, "not a Postman environment", "this is a collection: name it without `-e` or `-g`"),
        ({"values": {}}, "not a Postman environment", None),
        ("text", "not a Postman environment", None),
        ({"values": [{"value": "1"}]}, "a variable without a `key`", None),
    ],
)
def test_file_that_is_no_environment_is_an_error(tmp_path: Path, document: Any, summary: str, hint: str | None) -> None:
    """The error tells what the file seems to be, and where."""
    with pytest.raises(InvalidEnvironment, match=summary) as caught:
        load_environment(_write(tmp_path, document), {})

    assert caught.value.location is not None
    assert hint in (None, caught.value.hint)


def test_every_fault_of_a_file_is_told(tmp_path: Path) -> None:
    """Two variables without a name are two problems."""
    with pytest.raises(InvalidEnvironment) as caught:
        load_environment(_write(tmp_path, {"values": [{"value": 1}, {"key": "a"}, {"value": 2}]}), {})

    places = [problem.location.json_path for problem in caught.value.problems if problem.location]
    assert ["$.values[0]", "$.values[2]"] == places


@pytest.mark.parametrize("text", ["", "{", '{"values": [}'])
def test_broken_file_is_an_error_with_its_place(tmp_path: Path, text: str) -> None:
    """A file that is not JSON is told with line and column."""
    path = tmp_path / "e.json"
    path.write_text(text)
    with pytest.raises(InvalidEnvironment, match="not JSON") as caught:
        load_environment(path, {})

    assert caught.value.location is not None
    assert caught.value.location.position is not None


def test_flags_give_variables() -> None:
    """A value may hold `=` and placeholders, and may be empty; the last of one name counts."""
    values = flag_values(["a=1", "b=x=y", "c=", "d={{a}}", "a=2"], "--env-var", {})

    assert {"a": "2", "b": "x=y", "c": "", "d": "{{a}}"} == {name: value.value for name, value in values.items()}
    assert not any(value.secret for value in values.values())


@pytest.mark.parametrize("pair", ["token=env:TOKEN", "token={{$env.TOKEN}}"])
def test_flag_takes_a_secret_from_the_process_environment(pair: str) -> None:
    """Neither spelling puts the secret on the command line, and its braces are text."""
    value = flag_values([pair], "--env-var", {"TOKEN": "a{{b}}"})["token"]

    assert ("a{{b}}", True, True) == (value.value, value.secret, value.final)


@pytest.mark.parametrize("pair", ["token=env:TOKEN", "token={{$env.TOKEN}}"])
def test_flag_that_names_no_environment_variable_is_an_error(pair: str) -> None:
    """The message names the environment variable that is missing."""
    with pytest.raises(UsageError, match="the process environment has no `TOKEN`"):
        flag_values([pair], "--env-var", {})


@pytest.mark.parametrize("pair", ["", "a", "=1"])
def test_flag_without_a_name_or_value_is_an_error(pair: str) -> None:
    """The message says how the flag is written."""
    with pytest.raises(UsageError, match="--global-var takes NAME=VALUE") as caught:
        flag_values([pair], "--global-var", {})

    assert caught.value.hint is not None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("local.environment.yaml", "name: Local\nvalues:\n  - key: a\n    value: '1'\n    enabled: true\n"
         "  - {key: b, value: 2}\n  - {key: off, value: x, enabled: false}\n"),
        ("local.environment.yml", "name: Local\nvalues:\n  a: '1'\n  b: 2\n"),
        ("local.globals.yaml", "name: Local\nvalues:\n- {key: a, value: old}\n- {key: a, value: '1'}\n"
         "- {key: b, value: 2}\n"),
    ],
)  # fmt: skip
def test_yaml_files_of_format_v3_are_read(tmp_path: Path, name: str, text: str) -> None:
    """A YAML environment or globals file, list or map, gives its variables with places of its own."""
    file = tmp_path / name
    file.write_text(text)
    environment = load_environment(file, {})
    location = environment.values["b"].location

    assert {"a": "1", "b": 2} == {key: value.value for key, value in environment.values.items()}
    assert environment.names == {"Local", "local"}
    assert location is not None
    assert "2" == text[(location.position or pytest.fail("no place")).offset]


def test_a_doubled_variable_is_told(tmp_path: Path) -> None:
    """Of doubled names the last counts, with a warning at its place; those switched off do not count."""
    values = [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}, {"key": "a", "value": "3", "enabled": False}]
    environment = load_environment(_write(tmp_path, {"name": "E", "values": values}), {})

    assert "2" == environment.values["a"].value
    assert [("`a` is set twice: the last value counts", "warning")] == [
        (problem.summary, problem.severity) for problem in environment.problems
    ]


@pytest.mark.parametrize("off", [{"enabled": False}, {"disabled": True}])
def test_a_disabled_variable_takes_nothing_from_an_enabled_one_of_its_name(
    tmp_path: Path, off: dict[str, bool]
) -> None:
    """Whether it comes before or behind, the enabled one counts, and nothing is told of a second."""
    on, other = {"key": "a", "value": "on"}, {"key": "a", "value": "off", **off}
    for values in ([on, other], [other, on]):
        file = tmp_path / "e.json"
        file.write_text(json.dumps({"name": "e", "values": values}), "utf-8")

        found = load_environment(file, {})

        assert {"a": "on"} == {key: value.value for key, value in found.values.items()}
        assert () == found.problems
