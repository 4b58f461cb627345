"""What do the saved examples of a collection cover: which requests, which statuses, since when?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from harness.checks.rule import Rule, rules_for
from harness.collection.formats.yaml_text import YamlSource
from harness.collection.model import Collection, Example, Item
from harness.runner.result import ItemResult, Status

__all__ = ["Coverage", "ExampleCoverage", "LastRun", "coverage", "last_runs"]

_ROW = re.compile(r"\[row=\d+\]\Z")
_DATES = ("updatedAt", "createdAt")
"""Where format v1 has the day of an example; later formats have none, but the answer's own `Date`."""
_WORST = (Status.ERROR, Status.FAILED, Status.WITHHELD, Status.UNCHECKED, Status.PASSED)


@dataclass(frozen=True, slots=True)
class ExampleCoverage:
    """One saved example."""

    name: str
    status: int | None
    saved: date | None
    """The day it was saved, where the file tells."""
    schema: bool
    """Whether it carries the schema of its body."""


@dataclass(slots=True)
class LastRun:
    """What came of one request in a run, over all its rows and replayed examples."""

    status: Status
    differences: dict[str, int] = field(default_factory=dict)
    """How many of each severity there were."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is saved of one request."""

    item: Item
    examples: tuple[ExampleCoverage, ...]
    schema: bool
    """Whether a rule or an example binds a schema to it."""
    last: LastRun | None = None

    @property
    def shows_success(self) -> bool:
        """Whether there is an example of a 2xx answer, without which a success is judged by nothing."""
        return any(example.status is not None and example.status // 100 == 2 for example in self.examples)

    @property
    def saved(self) -> date | None:
        """The day of its oldest example."""
        return min((example.saved for example in self.examples if example.saved is not None), default=None)


def coverage(
    collection: Collection, items: Iterable[Item], rules: Sequence[Rule], runs: Mapping[tuple[str, str], LastRun]
) -> Iterator[Coverage]:
    """Yield what is saved of each request; `runs` are the last ones by collection and node id."""
    for item in items:
        examples = tuple(_example(example) for example in item.examples)
        bound = any(rule.schema is not None for rule in rules_for(item, rules))
        last = runs.get((collection.name, item.node_id))
        yield Coverage(item, examples, bound or any(each.schema for each in examples), last)


def last_runs(results: Iterable[ItemResult]) -> dict[tuple[str, str], LastRun]:
    """Return what came of each request, by collection and node id."""
    found: dict[tuple[str, str], LastRun] = {}
    for result in results:
        # An example that was replayed counts for its request.
        node_id = _ROW.sub("", result.item.node_id)
        base, replayed, _ = node_id.partition("[ex=")
        for key in {(result.collection, node_id), *([(result.collection, base)] if replayed else [])}:
            last = found.setdefault(key, LastRun(result.status))
            last.status = min((last.status, result.status), key=_rank)
            for assertion in result.assertions:
                for difference in assertion.differences:
                    last.differences[difference.severity] = last.differences.get(difference.severity, 0) + 1
    return found


def _rank(status: Status) -> int:
    return _WORST.index(status) if status in _WORST else len(_WORST)


def _example(example: Example) -> ExampleCoverage:
    return ExampleCoverage(example.name, example.code, _saved(example), example.schema is not None)


def _saved(example: Example) -> date | None:
    written = _written(example)
    try:
        if written is not None:
            return datetime.fromisoformat(written).date()
        header = example.header("date")
        return None if header is None else parsedate_to_datetime(header).date()
    except (ValueError, TypeError, OverflowError):
        return None


def _written(example: Example) -> str | None:
    place = example.location
    if isinstance(place.source, YamlSource) or "responses" not in place.path:
        return None
    members = place.source.children(place.path)
    for key in _DATES:
        if key in members:
            value = json.loads(place.source.text[members[key].start : members[key].end])
            if isinstance(value, str):
                return value
    return None
