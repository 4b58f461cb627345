"""Do all scripts of 200 real collections get through a run: no crash, no hang, each failure the script's own?

Each collection runs as a whole against a server on this machine that answers with the request's first saved answer,
else with `{}`; items that scripts jumped over or whose turn never came then run by themselves. Waits of scripts are cut
short.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.collection.load import load_collection
from harness.collection.model import Collection, Item
from harness.errors import HarnessError
from harness.library import plan_for
from harness.record.item import ItemRecord
from harness.request.prepared import PreparedRequest
from harness.runner.options import RunOptions
from harness.runner.run import Run
from harness.runner.shared import RunHooks
from tests.e2e.conftest import Received, Site, answer
from tests.newman.test_newman import values_for

pytestmark = pytest.mark.slow

_MARK = "x-answer"
_WAIT = re.compile(r"\bsetTimeout\s*\(")
_SHORT_WAIT = "((task, wait, ...values) => setTimeout(task, Math.min(wait || 0, 5), ...values))("
# What is said where not the script failed but what runs it.
_OF_THE_HOST = re.compile(
    r"broke the engine|cannot be read$|did not end within|waits for something that never happens|more memory|Traceback"
    r"|scripts cannot run|__harness|prelude"
)


class Marked(RunHooks):
    """Has each request say whose it is, so that the server knows the answer."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = list(items)
        self._numbers = {item.node_id: str(number) for number, item in enumerate(self.items)}

    def before_request(self, item: Item, request: PreparedRequest) -> PreparedRequest:
        """Return the request with the number of its item."""
        return request.with_header(_MARK, self._numbers[item.node_id])

    def respond(self, request: Received) -> bytes:
        """Answer with the first example of the item that asks."""
        number = request.headers.get(_MARK)
        examples = self.items[int(number)].examples if number is not None else ()
        example = examples[0] if examples else None
        if example is None:
            return answer("{}", Content_Type="application/json")
        code = example.code if example.code and 200 <= example.code < 600 else 200
        kind = next((each.value for each in example.headers if (each.key or "").lower() == "content-type"), None)
        body = "" if code in (204, 304) or request.method == "HEAD" else example.body or "{}"
        return answer(body, f"{code} {'OK' if code < 400 else 'No'}", Content_Type=kind or "application/json")


def collections(corpus: Path, folder: Path) -> Iterator[tuple[Collection, dict[str, str]]]:
    """Yield each collection that has scripts, of whatever format, and a value for each name that it leaves open."""
    for path in sorted(corpus.glob("*.json")):
        text = _WAIT.sub(_SHORT_WAIT, path.read_text("utf-8-sig", "replace"))
        file = folder / path.name
        file.write_text(text, "utf-8")
        try:
            collection = load_collection(file)
        except HarnessError:
            continue
        if any(item.scripts() for item in collection.walk()):
            document = json.loads(text)
            yield collection, values_for(document.get("collection", document))


def ran(collection: Collection, values: dict[str, str], site: Site, items: tuple[Item, ...] | None) -> list[ItemRecord]:
    """Run a collection, or these items of it, and return what came of each."""
    hooks = Marked(collection.walk())
    site.respond = hooks.respond
    options = RunOptions(
        env_vars=values,
        unresolved="send",
        send_after_script_error=True,
        keep_results=True,
        script_timeout_s=20,
        timeout_s=20,
        max_jumps=50,
    )
    plan = replace(plan_for(collection, options), mock_origin=("127.0.0.1", site.port), items=items)
    return list(Run([plan], options, hooks=hooks).execute().results)


def test_every_script_runs(corpus: Path, tmp_path: Path) -> None:
    """Nearly all of 1,899 scripts run, all but those whose requests cannot be made; none leaves the host at a loss."""
    seen: set[str] = set()
    written, faults = 0, []
    with closing(Site()) as site:
        for collection, values in collections(corpus, tmp_path):
            items = list(collection.walk())
            places = {event.location.json_path for item in items for event in item.scripts() if _is_run(event)}
            found = ran(collection, values, site, None)
            done = _done(found, items)
            rest = [item for item in items if any(_is_run(each) and _key(each) not in done for each in item.scripts())]
            for item in rest:
                found += ran(collection, values, site, (item,))
            seen |= {f"{collection.location.file} {place}" for place in _done(found, items)}
            written += len(places)
            faults += [f"{Path(collection.location.file).name} {each}" for each in _faults(found)]

    assert not faults, "\n".join(faults)
    assert written >= 1899
    assert len(seen) >= 1886, f"{len(seen)} of {written}"


def _is_run(event: Any) -> bool:
    return event.listen in ("prerequest", "test")


def _key(event: Any) -> str:
    return str(event.location.json_path)


def _done(results: Iterable[ItemRecord], items: Iterable[Item]) -> set[str]:
    """Return the places of the scripts that ran."""
    found, by_id = set(), {item.node_id: item for item in items}
    for result in results:
        titles = set(result.scripts)
        for event in by_id[result.item.node_id].scripts():
            if f"{event.owner} › {event.listen}" in titles:
                found.add(_key(event))
    return found


def _faults(results: Iterable[ItemRecord]) -> Iterator[str]:
    for result in results:
        told = [each.actual for each in result.assertions if each.kind == "script" and not each.passed]
        told += [result.error.summary] if result.error is not None else []
        yield from (f"{result.item.node_id}: {text}" for text in told if _OF_THE_HOST.search(text))
