"""The options and ini values of the plugin, made of the one table, and what they say."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import pytest

from harness.options.option import Option
from harness.options.table import CallOptions, options_of

if TYPE_CHECKING:
    from harness.runner.options import RunOptions
    from harness.variables.environment import Environment
    from harness.variables.scope import Value

__all__ = ["add_options", "as_in_pytest", "call_options", "run_options"]

_INI_TYPES: Mapping[str, Literal["bool", "linelist"]] = {"flag": "bool", "texts": "linelist"}
_CALL = pytest.StashKey[CallOptions]()
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")


def add_options(parser: pytest.Parser) -> None:
    """Add every option and its ini value, and `harness_collections`."""
    group = parser.getgroup("harness", "Postman collections")
    for each in options_of("pytest"):
        settings: dict[str, Any] = {"dest": each.ini, "help": each.described, "default": None}
        if each.kind == "flag":
            group.addoption(each.plugin_flag, action="store_true", **settings)
        elif each.kind == "texts":
            group.addoption(each.plugin_flag, action="append", metavar=each.metavar, **settings)
        else:
            bare = {} if each.alone is None else {"nargs": "?", "const": each.alone}
            choices = each.choices or None
            group.addoption(each.plugin_flag, metavar=each.metavar, choices=choices, **bare, **settings)
        parser.addini(each.ini, each.described, type=_INI_TYPES.get(each.kind, "string"), default=None)
    parser.addini(
        "harness_collections", "collections that are always collected: files or globs below the rootdir", "args", []
    )


def call_options(config: pytest.Config) -> CallOptions:
    """Return what flags and ini values say, the flags before the others. Raises `UsageError` for a wrong value."""
    if _CALL not in config.stash:
        if not _given(config, _SEED):  # chosen here, so that reports can tell it; the workers of xdist get the same
            given = getattr(config, "workerinput", {}).get(_SEED.ini)
            config.option.harness_seed = given or str(secrets.randbelow(2**32))
        said = {each.field: _given(config, each) for each in options_of("pytest")}
        config.stash[_CALL] = CallOptions(**{field: value for field, value in said.items() if value is not None})
    return config.stash[_CALL]


def _given(config: pytest.Config, each: Option) -> Any:
    """Return the value of an option, None where nobody gives it one."""
    value, written = config.getoption(each.ini), each.plugin_flag
    if not value:
        value, written = config.getini(each.ini), each.ini
        if value in (None, "", []):
            return None
        if each.kind in ("file", "folder"):  # relative to the folder of the ini file, not to the working directory
            value = str((config.inipath.parent if config.inipath is not None else config.rootpath) / value)
    if each.kind == "texts":
        return tuple(value)
    return value if each.kind == "flag" else each.value(value, written)


def run_options(config: pytest.Config) -> RunOptions:
    """Return the choices of the run. Raises `HarnessError` for files and values that are wrong."""
    from harness.options.resolve import run_options
    from harness.variables.process_env import process_environment

    call = call_options(config)
    env = process_environment(call.env_file)
    environment = _environment(config, call.environment, env)
    return replace(run_options(replace(call, environment=None), env), environment=environment)


def _environment(config: pytest.Config, name: str | None, env: Mapping[str, str]) -> Environment | None:
    """Return the file of `--harness-env`, or what the hook returns; values of the hook are laid over the file.

    A file that is named in the call is never passed over: its name is what protects it in the configuration.
    """
    from harness.variables.environment import Environment, load_environment

    given = config.hook.pytest_harness_environment(config=config)
    whole = None if isinstance(given, Mapping) else given
    file = name if whole is None or config.getoption("harness_env") else whole
    found: Environment | None = file if isinstance(file, Environment) else load_environment(file, env) if file else None
    if not isinstance(given, Mapping):
        return found
    under = found if found is not None else Environment("conftest", {}, "conftest.py")
    return replace(under, values={**under.values, **_values(given, under.values)})


def _values(given: Mapping[str, Any], under: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the values of a hook; one that takes the place of a secret is a secret, too."""
    from harness.variables.scope import Value

    secrets = {name for name, value in under.items() if value.secret}
    return {
        name: value if isinstance(value, Value) else Value(value, secret=name in secrets)
        for name, value in given.items()
    }


def as_in_pytest(text: str) -> str:
    """Return a text with the options of the command line under the names that they have in pytest."""
    return _FLAG.sub(lambda match: _NAMES.get(match[0], match[0]), text)


_SEED = next(each for each in options_of("pytest") if each.field == "seed")
_NAMES = {each.flag: each.plugin_flag for each in options_of("pytest")}
