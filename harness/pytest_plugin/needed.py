"""Which unselected requests does a selection need, since their scripts set what it lacks?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from harness.collection.model import Item
from harness.collection.setters import setters
from harness.redaction.redactor import Redactor
from harness.runner.options import Plan, RunOptions
from harness.runner.part import Part
from harness.runner.shared import Shared
from harness.variables.dynamic import DynamicValues

__all__ = ["needed"]


def needed(plan: Plan, options: RunOptions, redactor: Redactor) -> tuple[Item, ...]:
    """Return, in file order, the items beside `plan.items` whose scripts set a variable that these lack.

    What such an item lacks itself is looked for as well. Of several items that run one script the first is taken.
    Raises `InvalidSchema` for a schema that a rule names.
    """
    chosen = plan.items or ()
    with ExitStack() as stack:
        part = Part.of(plan, chosen, options, Shared(DynamicValues(options.seed), redactor), stack)
        part.scope.layers["data"] = dict(options.row(0))
        taken = {item.node_id for item in chosen}
        others = [item for item in plan.collection.walk() if item.node_id not in taken]
        found: dict[str, Item] = {}
        fresh = list(chosen)
        while fresh:
            names = {name for item in fresh for name in _lacking(part, item)}
            fresh = [item for item in _setting(others, names) if item.node_id not in found]
            found.update((item.node_id, item) for item in fresh)
    return tuple(item for item in others if item.node_id in found)


def _lacking(part: Part, item: Item) -> Iterator[str]:
    """Yield the names that an item's request has no value for and a script sets."""
    for fault in part.builder.rehearse(item, 0)[1]:
        if fault.name is not None and fault.name in part.set_by_scripts:
            yield fault.name


def _setting(items: Iterable[Item], names: set[str]) -> list[Item]:
    """Return the items whose scripts set one of the names, the first for each script."""
    first: dict[tuple[str, str], Item] = {}
    for item in items:
        for name, owner in setters([item]).items():
            if name in names:
                first.setdefault((name, owner), item)
    return list({item.node_id: item for item in first.values()}.values())
