"""What do the tables of rules and of known drift say?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from harness.checks.rule import KnownDrift, Rule
from harness.checks.rules.jsonpath import InvalidPath, Query
from harness.config.keys import TABLES_OF, Key
from harness.config.toml_file import TomlFile
from harness.config.values import faults, kind_name, listed
from harness.errors import Problem
from harness.source import PathParts

__all__ = ["known_drifts", "problems", "rules"]

_DEMANDS = ("type", "format", "regex", "one_of", "range", "ignore", "unordered", "key")
_BEFORE = ("expect_status", "literal")
"""What is decided before an answer is there."""


def rules(file: TomlFile, path: PathParts, table: Mapping[str, Any]) -> Iterator[Rule]:
    """Yield the rules of a table, without a fault; `schema` is relative to the file."""
    folder = Path(file.source.name).parent
    for index, rule in enumerate(table.get("rules", ())):
        place = (*path, "rules", index)
        plain = ("status", "match", "expect_status", "provoke", "max_time_ms", "ignore", "unordered", "key", "format")
        given = {name: rule[name] for name in (*plain, "regex", "severity") if name in rule}
        given |= {name: tuple(listed(rule[name])) for name in ("path", "header", "type") if name in rule}
        given |= {name: tuple(rule[name]) for name in ("one_of", "range") if name in rule}
        yield Rule(
            select=tuple(listed(rule.get("select", "*"))),
            location=file.place(*place, "schema" if "schema" in rule else "select"),
            schema=folder / rule["schema"] if "schema" in rule else None,
            literal=frozenset(rule.get("literal", ())),
            places={name: file.place(*place, name) for name in rule},
            **given,
        )


def known_drifts(file: TomlFile, path: PathParts, table: Mapping[str, Any]) -> Iterator[KnownDrift]:
    """Yield the known drift of a table, without a fault."""
    for index, drift in enumerate(table.get("known_drift", ())):
        expires = drift["expires"]
        yield KnownDrift(
            select=tuple(listed(drift.get("select", "*"))),
            location=file.place(*path, "known_drift", index),
            reason=drift["reason"],
            expires=date.fromisoformat(expires) if isinstance(expires, str) else expires,
            kind=drift.get("kind"),
            path=tuple(listed(drift.get("path", []))),
        )


def problems(kind: str, file: TomlFile, path: PathParts, table: object) -> Iterator[Problem]:
    """Yield what is wrong with a table of that kind: its keys, its values, and how they go together."""
    if not isinstance(table, Mapping):
        shown = f"`{'.'.join(map(str, path))}`" if kind not in ("rule", "known drift") else f"a {kind}"
        yield Problem(f"{shown} is a table, not {kind_name(table)}", file.place(*path))
        return
    known: Mapping[str, Key] = TABLES_OF[kind]
    for name, value in table.items():
        for summary, hint in faults(known, name, value):
            yield Problem(summary, file.place(*path, name), hint)
    for name, key in known.items():
        if key.required and name not in table:
            hint = "what is accepted for good is a rule with `ignore` or `severity`" if name == "expires" else None
            yield Problem(f"a {kind} needs `{name}`", file.place(*path), hint)
    if kind == "known drift":
        yield from _needing_values(file, path, table)
    if kind == "rule":
        yield from _together(file, path, table)


def _together(file: TomlFile, path: PathParts, rule: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield keys of a rule that mean nothing without, or beside, another."""
    for name in _DEMANDS:
        if name in rule and not {"path", "header"} & set(rule):
            hint = '`path = "$"` is the body'
            yield Problem(f"`{name}` says nothing without a `path` or `header`", file.place(*path, name), hint)
    for name in _BEFORE:
        if name in rule and "status" in rule:
            summary = f"`{name}` is decided before there is a status to go by"
            yield Problem(summary, file.place(*path, name), "put it into a rule without `status`")


def _needing_values(file: TomlFile, path: PathParts, drift: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a path of a known drift that cannot be held against the place of a difference alone."""
    given = drift.get("path", [])
    for text in listed(given) if isinstance(given, str | list) else ():
        with suppress(InvalidPath, TypeError):  # told with the key itself
            if Query.parse(text).needs_values:
                summary = f"`{text}` selects by values: a known drift names places"
                yield Problem(summary, file.place(*path, "path"), "such as $.items[*].id, as the report prints them")
