"""Which collections and variables did the call name?

The options that `run`, `check` and `mock` share, and what is read because of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from harness.cli.remote import Remote
from harness.collection.find import find_collections
from harness.collection.load import load_collection
from harness.collection.model import Collection
from harness.errors import LoadError, Problem, UsageError
from harness.runner.options import RunOptions
from harness.source import Source
from harness.variables.data import load_data
from harness.variables.environment import Environment, flag_values, load_environment
from harness.variables.process_env import process_environment

__all__ = [
    "Command",
    "add_options",
    "load_all",
    "locate",
    "remote_for",
    "run_options",
    "secret_options",
    "selection_options",
    "variable_options",
    "variables_of_sides",
]

Command = TypeVar("Command", bound=Callable[..., Any])


def variable_options(command: Command) -> Command:
    """Add the options that say what variables stand for."""
    environment = click.option(
        "-e", "--environment", metavar="FILE", help="Environment: a file, URL or id of Postman's."
    )
    return environment(_other_variable_options(command))


def variables_of_sides(command: Command) -> Command:
    """Add the same options for a comparison of two environments."""
    environments = click.option(
        "-e", "--environment", "environments", metavar="FILE", multiple=True,
        help="Environment of a side: a file, URL or id of Postman's. Given twice.",
    )  # fmt: skip
    return environments(_other_variable_options(command))


def _other_variable_options(command: Command) -> Command:
    return add_options(
        command,
        click.option("-g", "--globals", "globals_file", metavar="FILE", help="Globals: a file or URL."),
        click.option(
            "--env-var", "env_vars", metavar="NAME=VALUE", multiple=True,
            help="Set an environment variable of the collection; NAME=env:OTHER takes it from the process environment. "
            "Repeatable.",
        ),
        click.option(
            "--global-var", "global_vars", metavar="NAME=VALUE", multiple=True, help="Set a global. Repeatable."
        ),
        click.option("--env-file", metavar="FILE", help="Where `$env` values come from as well (default: .env)."),
        click.option(
            "--postman-api-key", metavar="KEY",
            help="Fetch what is named by its id in Postman, or from its API (default: POSTMAN_API_KEY).",
        ),
        click.option("--seed", metavar="TEXT", help="Repeat the dynamic variables of an earlier run."),
        click.option("--profile", metavar="NAME", help="Use [tool.harness.profiles.NAME] of pyproject.toml."),
        click.option("--debug", is_flag=True, help="Show the traceback of a bug in harness."),
    )  # fmt: skip


def secret_options(command: Command) -> Command:
    """Add the options that say what is masked."""
    return add_options(
        command,
        click.option(
            "--secret", "secrets", metavar="NAME", multiple=True, help="Mask this variable's value. Repeatable."
        ),
        click.option(
            "--unsafe-show-secrets", is_flag=True, help="Mask nothing, to find a fault; every report says so."
        ),
    )


def selection_options(command: Command) -> Command:
    """Add the options that say which items and rows are meant."""
    return add_options(
        command,
        click.option(
            "--folder", "-i", "include", metavar="NAME", multiple=True,
            help="Run only this folder or request: its name, id or node path. Repeatable.",
        ),
        click.option(
            "--replay", type=click.Choice(["requests", "examples"]), default="requests", show_default=True,
            help="Send each request, or the original request of each saved example.",
        ),
        click.option("--exclude", metavar="NAME", multiple=True, help="Leave out a folder or request. Repeatable."),
        click.option(
            "-d", "--iteration-data", "data", metavar="FILE", help="Rows of variables, JSON or CSV: a file or URL."
        ),
        click.option("-n", "--iteration-count", type=click.IntRange(min=1), metavar="N", help="Run N times."),
        click.option(
            "--allow-remote-refs", metavar="HOST", multiple=True,
            help="Fetch schemas that others refer to from this host. Repeatable.",
        ),
        click.option("--no-scripts", is_flag=True, help="Send the requests without running their scripts."),
        click.option("--fill-samples", is_flag=True, help="Make up values for samples such as <integer>."),
        click.option("--working-dir", metavar="FOLDER", default=".", help="Where files of request bodies are read."),
        click.option(
            "--no-insecure-file-read", is_flag=True, help="Read no files outside the working directory; always so."
        ),
    )  # fmt: skip


def add_options(command: Command, *options: Callable[[Command], Command]) -> Command:
    """Return the command with the options in the order they are given."""
    for option in reversed(options):
        command = option(command)
    return command


def run_options(values: Mapping[str, Any], remote: Remote | None = None, **more: Any) -> RunOptions:
    """Read the files that the options name and return the choices of the run. Raises `HarnessError`."""
    env = process_environment(values["env_file"])
    remote = remote or remote_for(values, env)

    def read(name: str | None, kind: Literal["environment", "globals"]) -> Environment | None:
        return load_environment(remote.local_or_fetched(name, kind), env) if name else None

    data = values.get("data")
    return RunOptions(
        environment=read(values["environment"], "environment"),
        globals=read(values["globals_file"], "globals"),
        env_vars=flag_values(values["env_vars"], "--env-var", env),
        global_vars=flag_values(values["global_vars"], "--global-var", env),
        data=load_data(remote.local_or_fetched(data, "data")) if data else (),
        iterations=values.get("iteration_count"),
        include=values.get("include") or (),
        exclude=values.get("exclude") or (),
        replay=values.get("replay") or "requests",
        remote_refs=tuple(values.get("allow_remote_refs") or ()),
        scripts=not values.get("no_scripts"),
        fill_samples=bool(values.get("fill_samples")),
        working_dir=_folder(values.get("working_dir") or "."),
        seed=values["seed"],
        secrets=values.get("secrets") or (),
        unsafe_show_secrets=bool(values.get("unsafe_show_secrets")),
        debug=bool(values.get("debug")),
        **more,
    )


def remote_for(
    values: Mapping[str, Any], env: Mapping[str, str], connection: Mapping[str, Any] | None = None
) -> Remote:
    """Return what fetches the files of a call from elsewhere, over connections as the call wants them."""
    chosen = connection or {}
    return Remote(
        values["postman_api_key"] or env.get("POSTMAN_API_KEY"), chosen.get("authorities"), chosen.get("proxies")
    )


def _folder(name: str) -> Path:
    folder = Path(name)
    if not os.path.isdir(folder):
        raise UsageError(f"--working-dir is no folder: {name}")
    return folder


def load_all(arguments: Sequence[str], remote: Remote | None = None) -> list[Collection]:
    """Load the collections that the arguments stand for. Raises `LoadError` with the faults of all of them."""
    collections: list[Collection] = []
    problems: list[Problem] = []
    for found in locate(arguments, remote or Remote()):
        try:
            collections.append(load_collection(found))
        except LoadError as error:
            problems.extend(error.problems)
    if problems:
        raise LoadError.of(problems)
    return collections


def locate(arguments: Sequence[str], remote: Remote) -> Iterator[Path | Source]:
    """Yield what each argument stands for: files, each once, and texts from elsewhere."""
    seen = set()
    for argument in arguments:
        if remote.covers(argument):
            yield remote.fetch(argument, "collection")
            continue
        for file in find_collections([argument]):
            if (real := os.path.realpath(file)) not in seen:
                seen.add(real)
                yield file
