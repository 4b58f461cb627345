"""What a call names, read: its collections, and the choices of its run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.cli.remote import Remote
from harness.collection.find import find_collections
from harness.collection.load import load_collection
from harness.collection.model import Collection
from harness.errors import LoadError, Problem
from harness.options.resolve import authorities, proxies, run_options
from harness.options.table import CallOptions
from harness.runner.options import RunOptions
from harness.source import Source
from harness.variables.process_env import process_environment

__all__ = ["load_all", "locate", "read_call"]


def read_call(call: CallOptions) -> tuple[Remote, RunOptions]:
    """Return what fetches the files of the call from elsewhere, and the choices of its run. Raises `HarnessError`."""
    env = process_environment(call.env_file)
    remote = Remote(call.postman_api_key or env.get("POSTMAN_API_KEY"), authorities(call), proxies(call, env))
    return remote, run_options(call, env, remote.local_or_fetched)


def load_all(arguments: Sequence[str], remote: Remote) -> list[Collection]:
    """Load the collections that the arguments stand for. Raises `LoadError` with the faults of all of them."""
    collections: list[Collection] = []
    problems: list[Problem] = []
    for found in locate(arguments, remote):
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
