"""Which rules and known drift were of no use for an answer or in a run, or are past their day?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.checks.media import FAMILIES, Answer
from harness.checks.rule import KnownDrift, Rule
from harness.checks.rules.settle import Settlement
from harness.collection.model import Item
from harness.transport.exchange import Response

__all__ = ["idle", "unread"]


def idle(
    rules: Sequence[Rule], drifts: Sequence[KnownDrift], items: Sequence[Item], settlement: Settlement
) -> Iterator[str]:
    """Yield a line for each entry that selects none of a collection's `items`, or had nothing to act on."""
    for told, count in settlement.unread.items():
        yield f"{told}: {count} answer{'' if count == 1 else 's'}"
    for rule in rules:
        if not any(map(rule.applies_to, items)):
            yield f"{rule.location}: the rule selects no request: {', '.join(rule.select)}"
        elif rule in settlement.asked - settlement.used and (rule.path or rule.header):
            yield f"{rule.location}: the rule found nothing: {', '.join((*rule.path, *rule.header))}"
    for drift in drifts:
        if not any(map(drift.applies_to, items)):
            yield f"{drift.location}: the known drift selects no request: {', '.join(drift.select)}"
        elif settlement.today > drift.expires:
            yield f"{drift.location}: the known drift is over since {drift.expires.isoformat()}: {drift.reason}"
        elif drift in settlement.asked - settlement.used:
            yield f"{drift.location}: the known drift was not met, and may go: {drift.reason}"


def unread(rules: Sequence[Rule], response: Response) -> Iterator[str]:
    """Yield, for each rule with a path, that this body is of a kind that paths do not lead into."""
    speaking = [rule for rule in rules if rule.path]
    if speaking and response.body.strip():
        answer = Answer(response)
        if answer.family not in ("json", "ndjson", "") or (not answer.family and not answer.live.is_container):
            kind = FAMILIES.get(answer.family, "no JSON")
            yield from (f"{rule.location}: a path is for JSON, and the rule does not judge {kind}" for rule in speaking)
