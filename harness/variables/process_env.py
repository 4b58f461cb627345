"""What may come in from the process environment, and by which words?

`{{$env.NAME}}` is filled in once, when an environment or globals file, a flag or the configuration is read; never in a
collection, in iteration data or in anything a server or script said, for a shared collection must not be able to read
the secrets of the machine it runs on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.location import Location
from harness.variables.scope import Value

__all__ = ["fill_env", "names_in", "outside_text", "process_environment"]

_ENV = re.compile(r"\{\{\$env\.([^{}]+)\}\}")


def process_environment(env_file: Path | str | None = None) -> Mapping[str, str]:
    """Return the process environment over the values of `env_file`, by default `.env` in the working directory.

    Raises `UsageError` when a file that was asked for cannot be read.
    """
    path = Path(env_file) if env_file is not None else Path(".env")
    if env_file is None and not path.is_file():
        return os.environ
    from dotenv import dotenv_values  # only those who have such a file pay for it

    try:
        with path.open(encoding="utf-8-sig") as stream:
            values = dotenv_values(stream=stream, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the file of --env-file: {path}", hint=str(error)) from error
    return {**{name: value for name, value in values.items() if value is not None}, **os.environ}


def outside_text(flag: str, text: str | None, env: Mapping[str, str]) -> str | None:
    """Return what an option holds, `env:NAME` as the variable of that name.

    Raises `UsageError` where the process environment has none; `flag` is what the error names.
    """
    if text is None or not text.startswith("env:"):
        return text
    name = text.removeprefix("env:")
    if name not in env:
        raise UsageError(f"{flag}: the process environment has no `{name}`")
    return env[name]


def fill_env(value: Any, env: Mapping[str, str], location: Location | None, *, secret: bool = False) -> Value:
    """Return a variable's value with every `{{$env.NAME}}` in it filled in; such a value is a secret.

    Braces of the process environment are text. Beside other text, where placeholders count, they are at fault.
    """
    if not isinstance(value, str) or "{{$env." not in value:
        return Value(value, location, secret)
    names = names_in(value)
    whole = _ENV.fullmatch(value) is not None
    fault = None
    if missing := [name for name in names if name not in env]:
        fault = f"the process environment has no {_listed(missing)}"
    elif braced := [name for name in names if not whole and "{{" in env[name]]:
        fault = f"{_listed(braced)} of the process environment holds `{{{{`: give it a variable of its own"
    if fault is not None:
        return Value("", location, secret=True, written=value, fault=fault)
    text = _ENV.sub(lambda match: env[match[1]], value)
    parts = tuple(env[name] for name in names)
    return Value(text, location, secret=True, final=whole, parts=parts, written=value)


def names_in(text: str) -> tuple[str, ...]:
    """Return the names that the `{{$env.NAME}}` of a text ask for, each once, in order."""
    return tuple(dict.fromkeys(_ENV.findall(text)))


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
