"""The one table of options: its kinds, choices and defaults fit what they are for, and each option has an effect."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import pytest

from harness.checks.assertion import FAIL_ON
from harness.checks.rule import MATCH_MODES
from harness.errors import UsageError
from harness.examples.record import MODES
from harness.options.option import COMMANDS, Door, Option
from harness.options.resolve import flags, run_options
from harness.options.table import OPTIONS, CallOptions, options_of
from harness.runner.options import RunOptions

TYPES = {
    "text": {"str | None"},
    "texts": {"tuple[str, ...]"},
    "file": {"str | None"},
    "folder": {"str | None", "str"},
    "flag": {"bool"},
    "number": {"int", "int | None"},
    "milliseconds": {"int"},
}
# What concerns neither the run nor what wins over the configuration: tests/e2e and tests/plugin try these.
BESIDE_THE_RUN = {
    *("env_file", "postman_api_key", "with_needed", "update_examples", "profile", "no_insecure_file_read"),
    *("reporters", "reporter_export", "report", "report_option", "silent", "verbose", "color", "disable_unicode"),
    *("export_environment", "export_globals", "export_collection", "export_cookie_jar"),
}
CERTIFICATES = {each.field for each in OPTIONS if each.field.startswith("ssl_")}
"""They need certificates; tests/e2e/test_both_doors.py has some."""


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.field)
def test_a_row_is_sound(option: Option) -> None:
    """Its field has the type of its kind, its help is a sentence, and pytest has it or something in its place."""
    (field,) = (each for each in fields(CallOptions) if each.name == option.field)

    assert option.kind == "choice" or field.type in TYPES[option.kind]
    assert field.default == option.default
    assert (option.kind == "choice") == bool(option.choices)
    assert option.help[0].isupper() or option.help[0] in "`"
    assert option.help.endswith(".")
    assert "%" not in option.described  # argparse would read it
    assert option.doors <= set(get_args(Door)) == COMMANDS | {"pytest"}
    assert bool(option.instead) == ("run" in option.doors and "pytest" not in option.doors)
    assert ("Repeatable." in option.help) == (option.kind == "texts")


def test_names_are_used_once() -> None:
    """No two options of a door share a name."""
    for door in get_args(Door):
        options = options_of(door)
        names = [name for each in options for name in (each.flags if door != "pytest" else (each.plugin_flag,))]

        assert len(names) == len(set(names))


def test_choices_are_those_of_the_rooms() -> None:
    """Spelled out in the table, which imports nothing until there is a collection."""
    choices = {each.field: each.choices for each in OPTIONS if each.choices}

    assert (MATCH_MODES, FAIL_ON, MODES) == (choices["match"], choices["fail_on"], choices["update_examples"])


def test_a_call_without_options_is_a_run_without_options() -> None:
    """The defaults of the table are those of `RunOptions`."""
    made, plain = run_options(CallOptions(), {}), RunOptions()

    assert made.cookie_jar is not None
    assert [] == list(made.cookie_jar)
    assert plain == replace(made, cookie_jar=None, working_dir=plain.working_dir)
    assert Path.cwd() == made.working_dir.resolve()


def _value(option: Option, folder: Path) -> Any:
    """Return a value other than the default."""
    texts = {"env_vars": ("a=1",), "global_vars": ("a=1",), "bail": "folder", "checks": "status"}
    files: dict[str, Any] = {
        "environment": {"name": "e", "values": []},
        "globals_file": {"name": "g", "values": []},
        "data": [{"a": 1}],
        "cookie_jar": {"cookies": [{"key": "a", "value": "1", "domain": "a.test", "path": "/"}]},
        "openapi": {},
    }
    if option.kind == "file":
        (folder / "file.json").write_text(json.dumps(files[option.field]), encoding="utf-8")
        return str(folder / "file.json")
    of_kind = {"flag": True, "texts": ("a",), "text": "a", "folder": str(folder), "milliseconds": 5}
    if option.kind == "number":
        return option.limits[0] + 1
    other = next((each for each in option.choices if each != option.default), None)
    return texts.get(option.field) or other or of_kind[option.kind]


@pytest.mark.parametrize(
    "option",
    [each for each in OPTIONS if {"run", "pytest"} & each.doors and each.field not in BESIDE_THE_RUN | CERTIFICATES],
    ids=lambda option: option.field,
)
def test_an_option_reaches_the_run(option: Option, tmp_path: Path) -> None:
    """Each value that is not the default makes other options of the run, or other flags."""
    plain = CallOptions()
    call = replace(plain, **{option.field: _value(option, tmp_path)})
    usual, changed = run_options(plain, {}), run_options(call, {})
    same = [
        field.name
        for field in fields(RunOptions)
        if field.name != "cookie_jar" and getattr(usual, field.name) == getattr(changed, field.name)
    ]
    differing = len(fields(RunOptions)) - 1 - len(same) + (list(changed.cookie_jar or ()) != [])

    assert 1 <= differing + (flags(call) != flags(plain))


def test_every_choice_of_a_run_can_be_made() -> None:
    """What a call cannot say is what only a Python program can give."""
    import inspect

    from harness.options import resolve

    source = inspect.getsource(resolve.run_options)

    assert ["max_redirects", "clock", "keep_results"] == [
        field.name for field in fields(RunOptions) if f"        {field.name}=" not in source
    ]


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("timeout", "5e3", 5000),
        ("timeout", "-1", "takes a whole number of milliseconds, not `-1`"),
        ("timeout", "1.5", "takes a whole number of milliseconds, not `1.5`"),
        ("timeout", "inf", "takes a whole number of milliseconds, not `inf`"),
        ("timeout", "nan", "takes a whole number of milliseconds, not `nan`"),
        ("iterations", "12", 12),
        ("iterations", "0", "takes a whole number from 1 on, not `0`"),
        ("iterations", "\u0663", "takes a whole number from 1 on, not `\u0663`"),
        ("script_memory", "5000", "takes a whole number from 64 to 4096, not `5000`"),
        ("match", "exact", "exact"),
        ("match", "exakt", "is one of status, shape, subset, exact, schema, ignore, not `exakt`"),
        ("seed", "12", "12"),
    ],
)
def test_a_text_is_read(field: str, text: str, told: str | int) -> None:
    """It is the value of its kind, or an error that says what the option takes."""
    (option,) = (each for each in OPTIONS if each.field == field)
    if isinstance(told, str) and " " in told:
        with pytest.raises(UsageError) as raised:
            option.value(text, "--x")

        assert f"--x {told}" == raised.value.summary
    else:
        assert told == option.value(text, "--x")


def test_options_show_no_secrets() -> None:
    """A passphrase is not in what a traceback or a log would print of a call."""
    assert "open-sesame" not in repr(CallOptions(ssl_client_passphrase="open-sesame"))
