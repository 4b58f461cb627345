"""What does a run hold ready for one of its collections?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.checks.openapi.contract import OpenApi
from harness.checks.rules.settle import Settlement
from harness.checks.rules.unused import idle
from harness.checks.schema.compiled import CompiledSchema
from harness.checks.schema.load import load_schema
from harness.checks.schema.remote import RemoteRefs
from harness.collection.model import Item
from harness.collection.selection import select
from harness.collection.setters import setters
from harness.errors import UnresolvedVariable
from harness.redaction.redactor import Redactor
from harness.runner.build import Builder
from harness.runner.credentials import add_request_secrets, add_typed_secrets
from harness.runner.example_schemas import ExampleSchemas
from harness.runner.item import ItemRunner
from harness.runner.options import Plan, RunOptions
from harness.runner.scripts.scripting import Scripting
from harness.runner.shared import Shared
from harness.transport.client import Transport
from harness.variables.environment import Environment
from harness.variables.scope import Value, VariableScope, values_of

__all__ = ["Part", "scope_for"]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One collection of a run: its chosen items, its variables, and what runs them."""

    plan: Plan
    items: tuple[Item, ...]
    scope: VariableScope
    builder: Builder
    runner: ItemRunner
    set_by_scripts: Mapping[str, str]

    @classmethod
    def of(cls, plan: Plan, items: tuple[Item, ...], options: RunOptions, shared: Shared, stack: ExitStack) -> Part:
        """Return the part, its transport closed with `stack`. Raises `InvalidSchema` for a rule's or example's."""
        allowed = options.remote_refs and not options.mock
        remote = RemoteRefs(options.remote_refs, options.authorities, options.proxies) if allowed else None
        schemas = ExampleSchemas(remote)
        schemas.check(items)
        scope = scope_for(plan, options)
        found = setters(plan.collection.walk())
        builder = Builder(plan, options, scope, shared, found)
        transport = Transport(
            options,
            plan.settings.guard,
            shared.redactor.carries_secret,
            ends_at=shared.ends_at,
            mock_origin=plan.mock_origin,
        )
        stack.callback(transport.close)
        scripting = Scripting(plan, options, shared, transport, scope) if options.scripts else None
        runner = ItemRunner(
            settings=plan.settings,
            builder=builder,
            transport=transport,
            shared=shared,
            settlement=Settlement(plan.settings.fail_on),
            schemas=_schemas(plan, remote),
            example_schemas=schemas,
            openapi=_openapi(plan, items, remote),
            allowed=frozenset(_allowed(plan, options)),
            scripting=scripting,
            checks=options.checks,
            verify=options.verify,
            stand_in=plan.stand_in,
        )
        return cls(plan, items, scope, builder, runner, found)

    def preflight(self, options: RunOptions, redactor: Redactor) -> Mapping[Item, UnresolvedVariable]:
        """Return for each item the names that no layer, data column, flag or script can ever supply.

        All credentials get known on the way: a server may echo those of the last request in its first answer.
        """
        self.scope.layers["data"] = {name: value for row in reversed(options.data) for name, value in row.items()}
        hopeless = {}
        for item in self.items:
            try:
                missing = self._missing(item, redactor)
            except Exception:  # a bug, which is met again, and told, when the item's turn has come
                continue
            if missing is not None:
                hopeless[item] = missing
        return hopeless

    def _missing(self, item: Item, redactor: Redactor) -> UnresolvedVariable | None:
        request, faults = self.builder.rehearse(item, 0)
        if request is not None:
            add_request_secrets(redactor, request)
        else:
            add_typed_secrets(redactor, item)
        problems = [fault.problem for fault in faults if fault.name is not None and not self.may_come(fault.name)]
        return UnresolvedVariable.of(problems) if problems and self.runner.kept_back(item) is None else None

    def has_scripts(self) -> bool:
        """Return whether a script will run, as far as can be told beforehand."""
        return self.runner.scripting is not None and any(
            item.scripts() and self.runner.kept_back(item) is None for item in self.items
        )

    def notes(self) -> Iterator[str]:
        """Yield what a person should know of the configuration when the run is over."""
        settings = self.plan.settings
        if self.runner.openapi is not None:
            yield from self.runner.openapi.notes()
        yield from idle(settings.rules, settings.known_drift, list(self.plan.collection.walk()), self.runner.settlement)

    def may_come(self, name: str) -> bool:
        """Return whether some layer has a value for the name, or a script may give it one."""
        found = self.scope.find(name)
        return name in self.set_by_scripts or (found is not None and found.fault is None)


def scope_for(plan: Plan, options: RunOptions) -> VariableScope:
    """Return the variables of one collection as a run begins."""
    environment, global_values = options.environment, options.globals
    scope = VariableScope(
        environment_name=environment.name if environment is not None else None,
        environment_file=environment.file if environment is not None else None,
    )
    scope.layers["environment"] = _layer(environment, options.env_vars)
    scope.layers["globals"] = _layer(global_values, options.global_vars)
    scope.layers["collection"] = values_of(plan.collection.variables)
    return scope


def _layer(file: Environment | None, flags: Mapping[str, Any]) -> dict[str, Value]:
    values = dict(file.values) if file is not None else {}
    values.update((name, value if isinstance(value, Value) else Value(value)) for name, value in flags.items())
    return values


def _schemas(plan: Plan, remote: RemoteRefs | None) -> dict[Path, CompiledSchema]:
    schemas = {}
    for rule in plan.settings.rules:
        if rule.schema is not None and rule.schema not in schemas:
            root = Path(rule.location.file).parent
            schemas[rule.schema] = load_schema(rule.schema, root=root, location=rule.location, remote=remote)
    return schemas


def _openapi(plan: Plan, items: tuple[Item, ...], remote: RemoteRefs | None) -> OpenApi | None:
    settings = plan.settings
    if settings.openapi is None:
        return None
    found = OpenApi.load(settings.openapi, settings.openapi_location, remote)
    found.prepare(items)
    return found


def _allowed(plan: Plan, options: RunOptions) -> list[str]:
    if not options.allow:
        return []
    return [item.node_id for item in select([plan.collection], options.allow)[0]]
