"""Which rules and known drift were of no use in a run, or are past their day?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.checks.rule import KnownDrift, Rule
from harness.checks.rules.settle import Settlement
from harness.collection.model import Item

__all__ = ["idle"]


def idle(
    rules: Sequence[Rule], drifts: Sequence[KnownDrift], items: Sequence[Item], settlement: Settlement
) -> Iterator[str]:
    """Yield a line for each entry that selects none of a collection's `items`, or had nothing to act on."""
    for rule in rules:
        if not any(map(rule.applies_to, items)):
            yield f"{rule.location}: the rule selects no request: {', '.join(rule.select)}"
        elif id(rule) in settlement.asked - settlement.used and (rule.path or rule.header):
            yield f"{rule.location}: the rule found nothing: {', '.join((*rule.path, *rule.header))}"
    for drift in drifts:
        if not any(map(drift.applies_to, items)):
            yield f"{drift.location}: the known drift selects no request: {', '.join(drift.select)}"
        elif settlement.today > drift.expires:
            yield f"{drift.location}: the known drift is over since {drift.expires.isoformat()}: {drift.reason}"
        elif id(drift) in settlement.asked - settlement.used:
            yield f"{drift.location}: the known drift was not met, and may go: {drift.reason}"
