"""What would go wrong in a run, as far as can be told without sending anything?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from harness.checks.media import false_json
from harness.checks.rule import rules_for
from harness.checks.text.lines import holds_lines
from harness.collection.model import Item
from harness.collection.selection import select
from harness.errors import NothingSelected, Problem, RunError
from harness.redaction.redactor import Redactor
from harness.runner.credentials import add_scope_secrets
from harness.runner.options import Plan, RunOptions
from harness.runner.part import Part
from harness.runner.scripts.faults import faults_of_scripts
from harness.runner.shared import Shared
from harness.variables.dynamic import DynamicValues

__all__ = ["problems_of"]


def problems_of(plan: Plan, options: RunOptions, redactor: Redactor) -> Iterator[Problem]:
    """Yield the problems of one collection, in file order; warnings are those that do not stop a run.

    Raises `InvalidSchema` for a schema of a rule, `SelectionError` for a name that fits nothing.
    """
    yield from plan.collection.problems
    for file in (options.environment, options.globals):
        yield from file.problems if file is not None else ()
    try:
        items = select([plan.collection], options.include, options.exclude)[0]
    except NothingSelected as error:
        yield error.problem
        return
    yield from _unused_rules(plan)
    if options.scripts:
        yield from faults_of_scripts(items, options.packages)
    with ExitStack() as stack:
        part = Part.of(plan, items, options, Shared(DynamicValues(options.seed, clock=options.clock), redactor), stack)
        add_scope_secrets(redactor, part.scope, options.secrets)
        part.preflight(options, redactor)
        part.scope.layers["data"] = dict(options.row(0))
        told = set()  # what many items inherit, such as a collection's auth, is told once
        for item in items:
            if part.runner.unaskable(item) is not None:
                continue
            for problem in (*_item_problems(part, item, options), *_false_examples(item)):
                if problem not in told:
                    told.add(problem)
                    yield problem


def _unused_rules(plan: Plan) -> Iterator[Problem]:
    used = {rule for item in plan.collection.walk() for rule in rules_for(item, plan.settings.rules)}
    for rule in plan.settings.rules:
        if rule not in used:
            names = ", ".join(f"`{pattern}`" for pattern in rule.select)
            yield Problem(f"this rule selects nothing: {names}", rule.location, severity="warning")


def _false_examples(item: Item) -> Iterator[Problem]:
    """Yield a warning for each example that says it is JSON and is not: nothing but its very text is held to it."""
    for example in item.examples:
        problem = false_json(example)
        if problem is not None:
            lines = holds_lines(example.body or "")
            yield Problem(
                f"example “{example.name}” has a JSON media type, and its body is {problem}",
                example.location.child("body"),
                "lines of JSON are `application/x-ndjson`" if lines else "only this very text passes for it",
                severity="warning",
            )


def _item_problems(part: Part, item: Item, options: RunOptions) -> Iterator[Problem]:
    _, faults = part.builder.rehearse(item, 0)
    for fault in faults:
        if not (options.scripts and fault.name in part.set_by_scripts):
            yield fault.problem
    if not faults:
        try:
            part.builder.build(item, 0)
        except RunError as error:
            yield from error.problems
