"""Which files does harness read, how is each changed and written, and which calls read it?"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mutation
import yaml

__all__ = ["KINDS", "SEEDS", "Kind"]

SEEDS = Path(__file__).parent / "seeds"
V3 = Path(__file__).parents[1] / "contract" / "collection" / "v3"

GOOD = "good.json"
"""A collection without a fault, and `stored.ndjson` and `stored.json` what came of a run of it."""
_REPORTS = ("json", "junit", "ndjson", "html", "har", "github")
Call = tuple[str, ...]
"""Arguments, in which `FILE` stands for the changed file."""


def _reports(*names: str) -> Call:
    """Return the options that make some reports, beside what is printed."""
    return (
        "-r",
        ",".join(("cli", *names)),
        *(part for name in names for part in (f"--reporter-{name}-export", f"out/{name}")),
    )


_ALL_REPORTS = _reports(*_REPORTS)
_REPORTS_OF_RECORD = _reports(*(name for name in _REPORTS if name != "ndjson"))
_RUN: Call = ("run", GOOD, "--mock")

_OF_COLLECTION: tuple[Call, ...] = (
    ("check", "FILE"),
    ("check", "FILE", "--list"),
    ("check", "FILE", "--replay", "examples", "--fill-samples"),
    ("run", "FILE", "--mock", *_ALL_REPORTS),
    ("run", "FILE", "--mock", "--no-scripts", "--unresolved", "send", "--fill-samples", *_ALL_REPORTS),
    ("run", "FILE", "--mock", "--replay", "examples", "--no-scripts", "--export-environment", "out/environment"),
    ("examples", "FILE"),
    ("examples", "FILE", "--json", "--report", "stored.ndjson"),
    ("schema", "infer", "FILE", "-o", "out/schemas"),
    ("schema", "check", "FILE", "--openapi", "openapi.json", "--json"),
    ("code", "FILE", "--item", "List"),
    ("code", "FILE", "--item", "Form", "--lang", "python-httpx"),
    ("code", "FILE", "--item", "Upload", "--lang", "javascript-fetch", "--with-secrets"),
    ("code", "FILE", "--item", "First", "--lang", "http"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file."""

    name: str
    """The name of the changed file; for a tree, that of its folder."""
    seeds: tuple[str, ...]
    calls: tuple[Call, ...]
    read: Callable[[str], Any] = json.loads
    write: Callable[[Any, random.Random], bytes] = mutation.json_text
    weight: int = 1
    """How often it is chosen."""


def _lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def _write_lines(values: Any, dice: random.Random) -> bytes:
    if not isinstance(values, list):
        values = [values]
    return b"".join(mutation.json_text(each, dice).replace(b"\n", b"") + b"\n" for each in values)


def _text(text: str) -> str:
    return text


def _write_text(value: Any, _dice: random.Random) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")


KINDS = {
    "collection": Kind("a.postman_collection.json", ("collection.json",), _OF_COLLECTION, weight=5),
    "scripts": Kind("a.json", ("scripts.json",), (_OF_COLLECTION[0], _OF_COLLECTION[3], _OF_COLLECTION[-1])),
    "collection 2.0": Kind("a.json", ("collection_2_0.json",), _OF_COLLECTION, weight=2),
    "collection 1": Kind("a.json", ("collection_1.json",), _OF_COLLECTION, weight=3),
    "tree": Kind("tree", (), _OF_COLLECTION, yaml.safe_load, mutation.yaml_text, weight=3),
    "environment": Kind(
        "e.json",
        ("environment.json", "globals.json"),
        (
            ("check", GOOD, "-e", "FILE"),
            (*_RUN, "-e", "FILE", "--export-environment", "out/e", *_ALL_REPORTS),
            (*_RUN, "-g", "FILE", "--export-globals", "out/g"),
            ("code", GOOD, "--item", "List", "-e", "FILE"),
        ),
        weight=2,
    ),
    "environment in YAML": Kind(
        "e.environment.yaml",
        ("environment.json", "globals.json"),
        (("check", GOOD, "-e", "FILE"), (*_RUN, "-g", "FILE", "--export-globals", "out/g")),
        write=mutation.yaml_text,
    ),
    "data": Kind("d.json", ("data.json",), (("check", GOOD, "-d", "FILE"), (*_RUN, "-d", "FILE", *_ALL_REPORTS))),
    "data in CSV": Kind(
        "d.csv",
        ("data.csv",),
        (("check", GOOD, "-d", "FILE"), (*_RUN, "-d", "FILE", "-r", "json", "--reporter-json-export", "out/json")),
        _text,
        _write_text,
        weight=2,
    ),
    "configuration": Kind(
        "good.harness.toml",
        ("good.harness.toml",),
        (
            ("check", GOOD),
            (*_RUN, *_ALL_REPORTS),
            ("schema", "check", GOOD),
            ("schema", "infer", GOOD, "-o", "out/schemas"),
        ),
        tomllib.loads,
        mutation.toml_text,
        weight=3,
    ),
    "configuration of the project": Kind(
        "pyproject.toml",
        ("project.toml",),
        (("check", GOOD), ("check", GOOD, "--profile", "ci"), _RUN),
        tomllib.loads,
        mutation.toml_text,
    ),
    "OpenAPI": Kind(
        "o.json",
        ("openapi.json", "openapi_3_1.json"),
        ((*_RUN, "--openapi", "FILE", *_ALL_REPORTS), ("schema", "check", GOOD, "--openapi", "FILE")),
        weight=3,
    ),
    "OpenAPI in YAML": Kind(
        "o.yaml",
        ("openapi.json", "openapi_3_1.json"),
        ((*_RUN, "--openapi", "FILE"), ("schema", "check", GOOD, "--openapi", "FILE", "--json")),
        write=mutation.yaml_text,
        weight=2,
    ),
    "schema": Kind(
        "schema.json", ("schema.json",), ((*_RUN, *_ALL_REPORTS), ("schema", "check", GOOD, "--json")), weight=3
    ),
    "record": Kind(
        "r.ndjson",
        ("stored.ndjson",),
        (
            ("report", "FILE", *_REPORTS_OF_RECORD),
            ("diff", "FILE", "stored.ndjson", "-r", "cli,json", "--reporter-json-export", "out/json"),
            ("diff", "stored.ndjson", "FILE"),
            ("examples", GOOD, "--report", "FILE"),
        ),
        _lines,
        _write_lines,
        weight=4,
    ),
    "report": Kind(
        "r.json", ("stored.json",), (("diff", "FILE", "stored.json"), ("examples", GOOD, "--report", "FILE")), weight=2
    ),
    "cookie jar": Kind("j.json", ("jar.json",), ((*_RUN, "--cookie-jar", "FILE", "--export-cookie-jar", "out/jar"),)),
    "certificates": Kind("c.json", ("certificates.json",), ((*_RUN, "--ssl-client-cert-list", "FILE"),)),
    "variables of the process": Kind(
        "values.env", ("values.env",), (("check", GOOD, "--env-file", "FILE"),), _text, _write_text
    ),
    "template": Kind(
        "own.jinja", ("own.jinja",), (("code", GOOD, "--item", "List", "--template", "FILE"),), _text, _write_text
    ),
}
